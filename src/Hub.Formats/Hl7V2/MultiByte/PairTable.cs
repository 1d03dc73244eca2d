using System.Text;

namespace Hub.Formats.Hl7V2.MultiByte;

/// <summary>What pairs of bytes stand for, both ways, from a table of the platform.</summary>
internal sealed class PairTable
{
    private const int FirstLead = 0x80;
    private const int Nothing = 0;

    private readonly char[] _characters = new char[(0x100 - FirstLead) * 0x100];
    private readonly Dictionary<char, ushort> _lowest = [];
    private readonly Dictionary<char, ushort> _usual = [];

    private readonly Func<byte, byte, bool> _isPair;

    private PairTable(int codePage, Func<byte, byte, bool> isPair, Func<int, bool>? isNothing)
    {
        _isPair = isPair;
        Encoding encoding = (Encoding)CodePagesEncodingProvider.Instance.GetEncoding(codePage)!.Clone();
        encoding.EncoderFallback = new EncoderReplacementFallback("");
        for (int pair = FirstLead << 8; pair <= 0xFFFF; pair++)
        {
            if (!isPair((byte)(pair >> 8), (byte)pair) || encoding.GetString([(byte)(pair >> 8), (byte)pair]) is not [char character] || IsUnknown(pair, character) || isNothing?.Invoke(pair) == true)
                continue;
            _characters[pair - (FirstLead << 8)] = character;
            _lowest.TryAdd(character, (ushort)pair);
        }

        foreach ((char character, ushort pair) in _lowest)
        {
            if (encoding.GetBytes([character]) is [byte lead, byte trail] && ((lead << 8) | trail) != pair && Find(lead, trail) == character)
                _usual[character] = (ushort)((lead << 8) | trail);
        }
    }

    // With a fallback of its own the platform leaves out pairs that it only reads (the second rows of NEC and IBM in 932). With its usual one,
    // what is unknown is a question mark, or in 932 a middle dot.
    private static bool IsUnknown(int pair, char character) => character is '?' or '\0' or '\uFFFD' || (character == '\u30FB' && pair != 0x8145);

    /// <summary>Makes the table when it is first needed, which takes some milliseconds.</summary>
    /// <param name="codePage">The platform's number of it.</param>
    /// <param name="isPair">Which lead byte, from 0x80, goes with which second byte.</param>
    /// <param name="isNothing">Which pairs stand for nothing though the platform reads them; null for none.</param>
    public static Lazy<PairTable> Of(int codePage, Func<byte, byte, bool> isPair, Func<int, bool>? isNothing = null) => new(() => new(codePage, isPair, isNothing));

    /// <summary>The character of a pair; 0 when it stands for nothing.</summary>
    public char Find(byte lead, byte trail) => lead < FirstLead ? (char)Nothing : _characters[((lead - FirstLead) << 8) | trail];

    /// <summary>Whether two bytes have the form of a pair, also where it stands for nothing.</summary>
    public bool IsPair(byte lead, byte trail) => _isPair(lead, trail);

    /// <summary>The pair of a character; where several stand for it, the one that the platform writes, or the lowest.</summary>
    public bool TryFind(Rune character, out byte lead, out byte trail, bool lowest = false)
    {
        char one = character.IsBmp ? (char)character.Value : '\0';
        bool found = (!lowest && _usual.TryGetValue(one, out ushort pair)) || _lowest.TryGetValue(one, out pair);
        (lead, trail) = ((byte)(pair >> 8), (byte)pair);
        return found;
    }
}

using System.Globalization;
using System.Text;

namespace Hub.Faults.Traffic;

/// <summary>
/// A message that can be made again from its name: who sent it and its number, both in its control id. So a checker needs no copy of what was sent.
/// </summary>
/// <param name="Sender">The sender, from 0.</param>
/// <param name="Number">Its number with that sender, from 1.</param>
internal readonly record struct NumberedMessage(int Sender, int Number)
{
    /// <summary>How many patients a sender's messages are about; each is a lane where lanes are kept by patient.</summary>
    public const int Patients = 5;

    /// <summary>More than any sender's number.</summary>
    public const int Senders = 99;

    /// <summary>The first of two senders whose messages have 50 MB.</summary>
    public const int LargeSender = 96;

    /// <summary>The sender whose messages come over many slow connections at once, so in no order.</summary>
    public const int SlowSender = 98;

    private const int LargeBytes = 50_000_000;
    private const int SlowBytes = 40;

    /// <summary>MSH-10.</summary>
    public string ControlId => string.Create(CultureInfo.InvariantCulture, $"S{Sender:00}-{Number:0000000}");

    /// <summary>PID-3.1.</summary>
    public string Patient => string.Create(CultureInfo.InvariantCulture, $"{9990000 + Sender:0000000}{Number % Patients:000}");

    /// <summary>Whether its sender sends one message after the other.</summary>
    public bool IsInOrder => Sender < SlowSender;

    /// <summary>The bytes. One message in forty is longer than some pages of the journal, the others have up to 2 kB of notes.</summary>
    /// <param name="receiver">MSH-5: what it is sent with, or what the channel made of it.</param>
    public byte[] Bytes(string receiver = "MPI")
    {
        string start = string.Create(
            CultureInfo.InvariantCulture,
            $"MSH|^~\\&|WARD{Sender:00}|NORTH|{receiver}|CENTRAL|20260301083015||ADT^A08^ADT_A01|{ControlId}|P|2.5\rEVN||20260301083015\rPID|||{Patient}^^^NHS^NH||PRAWF^Gwen||19610615|F\rPV1||I|2W^212\rNTE|1||");
        uint mixed = unchecked((((uint)Sender * 7919u) + (uint)Number) * 2654435761u) >> 8;
        int notes = Sender switch
        {
            LargeSender or LargeSender + 1 => LargeBytes,
            SlowSender => SlowBytes,
            _ => (int)(Number % 40 == 7 ? 20_000 + (mixed % 20_000) : mixed % 2_000),
        };
        byte[] bytes = new byte[start.Length + notes + 1];
        Encoding.ASCII.GetBytes(start, bytes);
        for (int i = 0; i < notes; i++)
            bytes[start.Length + i] = (byte)('a' + ((mixed + (uint)i) % 26));
        bytes[^1] = (byte)'\r';
        return bytes;
    }

    /// <summary>Reads the name from a control id.</summary>
    /// <returns>Null when no sender of ours makes such an id.</returns>
    public static NumberedMessage? Parse(string controlId) =>
        controlId.Length == 11 && controlId[0] == 'S' && controlId[3] == '-'
        && int.TryParse(controlId.AsSpan(1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int sender)
        && int.TryParse(controlId.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? new(sender, number)
            : null;

    /// <summary>Reads the name from the bytes of a message or an answer.</summary>
    /// <param name="message">The message, without a frame.</param>
    /// <param name="segment">The segment that has the id.</param>
    /// <param name="field">Which part of that segment, counted from 0 at the segment's name.</param>
    public static NumberedMessage? Read(ReadOnlySpan<byte> message, string segment = "MSH", int field = 9)
    {
        // Notes come last and are long; the ids stand before them.
        string text = Encoding.Latin1.GetString(message[..Math.Min(message.Length, 500)]);
        string? line = text.Split('\r').FirstOrDefault(line => line.StartsWith(segment + "|", StringComparison.Ordinal));
        return line?.Split('|').ElementAtOrDefault(field) is { } id ? Parse(id) : null;
    }
}

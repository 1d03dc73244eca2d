using System.Text.RegularExpressions;
using Hub.Contracts;

namespace Hub.Dashboard.Search;

/// <summary>
/// Understands what is typed into the one search box: words apart by blanks, each by what it is. A state, a channel and a destination are known by their names, a type by
/// its form, a sender by its <c>^</c>; <c>control:X</c> and the like say what a word is. Any other word is a control id, and when it is a number also that of a message.
/// </summary>
/// <param name="channels">The channels there are.</param>
/// <param name="destinations">The destinations there are.</param>
/// <param name="stateNames">The names of states in the language of the page, with what they stand for.</param>
public sealed partial class SearchWords(IReadOnlySet<string> channels, IReadOnlySet<string> destinations, IReadOnlyDictionary<string, Enum> stateNames)
{
    /// <summary>Adds to a search what its words say. What its fields say goes first.</summary>
    /// <param name="search">The search.</param>
    /// <param name="number">The number of a message, when a word is one and says nothing else.</param>
    /// <param name="loose">The word that is taken for a control id; null when there is none.</param>
    /// <param name="left">Words that nothing could be made of, because another one says the same.</param>
    public MessageSearch Understand(MessageSearch search, out MessageId? number, out string? loose, out IReadOnlyList<string> left)
    {
        (number, loose) = (null, null);
        List<string> unused = [];
        MessageSearch understood = search;
        foreach (string word in search.Words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            MessageSearch? next = Named(understood, word) ?? Known(understood, word);
            if (next is null && understood.ControlId.Length == 0)
            {
                next = understood with { ControlId = word };
                loose = word;
                number = MessageId.TryParse(word, out MessageId id) ? id : null;
            }

            if (next is null || next == understood)
                unused.Add(word);
            understood = next ?? understood;
        }

        left = unused;
        return understood;
    }

    private static MessageSearch? Named(MessageSearch search, string word)
    {
        int colon = word.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == word.Length - 1)
            return null;
        string value = word[(colon + 1)..];
        return word[..colon].ToLowerInvariant() switch
        {
            "channel" => search with { Channel = value },
            "sender" => search with { Sender = value },
            "type" => search with { Type = value },
            "destination" => search with { Destination = value },
            "control" => search with { ControlId = value },
            "patient" => search with { Patient = value },
            "text" => search with { Text = value },
            "trace" when MessageId.TryParse(value, out MessageId trace) => search with { Trace = trace },
            "from" => search with { From = value },
            "to" => search with { To = value },
            _ => null,
        };
    }

    private MessageSearch? Known(MessageSearch search, string word)
    {
        if (StateOf(word) is { } state)
            return state is MessageState message ? search with { State = search.State ?? message } : search with { Delivery = search.Delivery ?? (DeliveryState)state };
        if (channels.Contains(word))
            return search.Channel.Length > 0 ? search : search with { Channel = word };
        if (destinations.Contains(word))
            return search.Destination.Length > 0 ? search : search with { Destination = word };
        if (TypeForm().IsMatch(word))
            return search.Type.Length > 0 ? search : search with { Type = word.ToUpperInvariant() };
        if (word.Contains('^', StringComparison.Ordinal))
            return search.Sender.Length > 0 ? search : search with { Sender = word };
        return null;
    }

    private Enum? StateOf(string word)
    {
        if (stateNames.TryGetValue(word, out Enum? named))
            return named;
        if (!word.All(char.IsAsciiLetter))
            return null;
        if (Enum.TryParse(word, ignoreCase: true, out DeliveryState delivery))
            return delivery;
        return Enum.TryParse(word, ignoreCase: true, out MessageState state) ? state : null;
    }

    // HL7 v2.5.1 §2.15.9.9: three capital letters, then the trigger event.
    [GeneratedRegex(@"^([A-Z]{3}|[A-Za-z]{3}\^[A-Za-z][A-Za-z0-9]{2})$")]
    private static partial Regex TypeForm();
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Contracts;
using Hub.Dashboard;
using Hub.Dashboard.Access;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>
/// Keeps each version of each file that was found, accepted or not, in the journal, and each change of one in the audit, with the difference. Nothing waits for
/// it: a journal in trouble keeps no version, which the log says, and the same version is kept when the folder is followed again.
/// </summary>
internal sealed partial class FileVersions(IJournal journal, TimeProvider clock, ILogger<FileVersions> log)
{
    /// <summary>What stands as the author of a file that was written to the folder.</summary>
    public const string File = "file";

    /// <summary>How long the difference of a file in the audit may be, in characters: it stays there for ever, and the versions have all of it.</summary>
    private const int MostDifference = 6_000;

    private const int ShownHash = 12;

    private readonly ConcurrentDictionary<string, FoundFile> _last = [];
    private bool _isLater;
    private Task _keeping = Task.CompletedTask;

    /// <summary>Takes note of all files of a folder. Called by one thread at a time.</summary>
    public void Look(IEnumerable<FoundFile> files)
    {
        // What the very first start finds is where it begins, and no change.
        bool isBeginning = !_isLater && IsBeginning();
        _isLater = true;
        List<(FoundFile File, FoundFile? Last)> changed = [];
        FoundFile[] found = [.. files.DistinctBy(file => file.Key)];
        foreach (FoundFile file in found.Where(file => file.Text is not null))
        {
            FoundFile? last = _last.GetValueOrDefault(file.Key);
            if (last is not null && (last.Text, last.IsAccepted) == (file.Text, file.IsAccepted))
                continue;
            changed.Add((file, last));
        }

        foreach (string gone in _last.Where(pair => pair.Value.Text is not null).Select(pair => pair.Key).Except(found.Select(file => file.Key)))
            changed.Add((_last[gone] with { Text = null }, _last[gone]));
        // Known from here on, so that a look that comes before the journal has it does not keep it twice.
        foreach ((FoundFile file, _) in changed)
            _last[file.Key] = file;
        if (changed.Count > 0)
            _keeping = KeepAsync(_keeping, changed, isBeginning);
    }

    /// <summary>Ends when what was taken note of is kept, or cannot be.</summary>
    public Task KeptAsync() => _keeping;

    private bool IsBeginning()
    {
        try
        {
            return journal.ReadAuditHead() is null;
        }
        catch (JournalException)
        {
            return false;
        }
    }

    private async Task KeepAsync(Task before, IReadOnlyList<(FoundFile File, FoundFile? Last)> changed, bool isBeginning)
    {
        await before;
        await Task.WhenAll(changed.Select(one => KeepAsync(one.File, one.Last, isBeginning)));
    }

    private async Task KeepAsync(FoundFile file, FoundFile? last, bool isBeginning)
    {
        try
        {
            ChannelVersion? newest = journal.ReadChannelVersions(file.Key) is [var first, ..] ? first : null;
            string? old = last is not null ? last.Text : newest is null ? null : journal.ReadChannelVersion(file.Key, newest.Number);
            // First the audit: when the Hub ends between the two, the change is told twice and not never.
            if (old != file.Text && !(old is null && isBeginning))
                await journal.AppendAsync(RecordOf(file, old));
            if (file.Text is not null && (newest is null || newest.IsAccepted != file.IsAccepted || newest.Hash != ChannelVersionFound.HashOf(file.Text)))
                await journal.AppendAsync(new ChannelVersionFound(file.Key, clock.GetUtcNow(), File, file.IsAccepted, file.Text));
        }
        catch (Exception exception) when (exception is JournalException or ObjectDisposedException)
        {
            _last.TryRemove(KeyValuePair.Create(file.Key, file));
            Log.NotKept(log, file.Name, exception.Message);
        }
    }

    private AuditRecord RecordOf(FoundFile file, string? old) => new()
    {
        At = clock.GetUtcNow(),
        Who = Doer.Local.Name,
        Act = AuditAct.Changed,
        Channel = file.Channel,
        Text = $"{file.Name}: {SumsOf(old, file.Text, "new")} → {SumsOf(file.Text, old, "gone")}, by somebody who wrote the file{(file.IsAccepted ? "" : "; it has problems, so what ran goes on")}{Difference(file, old)}",
    };

    // Of a file whose difference is not kept, how long it is as well.
    private static string SumsOf(string? text, string? other, string none)
    {
        if (text is null)
            return none;
        (long bytes, string hash) = FoundFile.SumsOf(text);
        return FoundFile.IsLong(text) || FoundFile.IsLong(other) ? string.Create(CultureInfo.InvariantCulture, $"{hash[..ShownHash]} ({bytes:N0} bytes)") : hash[..ShownHash];
    }

    private static string Difference(FoundFile file, string? old)
    {
        if (old is null || file.Text is null)
            return "";
        if (FoundFile.IsLong(old) || FoundFile.IsLong(file.Text))
            return "; it is longer than is kept, so its difference is not";
        string all = LineDiff.Unified(WithoutSecrets(old), WithoutSecrets(file.Text), file.Name, file.Name).TrimEnd('\n');
        return all.Length == 0 ? "" : all.Length <= MostDifference ? $"\n{all}" : $"\n{all[..all.LastIndexOf('\n', MostDifference)]}\n… and more: the versions that are kept have all of it";
    }

    /// <summary>A file without the secrets that were written openly into it, though they should not be (HUB1430): the audit is given out and sent to other machines, and many see files on pages.</summary>
    public static string WithoutSecrets(string text) => OpenSecret().Replace(text, "${member}\"…\"");

    // A file with a slip is shown too: what is no text as it should be is masked up to the end of its line or list. The value of a header is one of many members named "value".
    [GeneratedRegex("""
        (?<member>
            (["'][^"'\n]*(password|passphrase|secret|token|authorization|api-?key)[^"'\n]*["']
            |["'](bearer|key)["']
            |(?<="header"\s*:\s*\{[^{}]*)["']value["']
            |(?<=(^|(?<!\$)[{,])[\x20\t]*)(\w*(password|passphrase|secret|token|authorization|api-?key)\w*|bearer|key))
            \s*[:=]\s*)
        (?!\{|"((bearer|basic)\s)?(\$\{[^{}"\n]*\})+"(?=[\x20\t\r]*([,}\]\n]|\z)))
        ("([^"\\\n]|\\.)*"(?=\s*([,}\]]|\z))|\[[^\]]*\]?|[^\n]*)
        """, RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OpenSecret();

    private static partial class Log
    {
        [LoggerMessage(7172, LogLevel.Warning, "{File}: this version could not be kept in the journal, and is when the folder changes again. {Reason}")]
        public static partial void NotKept(ILogger log, string file, string reason);
    }
}

using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Admin;

/// <summary>Writes to the log where the chain of the audit ends. Logs go elsewhere, so a tail that is cut off in the journal's file is found by them.</summary>
/// <param name="journal">Has the audit.</param>
/// <param name="log">The log.</param>
internal sealed partial class AuditHeadLog(IJournalReader journal, ILogger log)
{
    private AuditHead? _told;

    /// <summary>Tells it, when it is another than was told last. Called each minute and at the end.</summary>
    public void Tell()
    {
        try
        {
            if (journal.ReadAuditHead() is { } head && head != _told)
            {
                _told = head;
                Log.Head(log, head);
            }
        }
        catch (JournalException)
        {
            // The journal's own trouble is told by who writes it; the next minute tells the head.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(7004, LogLevel.Information, "The audit ends at {Head}. Check it later with: hub audit verify --head {Head}")]
        public static partial void Head(ILogger log, AuditHead head);
    }
}

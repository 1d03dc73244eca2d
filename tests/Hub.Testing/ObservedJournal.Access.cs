using Hub.Contracts;

namespace Hub.Testing;

/// <content>The audit and access, as the journal beneath has them.</content>
public sealed partial class ObservedJournal
{
    public IReadOnlyList<StoredAudit> FindAudit(AuditQuery query) => journal.FindAudit(query);

    public IReadOnlyList<StoredAudit> ReadAudit(long after, int limit) => journal.ReadAudit(after, limit);

    public AuditHead? ReadAuditHead() => journal.ReadAuditHead();

    public AuditReport VerifyAudit(IReadOnlyList<AuditHead> heads, CancellationToken stopping) => journal.VerifyAudit(heads, stopping);

    public IReadOnlyList<AccessRow> ReadAccess(AccessKind kind, string? id = null) => journal.ReadAccess(kind, id);
}

using Hub.Contracts;
using Hub.Dashboard.Access;

namespace Hub.Engine.Admin;

/// <content>Who may use the Hub, and who did what.</content>
internal sealed partial class HubView : IDisposable
{
    public HubAccess Access { get; } = new(journal, entry => journal.AppendAsync(entry, waits: true), clock, log);

    /// <summary>How the admin interface is reached.</summary>
    public AdminConfig Admin { get; set; } = new();

    public IReadOnlyList<Role> RolesWithReason => Admin.ReasonFor;

    public async Task AuditAsync(AuditRecord record) => await journal.AppendAsync(record, waits: true);

    public void Dispose() => Access.Dispose();
}

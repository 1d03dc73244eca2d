namespace Hub.Dashboard.Access;

/// <summary>What a person or a program may do. Each address of the pages and the API asks for one.</summary>
public enum Permission
{
    /// <summary>See channels, queues, incidents, statistics, and messages without what they say: ids, types, times, states.</summary>
    SeeState,

    /// <summary>See what messages say. Each view is audited.</summary>
    SeeContent,

    /// <summary>Start, stop and pause channels and destinations, release, retry, skip, move and replay messages, take on and mute incidents.</summary>
    Operate,

    /// <summary>Edit what a waiting or parked delivery sends.</summary>
    EditContent,

    /// <summary>Change channel files and settings.</summary>
    Change,

    /// <summary>Manage accounts, roles and tokens.</summary>
    ManageAccess,

    /// <summary>Read and export the audit.</summary>
    SeeAudit,
}

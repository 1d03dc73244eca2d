namespace Hub.Contracts;

/// <summary>A member of a record that holds a secret: a file must name it, <c>${secret:NAME}</c>, and not write it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretMemberAttribute : Attribute;

/// <summary>
/// A member of a record that says where, so logs, lists and the reasons of deliveries show it: a file cannot put a secret into it.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ShownMemberAttribute : Attribute
{
    /// <summary>Whether it is the address of requests, of which what comes after the host is never shown. Default false: all of it is shown.</summary>
    public bool UpToHost { get; init; }
}

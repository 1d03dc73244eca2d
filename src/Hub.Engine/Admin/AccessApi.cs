using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Engine.Admin;

/// <summary>What a command of the machine does to access.</summary>
internal enum AccessOperation
{
    /// <summary>Makes an account.</summary>
    Add,

    /// <summary>Gives an account a new link, and takes its password away.</summary>
    Reset,

    /// <summary>Shuts an account out.</summary>
    Disable,

    /// <summary>Lets it in again.</summary>
    Enable,

    /// <summary>Changes what it is for.</summary>
    Role,

    /// <summary>Makes a token.</summary>
    Token,

    /// <summary>Ends a token.</summary>
    Revoke,

    /// <summary>Notes that something is about to be shown.</summary>
    Note,
}

/// <summary>What a command of the machine asks for.</summary>
/// <param name="Operation">What.</param>
/// <param name="Name">The account, the token's name or its id, or what is shown.</param>
/// <param name="By">Who asks.</param>
internal sealed record AccessRequest(AccessOperation Operation, string Name, string By)
{
    /// <summary>With Add, Role and Token, the role.</summary>
    public Role? Role { get; init; }

    /// <summary>… and the channels that it is limited to.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>With Token, for how long.</summary>
    public int Days { get; init; }

    /// <summary>With Note, what is done: that somebody sees content or the audit, or searches.</summary>
    public AuditAct Act { get; init; }

    /// <summary>… the channel that it is about; empty for none.</summary>
    public string Channel { get; init; } = "";

    /// <summary>… and the message; null for none.</summary>
    public long? Message { get; init; }

    /// <summary>Does it.</summary>
    /// <exception cref="JournalException">It cannot be; the text says why.</exception>
    public async Task<AccessAnswer> RunAsync(HubAccess access, Func<AuditRecord, Task> audit, TimeProvider clock)
    {
        Doer by = Doer.Local with { Person = By };
        switch (Operation)
        {
            case AccessOperation.Add:
                return new(await access.Accounts.AddAsync(Name, Role ?? Hub.Dashboard.Access.Role.Viewer, Channels, by));
            case AccessOperation.Reset:
                return new(await access.Accounts.ResetAsync(Name, by));
            case AccessOperation.Disable or AccessOperation.Enable:
                await access.Accounts.DisableAsync(Name, Operation == AccessOperation.Disable, by);
                break;
            case AccessOperation.Role:
                await access.Accounts.ChangeRoleAsync(Name, Role ?? Hub.Dashboard.Access.Role.Viewer, Channels, by);
                break;
            case AccessOperation.Token:
                return new(await access.Tokens.AddAsync(Name, Role ?? Hub.Dashboard.Access.Role.Viewer, Channels, Days, by));
            case AccessOperation.Revoke:
                await access.Tokens.RevokeAsync(Name, by);
                break;
            default:
                await audit(Record(new(Act, Name, Channel, Message is { } message ? new MessageId(message) : null), By, clock));
                break;
        }

        return new("");
    }

    /// <summary>What a command of the machine is about to show or do, as the audit keeps it.</summary>
    /// <param name="note">What.</param>
    /// <param name="by">The user who gave the command.</param>
    /// <param name="clock">The time.</param>
    public static AuditRecord Record(AuditNote note, string by, TimeProvider clock) => (note with { Text = $"{note.Text}, by {by}" }).ToRecord(Doer.Local.Name, "", clock);
}

/// <summary>What came of it.</summary>
/// <param name="Secret">The path of a link, or a token; empty for neither.</param>
internal sealed record AccessAnswer(string Secret);

/// <summary>The part of the admin interface that commands of the machine manage access by.</summary>
internal static class AccessApi
{
    /// <summary>Where it is asked.</summary>
    public const string Path = "/api/access";

    /// <summary>How its JSON is written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Adds its address.</summary>
    /// <param name="app">The interface.</param>
    /// <param name="hub">The Hub.</param>
    /// <param name="isAllowed">Whether a request carries the token of the machine.</param>
    public static void Map(WebApplication app, Hub.Dashboard.IHub hub, Func<HttpContext, bool> isAllowed) => app.MapPost(Path, async context =>
    {
        if (!isAllowed(context))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            AccessRequest request = await context.Request.ReadFromJsonAsync<AccessRequest>(Json, context.RequestAborted) ?? throw new JsonException("It is null.");
            await context.Response.WriteAsJsonAsync(await request.RunAsync(hub.Access, hub.AuditAsync, hub.Clock), Json, context.RequestAborted);
        }
        catch (JournalException exception)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await context.Response.WriteAsync(exception.Message, context.RequestAborted);
        }
        catch (JsonException exception)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync($$"""This is not a request that is known here: {{exception.Message}} Send for example {"operation": "Reset", "name": "mair", "by": "rhys"}.""", context.RequestAborted);
        }
    });
}

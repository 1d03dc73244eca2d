using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hub.Engine;

/// <summary>Whether the Hub takes messages, and when not, which part of it is why: what <c>/health/ready</c> says.</summary>
/// <param name="disk">Watches the disk of the data folder.</param>
/// <param name="clock">The time.</param>
internal sealed class Readiness(DiskGuard disk, TimeProvider clock)
{
    /// <summary>Below what supervisors wait for an answer.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Whether everything was started and nothing is being stopped.</summary>
    public bool IsStarted { get; set; }

    /// <summary>Says why the journal can store nothing now, and tries it again when it could not; null while it can.</summary>
    public Func<Task<string?>>? FindTrouble { get; set; }

    /// <summary>Answers 200, or 503 when a part is not ready, with JSON that names the parts.</summary>
    public async Task SayAsync(HttpContext context)
    {
        string? trouble = await TroubleAsync();
        ReadyPart[] parts = [new("channels", IsStarted, IsStarted ? null : "The Hub starts or stops."), new("journal", trouble is null, trouble), new("disk", disk.Trouble is null, disk.Trouble ?? disk.Warning)];
        bool isReady = parts.All(part => part.Ready);
        context.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await context.Response.WriteAsJsonAsync(new ReadyReport(isReady, parts), s_json, context.RequestAborted);
    }

    private async Task<string?> TroubleAsync()
    {
        if (FindTrouble is null)
            return "The journal is not open yet.";
        try
        {
            return await FindTrouble().WaitAsync(s_patience, clock);
        }
        catch (TimeoutException)
        {
            return $"The journal has not answered for {s_patience.TotalSeconds:0} s. Look at the disk of the data folder.";
        }
    }
}

/// <summary>What <c>/health/ready</c> says.</summary>
/// <param name="Ready">Whether messages are taken.</param>
/// <param name="Parts">The parts of the Hub that this needs.</param>
internal sealed record ReadyReport(bool Ready, IReadOnlyList<ReadyPart> Parts);

/// <summary>One part of the Hub.</summary>
/// <param name="Part">Its name.</param>
/// <param name="Ready">Whether it is ready.</param>
/// <param name="Reason">Why not, and what to do; of one that is ready, what will soon be in the way.</param>
internal sealed record ReadyPart(string Part, bool Ready, string? Reason);

using Hub.Contracts;

namespace Hub.Engine;

/// <summary>A listener at work and the intake that it hands messages to.</summary>
/// <param name="Listener">The listener.</param>
/// <param name="Intake">Its intake, and no other listener's.</param>
internal sealed record RunningSource(IListener Listener, Intake Intake)
{
    /// <summary>Takes no new connection, lets those there are finish what they have read, and is gone.</summary>
    /// <param name="deadline">Fires when they are cut.</param>
    public async Task StopAsync(CancellationToken deadline)
    {
        // A connection that waits for a receiver would outlive its being cut by as long as the receiver takes.
        await using (deadline.UnsafeRegister(static intake => ((Intake)intake!).GiveUp(), Intake))
            await Listener.StopAsync(deadline);
        await Listener.DisposeAsync();
    }
}

namespace Hub.Channels.Splitting;

/// <summary>Finds nothing to divide: a batch is divided before it is a message (<see cref="BatchAdmission"/>), so what comes to the step is one message.</summary>
internal sealed class BatchSplitter : ISplitter
{
    public IReadOnlyList<StepContext>? Split(StepContext context) => null;
}

using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>What was done to a delivery, as a line of its history.</summary>
internal static class DeliveryWords
{
    public static string Of(StoredOperation operation)
    {
        string what = operation.Operation switch
        {
            DeliveryOperation.Release => "released",
            DeliveryOperation.Retry => "made due",
            DeliveryOperation.Skip => "skipped",
            DeliveryOperation.Edit => "edited",
            DeliveryOperation.Move when operation.State == DeliveryState.Skipped => $"moved, as delivery {operation.Other},",
            DeliveryOperation.Move => $"moved here, from delivery {operation.Other},",
            DeliveryOperation.PauseLane => "lane paused",
            _ => "raised",
        };
        string why = operation.Reason is null ? "" : $": {Output.Plain(operation.Reason)}";
        return $"op {operation.Number,-5} {JournalView.Time(operation.At)} {what} by {Output.Plain(operation.By)}{why}";
    }
}

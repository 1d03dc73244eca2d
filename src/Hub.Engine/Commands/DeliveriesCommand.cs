using System.CommandLine;
using Hub.Contracts;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub deliveries</c>: lists what waits and what was set aside; its subcommands do something to it.</summary>
internal static class DeliveriesCommand
{
    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Option<long> after = new("--after") { Description = "With a higher number than this; for the next page", HelpName = "ID" };
        Option<int> limit = CommonOptions.Number("--limit", "N", "At most this many", 1, 1_000_000, new DeliveryQuery().Limit);
        Command command = new("deliveries", "List deliveries that wait or are parked, oldest first; release, retry, skip, edit or move them") { after, limit, data, json };
        DeliveryFilter filter = new(command);
        command.SetAction(async (parsed, _) =>
        {
            DeliveryQuery query = filter.Read(parsed, DeliveryState.Queued, DeliveryState.Parked) with { After = parsed.GetValue(after), Limit = parsed.GetValue(limit) };
            return await ListAsync(parsed.GetValue(data)!, query, parsed.GetValue(json));
        });
        foreach (Command operation in DeliveryOperationCommands.All())
            command.Subcommands.Add(operation);
        return command;
    }

    private static async Task<int> ListAsync(string data, DeliveryQuery query, bool json)
    {
        await using IJournalReader journal = Wiring.JournalReader(data);
        IReadOnlyList<FoundDelivery> found = journal.FindDeliveries(query);
        if (json)
            Output.Json(found.Select(JournalView.Of));
        else
            Write(found, query.Limit);
        return found.Count > 0 ? ExitCodes.Done : ExitCodes.Problems;
    }

    private static void Write(IReadOnlyList<FoundDelivery> found, int limit)
    {
        if (found.Count == 0)
        {
            Console.Out.WriteLine("No delivery fits.");
            return;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns("ID", "MESSAGE", "RECEIVED", "CHANNEL", "DESTINATION", "TYPE", "STATE", "TRIES", "REASON");
        foreach (FoundDelivery one in found)
        {
            string[] cells =
            [
                $"{one.Delivery.Delivery}", one.Message.ToString(), JournalView.Time(one.ReceivedAt), one.Channel, one.Delivery.Destination, Output.Cell(one.Type, 20),
                JournalView.State(one.Delivery), $"{one.Delivery.Attempts}", Output.Cell(one.Delivery.Reason ?? "", 200),
            ];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        Output.Table(table);
        if (found.Count == limit)
            Console.Out.WriteLine($"The next page: --after {found[^1].Delivery.Delivery}");
    }
}

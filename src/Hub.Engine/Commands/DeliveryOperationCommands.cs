using System.CommandLine;
using Hub.Contracts;
using Hub.Dashboard.Api;
using Hub.Engine.Admin;
using Hub.Engine.Delivery;

namespace Hub.Engine.Commands;

/// <summary><c>hub deliveries release</c>, <c>retry</c>, <c>skip</c>, <c>edit</c> and <c>move</c>.</summary>
internal static class DeliveryOperationCommands
{
    public static IEnumerable<Command> All()
    {
        Option<string> to = new("--to") { Description = "The destination of the same channel", HelpName = "DESTINATION", Required = true };
        Option<string> content = new("--content") { Description = "The file with the bytes to send; - for standard input", HelpName = "FILE", Required = true };
        yield return Create("release", "Let parked deliveries wait for their turn again, at their old places in the order", DeliveryOperation.Release, [DeliveryState.Parked]);
        yield return Create("retry", "Make deliveries that wait for their next try due at once", DeliveryOperation.Retry, [DeliveryState.Queued]);
        yield return Create("skip", "End deliveries that wait or are parked: they are not sent any more", DeliveryOperation.Skip, [DeliveryState.Queued, DeliveryState.Parked]);
        yield return Edit(content);
        yield return Create("move", "Send deliveries that wait or are parked to another destination of their channel instead", DeliveryOperation.Move, [DeliveryState.Queued, DeliveryState.Parked], to);
    }

    private static Command Create(string name, string description, DeliveryOperation operation, DeliveryState[] states, Option<string>? to = null)
    {
        Argument<long[]> ids = new("ID") { Description = "The numbers of the deliveries (hub deliveries); or name a filter and --all", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> all = new("--all") { Description = $"With a filter instead of numbers: all that it fits, the oldest {DeliveryOperator.Most} at once" };
        Command command = new(name, description) { ids, all };
        DeliveryFilter filter = new(command);
        Common common = new(command);
        if (to is not null)
            command.Options.Add(to);
        command.Validators.Add(result =>
        {
            bool hasIds = result.GetResult(ids)?.Tokens.Count > 0;
            bool isFiltered = filter.IsGiven(result);
            bool hasAll = result.GetResult(all) is { Implicit: false };
            if (hasIds && (isFiltered || hasAll))
                result.AddError("Give the numbers of deliveries, or a filter and --all, not both.");
            else if (!hasIds && !(isFiltered && hasAll))
                result.AddError("Which deliveries? Give their numbers (hub deliveries lists them), or a filter and --all: --channel X --destination Y --all");
        });
        command.SetAction(async (parsed, stopping) =>
        {
            HubOptions options = common.Read(parsed);
            long[] numbers = parsed.GetValue(ids) ?? [];
            bool hasMore = false;
            if (parsed.GetValue(all))
                (numbers, hasMore) = await FindAsync(options.Data, filter.Read(parsed, states));
            return await common.RunAsync(parsed, options, new() { Operation = operation, Deliveries = numbers, By = Environment.UserName, To = to is null ? null : parsed.GetValue(to) }, hasMore, stopping);
        });
        return command;
    }

    private static Command Edit(Option<string> content)
    {
        Argument<long> id = new("ID") { Description = "The number of the delivery (hub deliveries)" };
        Command command = new("edit", "Give a delivery that waits or is parked other bytes, and send those") { id, content };
        Common common = new(command);
        command.SetAction(async (parsed, stopping) =>
        {
            byte[] bytes = await EditedMessage.ReadAsync(parsed.GetValue(content)!, stopping);
            return await common.RunAsync(parsed, common.Read(parsed), new() { Operation = DeliveryOperation.Edit, Deliveries = [parsed.GetValue(id)], By = Environment.UserName, Content = bytes }, false, stopping);
        });
        return command;
    }

    private static async Task<(long[] Numbers, bool HasMore)> FindAsync(string data, DeliveryQuery query)
    {
        await using IJournalReader journal = Wiring.JournalReader(data);
        long[] numbers = [.. journal.FindDeliveries(query with { Limit = DeliveryOperator.Most + 1 }).Select(one => one.Delivery.Delivery)];
        return (numbers.Length > DeliveryOperator.Most ? numbers[..DeliveryOperator.Most] : numbers, numbers.Length > DeliveryOperator.Most);
    }

    /// <summary>What all of them have.</summary>
    private sealed class Common
    {
        private readonly Option<string?> _reason = new("--reason") { Description = "Why, for the history", HelpName = "TEXT" };
        private readonly Option<string> _data = CommonOptions.Data();
        private readonly Option<bool> _json = CommonOptions.Json();
        private readonly SiteOptions _site;

        public Common(Command command)
        {
            command.Options.Add(_reason);
            command.Options.Add(_data);
            command.Options.Add(_json);
            _site = new(command);
        }

        public HubOptions Read(ParseResult parsed) => _site.Read(parsed) with { Data = parsed.GetValue(_data)! };

        public async Task<int> RunAsync(ParseResult parsed, HubOptions options, OperationRequest request, bool hasMore, CancellationToken stopping)
        {
            request = request with { Reason = parsed.GetValue(_reason) };
            IReadOnlyList<OperationResult> results = request.Deliveries.Count == 0
                ? []
                : await DeliveryDesk.AskAsync(options, (admin, doubt) => AskAsync(admin, request, doubt, stopping), journal => NotesOf(request, journal), desk => desk.Deliveries.RunAsync(request), stopping);
            if (parsed.GetValue(_json))
                Output.Json(results);
            else
                Write(results, hasMore);
            return results.Count > 0 && results.All(result => result.Done) && !hasMore ? ExitCodes.Done : ExitCodes.Problems;
        }

        private static async Task<IReadOnlyList<OperationResult>> AskAsync(AdminAddress admin, OperationRequest request, string doubt, CancellationToken stopping)
        {
            DeliveryResults answer = await admin.AskAsync<DeliveryResults>(HttpMethod.Post, "/deliveries/operations", OrderOf(request), doubt, stopping);
            return [.. answer.Results.Select(result => new OperationResult(result.Delivery, result.Done, result.Outcome, result.NewDelivery))];
        }

        private static DeliveryOrder OrderOf(OperationRequest request) => new() { Operation = request.Operation, Deliveries = request.Deliveries, Reason = request.Reason, To = request.To, Content = request.Content };

        private static IEnumerable<AuditNote> NotesOf(OperationRequest request, IJournalReader journal) =>
            AuditNote.Of(OrderOf(request), DeliveryOperator.Find(journal, request.Deliveries), journal, HubView.Differences);

        private static void Write(IReadOnlyList<OperationResult> results, bool hasMore)
        {
            foreach (OperationResult result in results)
                Console.Out.WriteLine($"{result.Delivery}: {result.Outcome}");
            if (results.Count == 0)
                Console.Out.WriteLine("No delivery fits.");
            if (hasMore)
                Console.Out.WriteLine($"There are more. These were the oldest {results.Count}; run it again for the next.");
        }
    }
}

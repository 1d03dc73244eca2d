using System.CommandLine;
using Hub.Engine.Templates;

namespace Hub.Engine.Commands;

/// <summary><c>hub new</c>: makes a channel with its first test from a template.</summary>
internal static class NewCommand
{
    public static Command Create()
    {
        Argument<string?> id = new("ID") { Description = "Id of the channel: small letters, digits and hyphens", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> template = new("--template", "-t") { Description = $"What to make it from: {string.Join(", ", ChannelTemplate.All.Select(known => known.Name))}", HelpName = "TEMPLATE" };
        Option<string?> listen = new("--listen") { Description = "Where it listens, host:port. Default: the next port of this machine that no channel of the folder has", HelpName = "ADDRESS" };
        Option<string?> endpoint = new("--endpoint") { Description = "Where it sends to: host:port, with …-to-http an address https://…", HelpName = "ADDRESS" };
        Option<string?> folder = new("--folder") { Description = "With …-to-file: the folder of the files. Default out/ID", HelpName = "DIR" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("new", "Make a channel with its first test from a template; asks for what is not given") { id, template, listen, endpoint, folder, json };
        SiteOptions site = new(command);
        template.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } name }] && ChannelTemplate.Find(name) is null)
                result.AddError($"--template: {ChannelTemplate.Explain(name)}");
        });
        command.SetAction((parsed, stopping) => RunAsync(
            new(parsed.GetValue(template), parsed.GetValue(id), parsed.GetValue(listen), parsed.GetValue(endpoint), parsed.GetValue(folder), parsed.GetValue(json)),
            site.Read(parsed),
            stopping));
        return command;
    }

    private static async Task<int> RunAsync(Request request, HubOptions options, CancellationToken stopping)
    {
        ChannelMaker maker = new(options);
        bool asks = !request.Json && !Console.IsInputRedirected && !Console.IsOutputRedirected;
        NewQuestions? questions = asks ? new(maker, Console.In, Console.Out) : null;
        if ((request.Template is { } name ? ChannelTemplate.Find(name) : questions?.Template()) is not { } template)
            return Refuse($"--template: Say what to make it from. There are:{string.Concat(ChannelTemplate.All.Select(known => $"\n  {known.Name,-15} {known.Means}"))}");
        if (Unfit(request, template) is { } unfit)
            return Refuse(unfit);
        if ((request.Id ?? questions?.Id(template)) is not { } id)
            return Refuse($"ID: Give the channel an id, for example: hub new adt-to-lab --template {template.Name}");
        string? target = request.Endpoint ?? request.Folder ?? questions?.Target(template, id, request.Listen);
        ChannelDraft draft = maker.Draft(template, id, request.Listen, target);
        IReadOnlyList<DraftProblem> problems = maker.Check(draft);
        if (problems.Count > 0)
            return Refuse([.. problems.Select(problem => $"{problem}")]);
        IReadOnlyList<string> failures = await maker.TestAsync(draft, stopping);
        if (failures.Count > 0)
            return Refuse([.. failures.Select(failure => $"With these values the test of the channel fails, so nothing was made: {failure}")]);
        Tell(request, draft, maker.Write(draft), hasDefaultTarget: target is null);
        return ExitCodes.Done;
    }

    private static string? Unfit(Request request, ChannelTemplate template)
    {
        if (request.Listen is not null && template.Source.Port is null)
            return $"--listen: A channel from {template.Name} listens nowhere: it gets its messages from other channels. Leave it out.";
        bool isFolder = template.Destination.Member == "folder";
        return (isFolder ? request.Endpoint : request.Folder) is null
            ? null
            : $"{(isFolder ? "--endpoint" : "--folder")}: {template.Name} sends {template.Destination.Means}. Use {template.Destination.Option}.";
    }

    private static int Refuse(params string[] problems)
    {
        foreach (string problem in problems)
            Output.Problem(problem);
        return ExitCodes.Usage;
    }

    private static void Tell(Request request, ChannelDraft draft, IReadOnlyList<string> files, bool hasDefaultTarget)
    {
        string[] shown = [.. files.Select(file => ShellWord(file.Replace('\\', '/')))];
        string folder = ShellWord(Path.GetDirectoryName(files[0])!);
        (string Command, string Why)[] next =
        [
            ($"hub check {folder}", "is every channel file right?"),
            ($"hub test {shown[0]}", "does the channel do what its tests say?"),
            (draft.Template.Source.Send(draft, shown[0], shown[1]), draft.Template.Source.Port is null ? "messages come from a destination of type channel" : "send a message, while this runs elsewhere: hub run"),
        ];
        if (request.Json)
        {
            Output.Json(new { draft.Id, Template = draft.Template.Name, Listen = draft.Listen.Length == 0 ? null : draft.Listen, draft.Target, Files = files, Next = next.Select(line => line.Command) });
            return;
        }

        foreach (string file in files)
            Console.Out.WriteLine($"wrote {file}");
        if (draft.Listen.Length > 0)
            Console.Out.WriteLine($"It listens at {draft.Listen} and sends to {draft.Target}.");
        if (hasDefaultTarget && draft.Template.Destination.Port is not null)
            Console.Out.WriteLine($"Messages wait until somebody takes them there: write the receiver's address into {files[0]}.");
        Console.Out.WriteLine("\nNext:");
        int width = next[..2].Max(line => line.Command.Length);
        foreach ((string line, string why) in next)
            Console.Out.WriteLine($"  {line.PadRight(width)}  # {why}");
    }

    // As it can be pasted into a shell.
    private static string ShellWord(string text) =>
        text.All(letter => char.IsLetterOrDigit(letter) || "/._-:\\".Contains(letter, StringComparison.Ordinal)) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private sealed record Request(string? Template, string? Id, string? Listen, string? Endpoint, string? Folder, bool Json);
}

using System.CommandLine;

namespace Hub.Engine.Commands;

/// <summary><c>hub diff</c>: where two messages differ, field by field.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        const string Description = "A file, the number of a message in the journal, or 5:mpi for what message 5 was sent to mpi as; 5:mpi:2 for part 2 of a divided one";
        Argument<string> left = ShownSource.Argument("A", Description);
        Argument<string> right = ShownSource.Argument("B", Description);
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new("diff", "Compare two messages field by field; exit status 1 when they differ") { left, right, data, json };
        command.SetAction(async (parsed, stopping) =>
        {
            string folder = parsed.GetValue(data)!;
            (string a, string b) = (parsed.GetValue(left)!, parsed.GetValue(right)!);
            IReadOnlyList<DiffEntry> found = DiffEntry.Compare(await ShownSource.ReadAsync(a, folder, stopping), await ShownSource.ReadAsync(b, folder, stopping));
            if (parsed.GetValue(json))
                Output.Json(new { Left = a, Right = b, Equal = found.Count == 0, Differences = found });
            else
                new DiffWriter(Console.Out, ShownTree.WindowWidth()).Write(a, b, found);
            return found.Count == 0 ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }
}

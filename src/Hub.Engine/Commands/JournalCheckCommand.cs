using System.CommandLine;
using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary><c>hub journal check</c>: whether everything in the journal is as it was written; beside a running Hub or without one.</summary>
internal static class JournalCheckCommand
{
    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<string?> keys = KeyOptions.Keys();
        Option<bool> json = CommonOptions.Json();
        Command command = new("check", "Look over every row of the journal; exit status 1 when something is damaged") { data, keys, json };
        command.SetAction((parsed, stopping) => Task.Run(
            () =>
            {
                JournalReport report = Wiring.JournalUpkeep(parsed.GetValue(data)!, parsed.GetValue(keys)).Check(stopping);
                if (parsed.GetValue(json))
                    Output.Json(Of(report));
                else
                    Write(report);
                return report.IsWhole ? ExitCodes.Done : ExitCodes.Problems;
            },
            stopping));
        return command;
    }

    /// <summary>A report as JSON shows it.</summary>
    public static object Of(JournalReport report) => new
    {
        Whole = report.IsWhole,
        report.Messages,
        report.Deliveries,
        report.Attempts,
        report.Encrypted,
        Damaged = report.DamageCount,
        report.Damages,
    };

    /// <summary>A report as people read it.</summary>
    public static void Write(JournalReport report)
    {
        Console.Out.WriteLine($"{report.Messages} messages ({report.Encrypted} encrypted), {report.Deliveries} deliveries, {report.Attempts} tries.");
        foreach (JournalDamage damage in report.Damages)
            Output.Problem($"HUB5031 {damage.What}{(damage.Number > 0 ? $" {damage.Number}" : "")}: {Output.Plain(damage.Text)}");
        if (report.DamageCount > report.Damages.Count)
            Output.Problem($"and {report.DamageCount - report.Damages.Count} more.");
        if (report.IsWhole)
            Console.Out.WriteLine("The journal is whole.");
        else
            Output.Problem($"{report.DamageCount} damages. Check the disk and the memory of this machine. What is damaged is not delivered but parked; the rest goes on. Take a copy of the whole data folder before anything else, and restore from a backup what is needed (hub journal restore).");
    }
}

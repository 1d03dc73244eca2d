using System.CommandLine;
using Hub.Alerts.Config;
using Hub.Channels.Config;

namespace Hub.Engine.Commands;

/// <summary><c>hub schema</c>: the JSON Schema of channel files, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        Option<string?> output = new("--output", "-o") { Description = "Write to this file, for example channels/channel.schema.json", HelpName = "FILE" };
        Option<bool> reference = new("--reference") { Description = "Write the reference page in Markdown instead" };
        Option<bool> cases = new("--case") { Description = "Write the schema of test cases instead, for example to channels/tests/case.schema.json" };
        Option<bool> profile = new("--profile") { Description = "Write the schema of profiles for validation instead, for example to channels/profiles/profile.schema.json" };
        Option<bool> alerts = new("--alerts") { Description = "Write the schema of the rules of alerts instead, for example to alerts/alerts.schema.json" };
        Option<bool> mail = new("--mail") { Description = "Write the schema of alerts/mail.json instead, for example to alerts/mail.schema.json" };
        Option<bool> json = new("--json") { Description = "As without it: the schema is JSON" };
        Command command = new("schema", "Write the JSON Schema of channel files") { output, reference, cases, profile, alerts, mail, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(reference))
                result.AddError("--reference is a page in Markdown, not JSON. Leave one of the two out.");
            if (new[] { reference, cases, profile, alerts, mail }.Count(result.GetValue) > 1)
                result.AddError("--reference, --case, --profile, --alerts and --mail are different things to write. Give one of them.");
        });
        command.SetAction(parsed =>
        {
            string schema = parsed.GetValue(reference) ? ChannelReference.Write(Wiring.Catalog())
                : parsed.GetValue(cases) ? ChannelSchema.WriteCase(Wiring.Catalog())
                : parsed.GetValue(alerts) ? ChannelSchema.WriteSite(typeof(AlertsConfig), "Rules of alerts of the Hub")
                : parsed.GetValue(mail) ? ChannelSchema.WriteSite(typeof(MailConfig), "Mail servers of the Hub")
                : parsed.GetValue(profile) ? ChannelSchema.WriteProfile(Wiring.Catalog())
                : ChannelSchema.Write(Wiring.Catalog());
            if (parsed.GetValue(output) is { } file)
                File.WriteAllText(file, schema);
            else
                Console.Out.Write(schema);
            return ExitCodes.Done;
        });
        return command;
    }
}

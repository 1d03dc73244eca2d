using Hub.Formats.Fhir.Mapping.Back;

namespace Hub.Engine.Commands;

/// <summary><c>hub convert --to hl7v2</c>: resources in files as messages, each followed by a line feed, so that a file of them is read again.</summary>
internal static class ConvertBack
{
    public static int Run(string[] files, string? maps, bool tellsProblems, FhirBackOptions options)
    {
        if (SiteMaps.LoadBack(maps) is not { } mapping)
            return ExitCodes.Problems;
        bool all = true;
        using Stream output = Console.OpenStandardOutput();
        foreach ((string name, ReadOnlyMemory<byte> content) in FhirFiles.Read(files))
        {
            FhirBackConversion conversion = mapping.Convert(content, options);
            foreach (FhirBackMessage message in conversion.Messages)
            {
                output.Write(message.Bytes.Span);
                output.WriteByte((byte)'\n');
            }

            if (conversion.Fault is { } fault)
                Output.Problem($"{name}{(fault.Location.Length > 0 ? $": {fault.Location}" : "")}: HUB{fault.Code} {fault.Text}");
            all &= conversion.Fault is null;
            foreach (FhirBackNote note in tellsProblems ? conversion.Notes : [])
                Output.Problem($"{name}: {note.Location}: {note.Text}");
            if (!tellsProblems && conversion.Notes.Count > 0 && conversion.Fault is null)
                Output.Problem($"{name}: {conversion.Notes.Count} notes on places that no message carries as they are, or that a message needs and nothing fills; --problems tells them.");
        }

        return all ? ExitCodes.Done : ExitCodes.Problems;
    }
}

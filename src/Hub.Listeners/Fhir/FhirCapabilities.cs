using System.Globalization;
using System.Text.Json;
using Hub.Formats.Fhir.Validation;

namespace Hub.Listeners.Fhir;

/// <summary>Writes the CapabilityStatement of a listener (FHIR R4 §3.1.0.8).</summary>
internal static class FhirCapabilities
{
    private static readonly string[] s_formats = ["application/fhir+json", "json"];

    public static byte[] Write(FhirListenerConfig config, DateTimeOffset now)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            foreach ((string name, string value) in Head(now))
                writer.WriteString(name, value);
            WriteObject(writer, "software", "name", "Hub");
            WriteObject(writer, "implementation", "description", "Takes resources and bundles in, checks them against R4 and hands them on. Nothing can be read or searched.");
            writer.WriteString("fhirVersion", "4.0.1");
            WriteTexts(writer, "format", s_formats);
            WriteRest(writer, config);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static (string Name, string Value)[] Head(DateTimeOffset now) =>
        [("resourceType", "CapabilityStatement"), ("status", "active"), ("date", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)), ("kind", "instance")];

    private static void WriteRest(Utf8JsonWriter writer, FhirListenerConfig config)
    {
        writer.WriteStartArray("rest");
        writer.WriteStartObject();
        writer.WriteString("mode", "server");
        writer.WriteStartArray("resource");
        foreach (string type in config.Resources?.Distinct(StringComparer.Ordinal) ?? FhirResources.Names.Order(StringComparer.Ordinal))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            WriteCodes(writer, "create", "update");
            writer.WriteBoolean("updateCreate", true);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteCodes(writer, "transaction", "batch");
        writer.WriteStartArray("operation");
        writer.WriteStartObject();
        writer.WriteString("name", "process-message");
        writer.WriteString("definition", "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteCodes(Utf8JsonWriter writer, params string[] codes)
    {
        writer.WriteStartArray("interaction");
        foreach (string code in codes)
        {
            writer.WriteStartObject();
            writer.WriteString("code", code);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, string[] texts)
    {
        writer.WriteStartArray(name);
        foreach (string text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteObject(Utf8JsonWriter writer, string name, string member, string value)
    {
        writer.WriteStartObject(name);
        writer.WriteString(member, value);
        writer.WriteEndObject();
    }
}

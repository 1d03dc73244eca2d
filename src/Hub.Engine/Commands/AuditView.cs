using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>Records of the audit as the commands show and export them: the names stand here, and do not change.</summary>
internal static class AuditView
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter() } };

    public static object Of(StoredAudit stored) => new
    {
        stored.Id,
        stored.Record.At,
        stored.Record.Who,
        stored.Record.From,
        stored.Record.Act,
        stored.Record.Channel,
        Message = stored.Record.Message?.Value,
        stored.Record.Text,
        stored.Record.Reason,
    };

    /// <summary>A record as JSON in one line.</summary>
    public static string Line(StoredAudit stored) => JsonSerializer.Serialize(Of(stored), s_json);

    /// <summary>Writes records as CSV (RFC 4180) or as one JSON array.</summary>
    public static void Write(TextWriter to, IEnumerable<StoredAudit> records, bool isJson)
    {
        to.Write(isJson ? "[" : "id,at,who,from,act,channel,message,text,reason\r\n");
        string before = "\n";
        foreach (StoredAudit stored in records)
        {
            to.Write(isJson ? before + Line(stored) : Row(stored));
            before = ",\n";
        }

        to.Write(isJson ? "\n]\n" : "");
    }

    private static string Row(StoredAudit stored)
    {
        AuditRecord record = stored.Record;
        string[] cells =
        [
            stored.Id.ToString(CultureInfo.InvariantCulture), record.At.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture), record.Who, record.From,
            record.Act.ToString(), record.Channel, record.Message?.Value.ToString(CultureInfo.InvariantCulture) ?? "", record.Text, record.Reason,
        ];
        return string.Join(',', cells.Select(Cell)) + "\r\n";
    }

    // A spreadsheet takes what begins so for a formula, and people type reasons.
    private static string Cell(string text)
    {
        string safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? $"'{text}" : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary>How commands write JSON and problems.</summary>
internal static class Output
{
    private const int WidestTable = 4_000;

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly JsonSerializerOptions s_line = new(s_options) { WriteIndented = false };

    /// <summary>Writes one JSON value to standard output.</summary>
    public static void Json<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, s_options));

    /// <summary>Writes one JSON value as one line to standard output, for programs that read on while more comes.</summary>
    public static void JsonLine<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, s_line));

    /// <summary>Writes a table to standard output: as wide as the window, or as its cells when a program reads it.</summary>
    public static void Table(Table table)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidestTable;
        AnsiConsole.Write(table);
    }

    /// <summary>What a sender wrote, as a cell of a table: of bearable length, and without what would steer the window.</summary>
    public static string Cell(string text, int most = 60) => Plain(text.Length <= most ? text : $"{text[..(most - 1)]}…");

    /// <summary>What a sender wrote, without what would steer the window.</summary>
    public static string Plain(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? '·' : letter)) : text;

    /// <summary>Writes a problem to standard error.</summary>
    public static void Problem(string text) => Console.Error.WriteLine(text);
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>The shortest way to check a message in a test.</summary>
internal static class Checked
{
    /// <summary>A message of an invented patient without a problem.</summary>
    public const string Admit =
        "MSH|^~\\&|PAS|NORTH|LAB|SOUTH|20260102030405||ADT^A01^ADT_A01|MSG0001|P|2.5\r"
        + "EVN|A01|20260102030405\r"
        + "PID|1||4857773456^^^NHS^NH||EXAMPLE^ANNA^B||19700203|F\r"
        + "PV1|1|I|W1^B2^3\r";

    /// <summary>The start of a result of an invented patient; orders and observations follow.</summary>
    public const string Result =
        "MSH|^~\\&|LAB|NORTH|PAS|SOUTH|20260102030405||ORU^R01^ORU_R01|MSG0002|P|2.5\r"
        + "PID|1||4857773456^^^NHS^NH||EXAMPLE^ANNA^B||19700203|F\r";

    public static Hl7Validator Standard { get; } = new(ValidationLevel.Standard);

    public static IReadOnlyList<Hl7Problem> Problems(string message, Hl7Validator? validator = null) =>
        (validator ?? Standard).Check(Hl7Samples.Parse(message));

    /// <summary>The problems as short texts: <c>E 3110 PV1</c>.</summary>
    public static string[] Of(string message, Hl7Validator? validator = null) =>
        [.. Problems(message, validator).Select(Short)];

    public static string[] Of(string message, Hl7Profile profile) => Of(message, new Hl7Validator(ValidationLevel.Profile, profile));

    public static string[] Errors(Hl7Message message, Hl7Validator validator) =>
        [.. validator.Check(message).Where(problem => problem.Severity == Hl7Severity.Error).Select(Short)];

    /// <summary>The problems of a result with one OBX.</summary>
    public static string[] OfObservation(string obx) => Of($"{Result}OBR|1|||CODE\r{obx}\r");

    /// <summary>The message with a field of it replaced, as it stands.</summary>
    public static string With(string message, string path, string raw)
    {
        Hl7Message parsed = Hl7Samples.Parse(message);
        parsed.SetRaw(path, raw);
        return parsed.Written();
    }

    /// <summary>The profile of a file, as far as tests of rules need it; the strict reader is Hub.Channels'.</summary>
    public static Hl7Profile ProfileIn(string path) => JsonSerializer.Deserialize<Hl7Profile>(File.ReadAllText(path), Json)!;

    /// <summary>How profiles are written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private static string Short(Hl7Problem problem) =>
        $"{problem.Severity.ToString()[0]} {problem.Rule}{(problem.Path is null ? "" : $" {problem.Path}")}";
}

using System.Diagnostics.CodeAnalysis;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Tests.Config;

/// <summary>A text type of the test: anything in which each <c>${…}</c> is closed; <c>$${</c> is text.</summary>
public sealed class TestTemplate
{
    private TestTemplate(string text) => Text = text;

    public string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out TestTemplate? value, [NotNullWhen(false)] out string? error)
    {
        bool isGood = !text.Contains("${oops}", StringComparison.Ordinal);
        value = isGood ? new(text) : null;
        error = isGood ? null : $"\"{text}\" is not a value.";
        return isGood;
    }
}

/// <summary>A source as the FHIR listener has it.</summary>
public sealed record TestFhirListenerConfig : ListenerConfig
{
    /// <summary>The resources that are taken.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];
}

/// <summary>A listener.</summary>
public sealed record TestListenerConfig : ListenerConfig
{
    /// <summary>Longest message accepted, in bytes. Default 1 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024;

    public override IEnumerable<ConfigProblem> Check()
    {
        if (MaxMessageBytes < 1)
            yield return new(1399, "maxMessageBytes", $"{MaxMessageBytes} is not a size.");
    }
}

/// <summary>Lets messages through.</summary>
public sealed record TestFilterConfig : StepConfig
{
    public override IEnumerable<ConfigProblem> Check()
    {
        if (When is null)
            yield return new(1299, "", "A filter needs \"when\".");
        foreach (ConfigProblem problem in When?.Check() ?? [])
            yield return problem with { Path = problem.Path.Length == 0 ? "when" : $"when.{problem.Path}" };
    }
}

/// <summary>Sets a field.</summary>
public sealed record TestSetFieldConfig : StepConfig
{
    /// <summary>The place to set.</summary>
    public required FieldPath Path { get; init; }

    /// <summary>What to write there.</summary>
    public required TestTemplate Value { get; init; }
}

/// <summary>Looks a value up.</summary>
public sealed record TestMapTableConfig : StepConfig, ICheckFiles
{
    /// <summary>The table, a CSV file.</summary>
    public required string Table { get; init; }

    /// <summary>Words and what becomes of them.</summary>
    public IReadOnlyDictionary<string, int> Words { get; init; } = new Dictionary<string, int>();

    public IEnumerable<ConfigProblem> CheckFiles(string folder)
    {
        if (!File.Exists(System.IO.Path.Combine(folder, Table)))
            yield return new(1298, "table", $"There is no file \"{Table}\" beside the channel file. Put it there.");
    }
}

/// <summary>Runs steps again and again.</summary>
public sealed record TestForEachConfig : StepConfig
{
    /// <summary>The steps.</summary>
    public required IReadOnlyList<StepConfig> Steps { get; init; }
}

/// <summary>A destination.</summary>
public sealed record TestMllpConfig : DestinationConfig
{
    /// <summary>Where to connect to, <c>host:port</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>How long to wait for an answer, in seconds. Default 30.</summary>
    public int AckTimeoutSeconds { get; init; } = 30;

    /// <summary>A password.</summary>
    public string? Password { get; init; }

    public override IEnumerable<ConfigProblem> Check()
    {
        string port = Endpoint[(Endpoint.LastIndexOf(':') + 1)..];
        if (!ushort.TryParse(port, out _))
            yield return new(1499, "endpoint", $"\"{Endpoint}\" has no such port as {port}.");
        if (Password?.Length < 3)
            yield return new(1498, "retry", $"The password {Password} is short.");
    }
}

internal static class TestRecords
{
    public static ComponentCatalog Catalog { get; } = new ComponentCatalog()
        .Listener<TestListenerConfig>("mllp", (_, _) => throw new NotSupportedException())
        .Add<TestFilterConfig, object>("step", "filter", (_, _) => new())
        .Add<TestSetFieldConfig, object>("step", "setField", (_, _) => new())
        .Add<TestMapTableConfig, object>("step", "mapTable", (_, _) => new())
        .Add<TestForEachConfig, object>("step", "forEach", (_, _) => new())
        .Add<TestMllpConfig, object>("destination", "mllp", (_, _) => new());
}

using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Tests;

/// <summary>Makes channels and steps from JSON, and runs them.</summary>
internal static class Channels
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 10, 15, 30, TimeSpan.FromHours(1));

    private static readonly JsonSerializerOptions s_options = MakeOptions();

    public static ComponentCatalog Catalog { get; } = new ComponentCatalog().AddSteps();

    public static ChannelModel Load(string file) =>
        Make(File.ReadAllText(file), Path.GetDirectoryName(file)!);

    public static ChannelModel Make(string json, string folder = "/") =>
        ChannelModel.Build(JsonSerializer.Deserialize<ChannelConfig>(json, s_options)!, folder, Catalog);

    /// <summary>A channel with these steps and one destination.</summary>
    public static ChannelModel WithSteps(string steps, string folder = "/", string source = "", string destination = "") => Make(
        $$"""
        { "id": "test", "source": { "type": "test", "listen": "-" {{source}} }, "steps": [{{steps}}],
          "destinations": [{ "id": "out", "type": "test" {{destination}} }] }
        """, folder);

    public static StepConfig Step(string json) => JsonSerializer.Deserialize<StepConfig>(json, s_options)!;

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, s_options)!;

    /// <summary>Segments, one a line, as bytes with CR.</summary>
    public static byte[] Message(string lines) => Encoding.UTF8.GetBytes(lines.ReplaceLineEndings("\r").TrimEnd('\r') + "\r");

    public static PipelineOutcome Run(ChannelModel channel, string lines, IStepTrace? trace = null) =>
        channel.Pipeline.Run(new(7), Message(lines), Now, trace);

    /// <summary>What a delivery sends, one segment a line, without the last line end.</summary>
    public static string Text(PipelineOutcome outcome, string received, int delivery = 0) =>
        Encoding.UTF8.GetString((outcome.Deliveries[delivery].Content ?? Message(received)).Span).Replace('\r', '\n').TrimEnd('\n');

    private static JsonSerializerOptions MakeOptions()
    {
        JsonSerializerOptions options = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, false));
        options.Converters.Add(new TextConverterFactory());
        options.Converters.Add(new AnyConverter<StepConfig>(type => Catalog.Find(ChannelCatalog.StepKind, type)!.ConfigType));
        options.Converters.Add(new AnyConverter<DestinationConfig>(_ => typeof(TestDestination)));
        options.Converters.Add(new AnyConverter<ListenerConfig>(_ => typeof(TestSource)));
        return options;
    }

    private sealed record TestDestination : DestinationConfig
    {
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Rest { get; init; }
    }

    private sealed record TestSource : ListenerConfig;

    private sealed class AnyConverter<T>(Func<string, Type> typeOf) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            JsonNode node = JsonNode.Parse(ref reader)!;
            return (T)node.Deserialize(typeOf((string)node["type"]!), options)!;
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => throw new NotSupportedException();
    }

    private sealed class TextConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => Parser(typeToConvert) is not null;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(TextConverter<>).MakeGenericType(typeToConvert))!;

        internal static MethodInfo? Parser(Type type) =>
            type.GetMethod("TryParse", BindingFlags.Public | BindingFlags.Static, [typeof(string), type.MakeByRefType(), typeof(string).MakeByRefType()]);
    }

    private sealed class TextConverter<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            object?[] arguments = [reader.GetString(), null, null];
            return (bool)TextConverterFactory.Parser(typeof(T))!.Invoke(null, arguments)! ? (T)arguments[1]! : throw new JsonException((string)arguments[2]!);
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}

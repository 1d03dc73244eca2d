using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>A member of a record, as files write it.</summary>
/// <param name="Name">Its name in files.</param>
/// <param name="Property">Where it is kept.</param>
/// <param name="Type">What it takes, without the question mark of values that may be absent.</param>
/// <param name="IsRequired">Whether a file must give it.</param>
internal sealed record RecordMember(string Name, PropertyInfo Property, Type Type, bool IsRequired);

/// <summary>What a record looks like in a file. The binder and the schema both go by it, so they cannot disagree.</summary>
internal sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> s_shapes = new();

    private readonly MethodInfo? _check;

    private RecordShape(Type type)
    {
        PropertyInfo[] properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        // Members of the base record come first, as people write them: type and id before the rest.
        Members = [.. properties.Where(property => property.SetMethod is { IsPublic: true }).OrderBy(property => Depth(property.DeclaringType)).Select(Member)];
        _check = type.GetMethod("Check", Type.EmptyTypes) is { } check && check.ReturnType == typeof(IEnumerable<ConfigProblem>) ? check : null;
    }

    public IReadOnlyList<RecordMember> Members { get; }

    public static RecordShape Of(Type type) => s_shapes.GetOrAdd(type, static key => new(key));

    /// <summary>The items of a list type; null when the type is no list.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>The values of a type of named values; null when the type is none.</summary>
    public static Type? NamedValueOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;

    /// <summary>A word of an enum, as files write it.</summary>
    public static string Word(object value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()!);

    public RecordMember? Find(string name) => Members.FirstOrDefault(member => member.Name == name);

    /// <summary>What the record itself finds wrong.</summary>
    public IEnumerable<ConfigProblem> Check(object record) => (IEnumerable<ConfigProblem>?)_check?.Invoke(record, null) ?? [];

    private static int Depth(Type? type) => type is null ? 0 : 1 + Depth(type.BaseType);

    private static RecordMember Member(PropertyInfo property) => new(
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name),
        property,
        Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType,
        property.IsDefined(typeof(RequiredMemberAttribute)));
}

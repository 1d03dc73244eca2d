namespace Hub.Formats.Fhir.Paths;

/// <summary>An expression cannot be read, or is not evaluated to its end because it costs too much.</summary>
/// <param name="message">Why. It holds nothing of a resource.</param>
internal sealed class PathException(string message) : Exception(message);

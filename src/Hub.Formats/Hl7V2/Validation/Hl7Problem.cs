namespace Hub.Formats.Hl7V2.Validation;

/// <summary>One thing that validation found in a message. It never holds a value of the message beyond its header, so it may be logged and sent back.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">HL7 table 0357: 100 segment sequence, 101 required field missing, 102 data type, 103 table value, 200 to 203 unsupported message; 0 for a problem that is only information.</param>
/// <param name="Rule">Our own number, 3100 to 3199, shown as <c>HUB3120</c>. It never changes its meaning; <see cref="ValidationRules"/> lists them.</param>
/// <param name="Path">Where: <c>PID-3[2].1.2</c>, <c>OBX[2]-5</c>, <c>PV1</c>, as <see cref="FieldPath"/> reads it; null for the message as a whole.</param>
/// <param name="Text">What is wrong: names, types, tables, lengths and places, never values.</param>
/// <param name="Remedy">What to do.</param>
public sealed record Hl7Problem(Hl7Severity Severity, int Code, int Rule, string? Path, string Text, string Remedy);

namespace Hub.Contracts;

/// <summary>
/// Something wrong with one message. Kept with it in the journal and, by code and place alone, told to the sender.
/// <see cref="Text"/> may name values of the message header (a version, an application) but never patient data.
/// </summary>
/// <param name="Code">HL7 table 0357: 100 segment sequence, 101 required field, 102 data type, 103 table value, 200 message type, 201 event, 202 processing id, 203 version, 207 internal error.</param>
/// <param name="Path">Where, as people write it (<c>MSH-12</c>, <c>PID-3[2].1</c>); null when it is the message as a whole.</param>
/// <param name="Text">What is wrong and what to do, for the person who reads the journal.</param>
public sealed record MessageProblem(int Code, string? Path, string Text);

using System.Buffers;
using Hub.Channels.Cases;
using Hub.Formats.Conversions;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Outline;
using Hub.Formats.Hl7V2.Validation;
using Hub.Formats.Mllp;
using Hub.Formats.Xml;

namespace Hub.Testing.Fuzzing;

/// <summary>Does to an input what the Hub may do to one, and says what must not be.</summary>
public static class FuzzTarget
{
    private static readonly FieldPath[] s_paths = [.. ((string[])["MSH-3", "MSH-9.1", "MSH-10", "MSH-18", "PID-3[2].4.1", "PID-5.1", "PID-3[*]", "OBX[2]-5", "OBX-5.1", "ZZ1-1.2.2", "PID", "MSA-2"]).Select(FieldPath.Parse)];
    private static readonly FieldPath[] s_targets = [.. ((string[])["MSH-5", "PID-5.1", "PID-3[2].4.1", "OBX[1]-5", "ZZ1-4", "PV1-3.2"]).Select(FieldPath.Parse)];
    private static readonly Hl7Validator s_validator = new(ValidationLevel.Standard);
    private static readonly string[] s_values = ["LAB", "a|b^c~d&e\\f#g", "\r\n", "\"\"", "", "\\.br\\", "\u00E2", "\u8868", "\uFF71"];

    /// <summary>One input in ER7.</summary>
    /// <exception cref="FuzzException">Something is wrong; anything else thrown is wrong too.</exception>
    public static void Er7(byte[] input, FuzzRandom random)
    {
        foreach (int field in (ReadOnlySpan<int>)[3, 9, 10, 18])
            _ = Hl7Header.Field(input, field).Length;
        Answer(input);
        MllpFrame.Write(new ArrayBufferWriter<byte>(), input);
        Hl7Message? message = Hl7Message.Parse(input, out Hl7Fault? fault, random.Once(8) ? "SHIFT_JIS" : "8859/1");
        Hold(message is null == fault is { Text.Length: > 0 }, "neither a message nor a fault");
        if (message is null)
            return;
        Hold(message.ToBytes().Span.SequenceEqual(input), "not written as it was read");
        Read(message, random);
        Change(message.Clone(), random);
        Hold(message.ToBytes().Span.SequenceEqual(input), "changed with its copy");
        if (random.Once(16))
            Convert(message);
        if (random.Once(16))
            Look(message, random);
        if (random.Once(8))
            Join(input);
    }

    /// <summary>One input in XML.</summary>
    /// <exception cref="FuzzException">Something is wrong; anything else thrown is wrong too.</exception>
    public static void Xml(byte[] input)
    {
        XmlMessage? xml = XmlMessage.Parse(input, out DocumentFault? fault);
        Hold(xml is null == fault is { Text.Length: > 0 }, "neither a document nor a fault");
        if (xml is not null)
            Planned(() => Hl7Xml.ToHl7(xml).ToBytes());
    }

    private static void Answer(byte[] input)
    {
        byte[] answer = Acknowledgment.Build(input, AcknowledgmentCode.AE, [new(101, s_paths[4]) { UserText = "mae\u2019n | \u8868 \ud83d\ude00" }, new(207, null)], DateTimeOffset.UnixEpoch, "ID-1");
        Hold(AnswerView.TryRead(answer, out AnswerView view) && view.Code == "AE", "an answer that is none");
        if (!Hl7Batch.Is(input))
            return;
        Hl7Batch? batch = Hl7Batch.Read(input, 1_000, out Hl7Fault? fault);
        Hold(batch is null == fault is { Text.Length: > 0 }, "neither a batch nor a fault");
        Hold(BatchAcknowledgment.Build(input, AcknowledgmentCode.AA, [], DateTimeOffset.UnixEpoch, "ID-2") is null or { Length: > 0 }, "no answer to a batch");
        foreach (ReadOnlyMemory<byte> part in batch?.Messages ?? [])
            Hl7Message.Parse(part, out _);
    }

    private static void Read(Hl7Message message, FuzzRandom random)
    {
        for (int i = 0; i < 4; i++)
        {
            FieldPath path = random.Of(s_paths);
            message.Exists(path);
            message.CountRepetitions(path);
            Planned(() => message.GetText(path));
            Planned(() => message.GetAllText(path));
        }

        foreach (Hl7Scope scope in message.Groups("OBX"))
            Planned(() => message.GetText(s_paths[8], scope));
        for (int i = 0; i < message.SegmentCount; i++)
            Hold(message.SegmentBytes(i).Length > 0 && message.SegmentName(i).Length >= 0, "an empty segment");
    }

    private static void Change(Hl7Message message, FuzzRandom random)
    {
        FieldPath path = random.Of(s_targets);
        string value = random.Of(s_values);
        if (!Planned(() => message.SetText(path, value)))
            return;
        Hold(message.GetText(path) == value, "what was set is not read");
        // What is guessed may be guessed otherwise when the bytes are others.
        Hl7Message? again = Hl7Message.Parse(message.ToBytes(), out _, message.WireCharacterSet.Name);
        Hold(again is not null && again.SegmentCount == message.SegmentCount, "not read again with as many segments");
        if (again!.WireCharacterSet == message.WireCharacterSet)
            Hold(again.GetRaw(path).SequenceEqual(message.GetRaw(path)), "what was written is not read again");
        switch (random.Below(4))
        {
            case 0:
                Planned(message.TrimSeparators);
                break;
            case 1:
                Planned(() => message.UseDelimiters(new((byte)'#', (byte)'*', (byte)'!', (byte)'?', (byte)'%', 0)));
                break;
            case 2:
                Planned(() => message.Delete(random.Of(s_paths)));
                break;
            default:
                message.AddSegment("ZZZ");
                break;
        }

        Hl7Message? last = Hl7Message.Parse(message.ToBytes(), out Hl7Fault? fault, message.WireCharacterSet.Name);
        // The name of a character set with an odd byte in it may be one no longer; and of a header alone with few delimiters less than the
        // eight bytes may be left that are a message (A07).
        Hold(last is not null || fault?.Path == "MSH-18" || message.ToBytes().Length < 8, $"not read again: {fault?.Text}");
    }

    // What people are shown of a message.
    private static void Look(Hl7Message message, FuzzRandom random)
    {
        foreach (Hl7Problem problem in s_validator.Check(message))
            Hold(problem.Text.Length > 0, "a problem without words");
        Hold(Hl7Outline.Of(message).Segments.Count == message.SegmentCount, "an outline of other segments");
        Hold(!new Hl7Comparison(message, message).Compare().Any(), "not the same as itself");
        Hl7Message changed = message.Clone();
        if (Planned(() => changed.SetText(random.Of(s_targets), random.Of(s_values))))
            _ = new Hl7Comparison(message, changed).Compare().Count;
    }

    private static void Join(byte[] input)
    {
        Hl7Continuation.IsFragment(input, out _, out _);
        Hl7Message.Parse(Hl7Continuation.JoinAdditions(input), out _);
        if (Hl7Continuation.Join([input, input]) is { } whole)
            Hl7Message.Parse(whole, out _);
    }

    private static void Convert(Hl7Message message) => Planned(() =>
    {
        Hl7Message back = Hl7Xml.ToHl7(Hl7Xml.ToXml(message));
        for (int i = 0; i < message.SegmentCount; i++)
            Hold(back.SegmentBytes(i).Span.SequenceEqual(message.SegmentBytes(i).Span), "not the same after XML");
    });

    private static bool Planned(Func<object> act) => Planned(() => { act(); });

    private static bool Planned(Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (Hl7FormatException)
        {
            return false;
        }
        catch (DocumentException)
        {
            return false;
        }
    }

    private static void Hold(bool holds, string otherwise)
    {
        if (!holds)
            throw new FuzzException(otherwise);
    }
}

/// <summary>An input for which something does not hold.</summary>
public sealed class FuzzException(string message) : Exception(message);

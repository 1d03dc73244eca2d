using FsCheck.Fluent;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

public sealed class BrokenInputProperties
{
    [Fact]
    public void Reading_broken_input_throws_nothing_but_Hl7FormatException() =>
        Generated.ForAll(Generated.AnyBytes.Zip(Generated.Path), made =>
        {
            (byte[] bytes, FieldPath path) = made;
            _ = Hl7Header.Field(bytes, path.Field + 2).Length;
            AnswerView.TryRead(bytes, out _);
            if (Hl7Message.Parse(bytes, out Hl7Fault? fault) is { } message)
                ReadAll(message, path);
            else
                Assert.NotNull(fault);
        });

    [Fact]
    public void A05_Every_answer_to_broken_input_is_a_message_with_an_MSA() =>
        Generated.ForAll(Generated.AnyBytes.Zip(Generated.Path), made =>
        {
            byte[] answer = Acknowledgment.Build(made.Item1, AcknowledgmentCode.AE, [new(101, made.Item2), new(207, null)], DateTimeOffset.UnixEpoch, "ID-1");
            Assert.True(AnswerView.TryRead(answer, out AnswerView view));
            Assert.Equal("AE", view.Code);
        });

    [Fact]
    public void Faults_hold_nothing_of_the_message() =>
        Generated.ForAll(Generated.AnyBytes, bytes =>
        {
            byte[] secret = [.. bytes, .. "SECRET|SECRET^SECRET\r"u8];
            if (Hl7Message.Parse(secret, out Hl7Fault? fault) is null)
                Assert.DoesNotContain("SECRET", fault!.ToString(), StringComparison.Ordinal);
        });

    [Fact]
    public void E01_Reading_takes_time_in_proportion_to_the_bytes_whatever_they_are()
    {
        // Four million of each: anything quadratic would take minutes.
        foreach (string piece in new[] { "\n", "\r", "\n\r", "\na", "|", "^", "\\", "\\X", "~", "\0" })
        {
            byte[] bytes = Hl7Samples.Bytes(Hl7Samples.Admit + "NTE|1||" + string.Concat(Enumerable.Repeat(piece, 4_000_000)) + "x");
            if (Hl7Message.Parse(bytes, out _) is { } message)
                ReadAll(message, FieldPath.Parse("NTE[4]-3.1"));
        }
    }

    private static void ReadAll(Hl7Message message, FieldPath path)
    {
        for (int i = 0; i < message.SegmentCount; i++)
            Assert.Equal(message.SegmentBytes(i).Length > 0, message.SegmentName(i).Length + message.SegmentBytes(i).Length > 0);
        _ = message.GetRaw(path).Length;
        message.Exists(path);
        message.CountRepetitions(path);
        foreach (FieldPath each in new[] { path, path with { Repetition = FieldPath.Every }, path with { Field = 0 } })
        {
            Quietly(() => message.GetText(each));
            Quietly(() => message.GetAllText(each));
        }

        foreach (Hl7Scope scope in message.Groups(path.Segment))
            Quietly(() => message.GetText(path, scope));
    }

    private static void Quietly(Func<object> read)
    {
        try
        {
            Assert.NotNull(read());
        }
        catch (Hl7FormatException)
        {
        }
    }
}

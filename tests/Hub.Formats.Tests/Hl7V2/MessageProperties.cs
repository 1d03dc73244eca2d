using System.Text;
using FsCheck.Fluent;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>What holds for every message, path and value.</summary>
public sealed class MessageProperties
{
    // Larger places hold delimiters, which are written as they stand.
    private static readonly FieldPath[] s_smallest =
    [
        .. from segment in new[] { "MSH", "PID", "OBX", "NTE", "ZZ1" }
           from field in Enumerable.Range(3, 16)
           from repetition in Enumerable.Range(1, 3)
           from component in Enumerable.Range(1, 3)
           from subcomponent in Enumerable.Range(1, 2)
           select FieldPath.Parse($"{segment}-{field}[{repetition}].{component}.{subcomponent}"),
    ];

    [Fact]
    public void L2_A_message_that_nobody_changed_is_written_as_the_bytes_it_was_read_from() =>
        Generated.ForAll(Generated.AnyBytes, bytes =>
        {
            if (Hl7Message.Parse(bytes, out _) is { } message)
                Assert.True(message.ToBytes().Span.SequenceEqual(bytes));
        });

    [Fact]
    public void What_is_set_at_a_place_is_read_there_before_and_after_writing() =>
        ForMessages(Generated.Text, (message, path, text) =>
        {
            if (!Succeeds(() => message.SetText(path, text)))
                return;
            Assert.Equal(text, message.GetText(path));
            if (message.IsChanged && message.GetRaw(path).Length > 0)
                Assert.Equal(Encoding.Latin1.GetString(message.GetRaw(path)), Encoding.Latin1.GetString(Again(message).GetRaw(path)));
        });

    [Fact]
    public void Setting_one_field_leaves_every_other_byte_of_every_other_field() =>
        ForMessages(Generated.Text, (message, path, text) =>
        {
            Dictionary<string, string> before = Fields(message);
            if (!Succeeds(() => message.SetText(path, text)))
                return;
            string changed = $"{path.Segment}[{Math.Max(1, path.Occurrence)}]-{path.Field}";
            Dictionary<string, string> after = Fields(message);
            Assert.All(before.Where(field => field.Key != changed), field => Assert.Equal(field.Value, after[field.Key]));
            Assert.All(after.Where(field => field.Key != changed && !before.ContainsKey(field.Key)), field => Assert.Equal("", field.Value));
        });

    [Fact]
    public void Raw_values_never_make_or_join_segments() =>
        ForMessages(Generated.Text, (message, path, text) =>
        {
            byte[] raw = [.. text.Select(unit => (byte)(unit & 0x7F))];
            int segments = message.SegmentCount + (message.GetRaw(path with { Field = 0, Repetition = 0, Component = 0, Subcomponent = 0 }).IsEmpty ? 1 : 0);
            if (Succeeds(() => message.SetRaw(path, raw)) && message.IsChanged)
                Assert.InRange(Again(message).SegmentCount, message.SegmentCount, segments);
        });

    [Fact]
    public void A_deleted_component_is_not_there_and_deleting_it_again_changes_nothing() =>
        ForMessages(Generated.Text, (message, path, _) =>
        {
            if (!Succeeds(() => message.Delete(path)))
                return;
            bool isRepetition = path.Repetition > 0 && path.Component == 0;
            Assert.True(isRepetition || message.GetRaw(path).IsEmpty);
            string once = message.Written();
            if (!isRepetition)
                message.Delete(path);
            Assert.Equal(once, message.Written());
            if (message.IsChanged)
                Assert.Equal(message.SegmentCount, Again(message).SegmentCount);
        });

    [Fact]
    public void A_change_in_a_copy_is_not_seen_in_the_other() =>
        ForMessages(Generated.Text, (message, path, text) =>
        {
            string before = message.Written();
            Hl7Message copy = message.Clone();
            Assert.Equal(before, copy.Written());
            Succeeds(() => copy.SetText(path, text));
            Succeeds(() => copy.Delete(FieldPath.Parse("PID-3[1]")));
            Succeeds(() => copy.UseDelimiters(Hl7Samples.Delimiters("#*!?%")));
            if (copy.SegmentCount > 1)
                copy.RemoveSegment(1);
            copy.AddSegment("ZZZ");
            Succeeds(copy.TrimSeparators);
            Assert.Equal(before, message.Written());
            Assert.False(message.IsChanged);
        });

    [Fact]
    public void Other_delimiters_and_back_keep_the_text_of_every_place() =>
        Generated.ForAll(Generated.Block.Zip(Generated.Delimiters), made =>
        {
            if (Hl7Message.Parse(Hl7Samples.Bytes(made.Item1), out _) is not { } message)
                return;
            Hl7Delimiters own = message.Delimiters;
            List<string> before = Texts(message);
            if (!Succeeds(() => message.UseDelimiters(made.Item2)))
                return;
            Assert.Equal(message.SegmentCount, Again(message).SegmentCount);
            Assert.Equal(Texts(message), Texts(Again(message)));
            // Only a message without an escape character can hold what it cannot take back.
            if (Succeeds(() => message.UseDelimiters(own)))
                Assert.Equal(before, Texts(message));
            else
                Assert.Equal(0, own.Escape);
        });

    [Fact]
    public void E07_Trimming_separators_keeps_the_text_of_every_place() =>
        Generated.ForAll(Generated.Block, block =>
        {
            if (Hl7Message.Parse(Hl7Samples.Bytes(block), out _) is not { } message)
                return;
            List<string> before = Texts(message);
            if (!Succeeds(message.TrimSeparators))
                return;
            Assert.Equal(before, Texts(message));
            string once = message.Written();
            message.TrimSeparators();
            Assert.Equal(once, message.Written());
        });

    private static void ForMessages<T>(FsCheck.Gen<T> values, Action<Hl7Message, FieldPath, T> holds) =>
        Generated.ForAll(Generated.Block.Zip(Generated.Path).Zip(values, (place, value) => (Block: place.Item1, Path: place.Item2, Value: value)), made =>
        {
            if (Hl7Message.Parse(Hl7Samples.Bytes(made.Block), out _) is { } message)
                holds(message, made.Path, made.Value);
        });

    private static Hl7Message Again(Hl7Message message) => Hl7Samples.Parse(message.ToBytes().ToArray());

    private static bool Succeeds(Action act)
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
    }

    private static Dictionary<string, string> Fields(Hl7Message message)
    {
        Dictionary<string, string> fields = [];
        foreach (string segment in new[] { "MSH", "PID", "OBX", "NTE", "PV1", "BHS", "ZZ1" })
        {
            for (int occurrence = 1; occurrence <= message.CountSegments(segment); occurrence++)
            {
                for (int field = 1; field <= 20; field++)
                    fields[$"{segment}[{occurrence}]-{field}"] = message.Raw($"{segment}[{occurrence}]-{field}");
            }
        }

        return fields;
    }

    private static List<string> Texts(Hl7Message message)
    {
        List<string> texts = [];
        foreach (FieldPath path in s_smallest)
        {
            string text = "unreadable";
            Succeeds(() => text = message.GetText(path));
            texts.Add(text);
        }

        return texts;
    }
}

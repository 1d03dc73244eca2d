using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>What paths mean inside a forEach, also while it edits.</summary>
public sealed class ScopeTests
{
    private const string Orders =
        "MSH|^~\\&|LAB\rPID|1\rNTE|1||patient\rOBR|1\rOBX|1||a\rNTE|1||note a\rOBX|2||b\rOBR|2\rOBX|1||c\rNTE|1||note c\rNTE|2||more c\r";

    [Fact]
    public void In_a_group_a_name_means_the_segment_of_the_group_or_one_before_the_first_group()
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        IReadOnlyList<Hl7Scope> groups = message.Groups("OBX");
        Assert.Equal(["one first F", "two second F", "three  F"], groups.Select(group => $"{message.Text("OBX-5", group)} {message.Text("NTE-3", group)} {message.Text("PID-8", group)}"));
        Assert.Equal([1, 1, 0], groups.Select(group => message.CountSegments("NTE", group)));
        Assert.Empty(message.Groups("ZZ1"));
    }

    [Fact]
    public void In_a_group_within_a_group_the_outer_one_is_seen_and_its_sisters_are_not()
    {
        Hl7Message message = Hl7Samples.Parse(Orders);
        List<string> seen = [];
        foreach (Hl7Scope order in message.Groups("OBR"))
            seen.AddRange(message.Groups("OBX", order).Select(result => $"{message.Text("OBR-1", result)}{message.Text("OBX-3", result)} {message.Text("NTE-3", result)} {message.Text("PID-1", result)}"));
        Assert.Equal(["1a note a 1", "1b patient 1", "2c note c 1"], seen);
    }

    [Fact]
    public void A_second_note_is_made_in_the_group_that_has_one_and_not_taken_from_elsewhere()
    {
        Hl7Message message = Hl7Samples.Parse(Orders.Replace("NTE|1||patient\r", "NTE|1||patient\rNTE|2||more\r", StringComparison.Ordinal));
        Hl7Scope first = message.Groups("OBX")[0];
        Assert.Equal("", message.Text("NTE[2]-3", first));
        message.Set("NTE[2]-3", "added", first);
        Assert.Contains("note a\rNTE|||added\rOBX|2", message.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_stay_right_while_each_adds_a_segment_and_sets_fields()
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        foreach (Hl7Scope group in message.Groups("OBX"))
        {
            message.Set("ZZ1-1", message.Text("OBX-5", group), group);
            message.Set("ZZ1-2", message.Text("NTE-3", group), group);
            message.Set("OBX-1", "x", group);
        }

        Assert.EndsWith("OBX|x|ST|A||one\rNTE|1||first\rZZ1|one|first\rOBX|x|ST|B||two\rNTE|1||second\rZZ1|two|second\rOBX|x|ST|C||three\rZZ1|three\r", message.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_stay_right_while_each_deletes_its_own_first_segment()
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        foreach (Hl7Scope group in message.Groups("OBX"))
        {
            string value = message.Text("OBX-5", group);
            message.Delete("OBX", group);
            Assert.Equal("", message.Text("OBX-5", group));
            Assert.Equal("F", message.Text("PID-8", group));
            message.Set("NTE-4", value, group);
            message.Set("NTE-5", value, group);
        }

        Assert.EndsWith("|F\rPV1|1|I|W1^B2&left^3\rNTE|1||first|one|one\rNTE|1||second|two|two\rNTE||||three|three\r", message.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_keeps_its_end_when_the_next_one_is_deleted()
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        IReadOnlyList<Hl7Scope> groups = message.Groups("OBX");
        message.Delete("OBX[2]");
        Assert.Equal(1, message.CountSegments("NTE", groups[0]));
        Assert.Equal("second", message.Text("NTE-3", groups[1]));
        Hl7Message copy = message.Clone();
        copy.Delete("OBX", groups[2]);
        Assert.Equal(1, copy.CountSegments("NTE", groups[1]));
        Assert.Equal("three", message.Text("OBX-5", groups[2]));
    }

    [Fact]
    public void At_a_repetition_a_path_to_the_field_means_this_repetition()
    {
        FieldPath field = FieldPath.Parse("PID-3");
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        Hl7Scope second = Hl7Message.AtRepetition(field, 2);
        Assert.Equal("A123", message.Text("PID-3.1", second));
        Assert.Equal("A123^^^PAS^PI", message.Text("PID-3", second));
        Assert.Equal("4857773456", message.Text("PID-3[1].1", second));
        Assert.Equal("EXAMPLE", message.Text("PID-5.1", second));
        message.Set("PID-3.4", "X", second);
        Assert.Equal("4857773456^^^NHS^NH~A123^^^X^PI", message.Raw("PID-3"));
        message.Delete("PID-3", second);
        Assert.Equal("4857773456^^^NHS^NH", message.Raw("PID-3"));
    }
}

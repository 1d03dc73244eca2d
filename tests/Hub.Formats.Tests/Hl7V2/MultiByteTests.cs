using System.Text;
using FsCheck.Fluent;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Outline;
using Hub.Formats.Hl7V2.Validation;
using Hub.Formats.Tests.Hl7V2.Validation;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>Rule E20: sets in which a byte that looks like a delimiter may be half of a character, and the other sets of several bytes.</summary>
public sealed class MultiByteTests
{
    /// <summary>A name of the set, text in it and its bytes as other software writes them.</summary>
    public static TheoryData<string, string, string> Texts => new()
    {
        // The second bytes are those of \ | ^ ~ and of letters.
        { "SHIFT_JIS", "表ポ与\uFF71", "955C837C975EB1" },
        { "Shift-JIS", "\u5341\u80FD\u6697", "8F5C945C88C3" },
        { "BIG-5", "功許\u7646", "A55CB35CC0F7" },
        { "GB 18030-2000", "俓乗\u4E82\uD83C\uDFE5", "825C815C81799439C637" },
        { "gb 18030-2000", "\u4E00\u0162", "D2BB81309439" },
        { "KS X 1001", "한글\uD7A3", "C7D1B1DBC652" },
        { "CNS 11643-1992", "\u4E00\u531A", "C4A18EA2A1A4" },
        { "ISO IR87", "\u8868\u30DD", "1B2442493D255D1B2842" },
        { "~ISO IR87", "A\u4E9C", "411B244230211B2842" },
        { "ASCII~ISO IR87", "\uFF71", "1B2849311B2842" },
        { "ISO IR159", "\u4E02", "1B24284430211B2842" },
        { "ISO IR14", "\uFF71\uFF9F", "B1DF" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void E16_E20_Text_is_read_and_written_in_the_set_that_MSH_18_names(string named, string text, string bytes)
    {
        byte[] name = Convert.FromHexString(bytes);
        Hl7Message message = Hl7Samples.Parse(With(named, name));
        Assert.Empty(message.Flags);
        Assert.Equal(text, message.Text("PID-5.1"));
        Assert.Equal("next", message.Text("PID-5.2"));
        Assert.Equal("last", message.Text("PID-6"));
        message.Set("PID-5.1", "x");
        message.Set("PID-5.1", text);
        Assert.Equal(Hl7Samples.Bytes(Encoding.Latin1.GetString(With(named, name))), message.ToBytes().ToArray());
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void L2_E20_A_change_writes_its_own_segment_and_leaves_the_bytes_of_the_others(string named, string text, string bytes)
    {
        byte[] name = Convert.FromHexString(bytes);
        byte[] content = [.. With(named, name), .. "ZZ1|"u8, .. name, .. "|\r"u8];
        Hl7Message message = Hl7Samples.Parse(content);
        Assert.Equal(content, message.ToBytes().ToArray());
        message.Set("PID-6", text);
        Hl7Message again = Hl7Samples.Parse(message.ToBytes().ToArray());
        Assert.Equal(text, again.Text("PID-6"));
        Assert.Equal(text, again.Text("PID-5.1"));
        Assert.True(message.ToBytes().Span.EndsWith(content.AsSpan(^(name.Length + 6)..)));
        Assert.True(message.ToBytes().Span.IndexOf(name) > 0);
    }

    [Fact]
    public void E20_The_header_is_split_in_its_own_set_also_for_answers()
    {
        // The byte after 0x83 is the field separator, so whoever splits first looks for everything one field too early.
        byte[] content = [.. "MSH|^~\\&|"u8, 0x83, 0x7C, 0x83, 0x7C, .. "|NORTH|LAB|SOUTH|20260101||ADT^A01|ID7|P|2.5||||||SHIFT_JIS\rPID|1\r"u8];
        Hl7Message message = Hl7Samples.Parse(content);
        Assert.Equal("ポポ", message.Text("MSH-3"));
        Assert.Equal("ID7", Encoding.ASCII.GetString(Hl7Header.Field(content, 10)));
        byte[] answer = Acknowledgment.Build(content, AcknowledgmentCode.AA, [], DateTimeOffset.UnixEpoch, "1");
        Assert.True(answer.AsSpan().IndexOf((ReadOnlySpan<byte>)[.. "|LAB|SOUTH|"u8, 0x83, 0x7C, 0x83, 0x7C, .. "|NORTH|"u8]) > 0);
        Assert.True(answer.AsSpan().EndsWith("||||||SHIFT_JIS\rMSA|AA|ID7\r"u8));
    }

    [Fact]
    public void E11_E20_Hex_bytes_are_read_in_the_set_also_when_one_character_stands_in_two_sequences()
    {
        Hl7Message message = Hl7Samples.Parse(With("SHIFT_JIS", [.. "\\X955C\\\\X83\\\\X7C\\a\\F\\"u8]));
        Assert.Equal("表ポa|", message.Text("PID-5.1"));
    }

    [Theory]
    [InlineData("ISO IR87")]
    [InlineData("ISO IR14")]
    [InlineData("~ISO IR87")]
    public void E16_Shift_JIS_under_the_name_of_a_Japanese_set_of_ISO_is_read_and_flagged(string named)
    {
        Hl7Message message = Hl7Samples.Parse(With(named, [0x95, 0x5C, 0x82, 0xA0]));
        Assert.Equal(["charset-guessed"], message.Flags);
        Assert.Equal("表あ", message.Text("PID-5.1"));
        Assert.Equal("last", message.Text("PID-6"));
    }

    [Theory]
    [InlineData("SHIFT_JIS", 0xFF)]
    [InlineData("SHIFT_JIS", 0xFC)]
    [InlineData("BIG-5", 0x80)]
    [InlineData("GB 18030-2000", 0xFF)]
    [InlineData("KS X 1001", 0x80)]
    [InlineData("CNS 11643-1992", 0xA0)]
    [InlineData("ISO IR87", 0x1B)]
    public void E19_E20_Bytes_that_stand_for_nothing_are_flagged_kept_and_are_no_text(string named, int value)
    {
        byte[] content = With(named, [(byte)value]);
        Hl7Message message = Hl7Samples.Parse(content);
        Assert.Equal(["charset-invalid"], message.Flags);
        Assert.Throws<Hl7FormatException>(() => message.Text("PID-5.1"));
        Assert.Equal("last", message.Text("PID-6"));
        message.Set("PID-6", "LAST");
        Assert.Equal(Encoding.Latin1.GetString(content).Replace("last", "LAST", StringComparison.Ordinal), message.Written());
    }

    // A shift of ISO 2022 that is not closed at the end of its field hides the separators after it, and so the name of the set.
    [Theory]
    [InlineData("ISO IR159", "\u001b$(D")]
    [InlineData("ISO IR87", "\u001b$B")]
    public void E18_A_set_whose_name_its_own_header_hides_is_not_known_and_changes_keep_the_message(string set, string shift)
    {
        byte[] content = Hl7Samples.Bytes($"MSH|^~\\&|PAS||||20260101||ORU^R01|1||{shift}||||||{set}\rPID|1||||last\r");
        Hl7Message message = Hl7Samples.Parse(content);
        Assert.Equal(["charset-unknown"], message.Flags);
        message.Set("MSH-5", "LAB");
        message.Set("PID-6", "x");
        Hl7Message again = Hl7Samples.Parse(message.ToBytes().ToArray());
        Assert.Equal(("LAB", "last", "x"), (again.Text("MSH-5"), again.Text("PID-5"), again.Text("PID-6")));
        Assert.Equal((103, "MSH-18"), Hl7Samples.Fault(Encoding.Latin1.GetString([.. content, 0xE9])) is var fault ? (fault.Code, fault.Path) : default);
    }

    [Fact]
    public void E20_A_character_that_the_set_does_not_have_is_refused_when_it_is_written()
    {
        Hl7Message message = Hl7Samples.Parse(With("BIG-5", [0xA5, 0x5C]));
        Hl7FormatException refused = Assert.Throws<Hl7FormatException>(() => message.Set("PID-6", "\u0175"));
        Assert.DoesNotContain("\u0175", refused.Message, StringComparison.Ordinal);
        Assert.Throws<Hl7FormatException>(() => message.SetRaw(FieldPath.Parse("PID-6"), (byte[])[0xE9]));
        Assert.False(message.IsChanged);
    }

    [Theory]
    [InlineData("C6A1")]
    [InlineData("C6E7")]
    [InlineData("C7F3")]
    [InlineData("C8FE")]
    public void E19_Vendor_signs_of_Big5_are_no_text_and_what_follows_them_is(string pair)
    {
        byte[] content = With("BIG-5", [.. Convert.FromHexString(pair), 0xA4, 0xA4]);
        Hl7Message message = Hl7Samples.Parse(content);
        Assert.Equal(["charset-invalid"], message.Flags);
        Hl7FormatException refused = Assert.Throws<Hl7FormatException>(() => message.Text("PID-5.1"));
        Assert.Contains("BIG-5", refused.Message, StringComparison.Ordinal);
        Assert.Equal($"\\X{pair[..2]}\\\\X{pair[2..]}\\\u4E2D", message.CharacterSet.Show(message.GetRaw(FieldPath.Parse("PID-5.1"))));
        Assert.Equal(content, message.ToBytes().ToArray());
    }

    [Theory]
    [InlineData("SHIFT_JIS", "955CFFFC", "\u8868\\XFF\\\\XFC\\")]
    [InlineData("GB 18030-2000", "D2BBFF", "\u4E00\\XFF\\")]
    [InlineData("KS X 1001", "C7D180", "\uD55C\\X80\\")]
    public void E19_What_cannot_be_read_is_shown_byte_for_byte_as_it_came_and_under_its_own_name(string named, string bytes, string shown)
    {
        Hl7Message message = Hl7Samples.Parse(With(named, Convert.FromHexString(bytes)));
        Assert.Equal(named, message.CharacterSet.Name);
        Assert.Equal(shown, message.CharacterSet.Show(message.GetRaw(FieldPath.Parse("PID-5.1"))));
        Assert.Equal(shown, message.WireCharacterSet.Show(Convert.FromHexString(bytes)));
        Hl7Outline outline = Hl7Outline.Of(message);
        Assert.Equal(named, outline.CharacterSet);
        OutlinePart name = outline.Segments[1].Fields.Single(field => field.Path == "PID-5").Parts![0];
        Assert.Equal((shown, $"not text in {named}: bytes that stand for nothing are shown in hex"), (name.Value, name.Note));
    }

    [Fact]
    public void E19_Problems_name_the_set_that_the_message_names()
    {
        Hl7Message message = Hl7Samples.Parse([.. Hl7Samples.Bytes(Checked.Admit.Replace("|P|2.5\r", "|P|2.5||||||SHIFT_JIS\r", StringComparison.Ordinal)), .. "NTE|1||"u8, 0xFF, (byte)'\r']);
        Hl7Profile profile = new() { Name = "p", Fields = [new() { Path = "NTE-3", MaxLength = 3 }] };
        Hl7Problem[] told = [.. new Hl7Validator(ValidationLevel.Profile, profile).Check(message).Where(problem => problem.Rule is 3141 or 3168)];
        Assert.Equal([3141, 3168], told.Select(problem => problem.Rule).Order());
        Assert.All(told, problem => Assert.Contains("SHIFT_JIS", problem.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void E02_E20_An_escape_sequence_alone_is_no_segment() =>
        Assert.Equal(2, Hl7Samples.Parse([.. With("ISO IR87", "x"u8), .. "\u001b$(D"u8]).SegmentCount);

    [Fact]
    public void E20_Copies_parts_and_other_delimiters_keep_the_set()
    {
        Hl7Message message = Hl7Samples.Parse(With("SHIFT_JIS", [0x95, 0x5C]));
        Hl7Message part = message.Take(..1, 1..2);
        message.UseDelimiters(Hl7Samples.Delimiters("#*!?%"));
        Assert.Equal("表", Hl7Samples.Parse(message.ToBytes().ToArray()).Text("PID-5.1"));
        Assert.Equal("表", Hl7Samples.Parse(part.ToBytes().ToArray()).Text("PID-5.1"));
        Hl7Message made = part.NewLike();
        made.AddRawSegment(part.SegmentBytes(1));
        made.Set("MSH-18", "SHIFT_JIS");
        Assert.Equal("表", Hl7Samples.Parse(made.ToBytes().ToArray()).Text("PID-5.1"));
    }

    [Fact]
    public void E20_Every_character_of_every_set_comes_back_from_its_bytes()
    {
        foreach (Hl7CharacterSet set in Hl7CharacterSet.All.Where(set => set.MultiByte is not null))
        {
            int written = 0;
            for (int scalar = 0; scalar < 0x20000; scalar++)
            {
                if (!Rune.IsValid(scalar) || Try(() => set.Encode(new Rune(scalar).ToString())) is not { } bytes)
                    continue;
                Assert.Equal(new Rune(scalar).ToString(), set.Decode(bytes));
                Assert.False(bytes.Length > 1 && bytes.AsSpan().IndexOfAny("\r\n\u000b\u001c"u8) >= 0);
                written++;
            }

            Assert.True(written > 6_000, $"{set.Name} writes {written} characters.");
        }
    }

    [Fact]
    public void E20_Every_character_that_is_read_can_be_written()
    {
        foreach (Hl7CharacterSet set in Hl7CharacterSet.All.Where(set => set.MultiByte is not null))
        {
            for (int pair = 0x2121; pair <= 0xFFFF; pair++)
            {
                byte[] bytes = set.Name.StartsWith("ISO", StringComparison.Ordinal)
                    ? [.. set.Name == "ISO IR87" ? "\u001b$B"u8 : "\u001b$(D"u8, (byte)(pair >> 8), (byte)pair, .. "\u001b(B"u8]
                    : [(byte)(pair >> 8), (byte)pair];
                if (Try(() => set.Decode(bytes)) is { } text)
                    Assert.Equal(text, set.Decode(set.Encode(text)));
            }
        }
    }

    [Theory]
    [InlineData("SHIFT_JIS")]
    [InlineData("BIG-5")]
    [InlineData("GB 18030-2000")]
    [InlineData("KS X 1001")]
    [InlineData("CNS 11643-1992")]
    [InlineData("ISO IR87")]
    [InlineData("ISO IR159")]
    [InlineData("ISO IR14")]
    public void L2_E20_Any_bytes_are_written_as_they_were_and_changed_in_one_place_alone(string named) =>
        Generated.ForAll(Gen.Choose(0, 255).ListOf().Zip(Gen.Elements("", "\u001b$B", "0|^~\\", "\u0083|", "\u0095\\")), made =>
        {
            byte[] content = [.. Hl7Samples.Bytes($"MSH|^~\\&|PAS|||||||||||||||{named}\rZZ1|"), .. Hl7Samples.Bytes(made.Item2), .. made.Item1.Select(value => (byte)value)];
            if (Hl7Message.Parse(content, out _) is not { } message)
                return;
            Assert.Equal(content, message.ToBytes().ToArray());
            // What is guessed may be guessed otherwise when the bytes are others.
            if (message.Flags.Contains("charset-guessed"))
                return;
            string[] before = Segments(message);
            message.Set("MSH-3", "LAB");
            Hl7Message again = Hl7Samples.Parse(message.ToBytes().ToArray());
            Assert.Equal(before[1..], Segments(again)[1..]);
            try
            {
                message.Set("ZZ1-30", "x|y");
            }
            catch (Hl7FormatException)
            {
                return;
            }

            again = Hl7Samples.Parse(message.ToBytes().ToArray());
            if (!again.Flags.Contains("charset-guessed"))
                Assert.Equal(Segments(message), Segments(again));
        });

    private static string[] Segments(Hl7Message message) => [.. Enumerable.Range(0, message.SegmentCount).Select(i => Convert.ToHexString(message.SegmentBytes(i).Span))];

    private static T? Try<T>(Func<T> act)
        where T : class
    {
        try
        {
            return act();
        }
        catch (Hl7FormatException)
        {
            return null;
        }
    }

    private static byte[] With(string named, ReadOnlySpan<byte> name) =>
        [.. Hl7Samples.Bytes($"MSH|^~\\&|PAS|||||||||||||||{named}\rPID|1||||"), .. name, .. "^next|last\r"u8];

    // Pairs that the platform reads and never writes, and pairs that stand for nothing: what follows them stays where it is.
    [Theory]
    [InlineData("SHIFT_JIS", "8E52EEE0", "\u5C71\u9AD9")]
    [InlineData("BIG-5", "A4A4A2CC", "\u4E2D\u5341")]
    [InlineData("SHIFT_JIS", "EFFC", null)]
    [InlineData("BIG-5", "C6E7C879A4A4", null)]
    public void E20_A_pair_takes_no_delimiter_with_it(string set, string bytes, string? text)
    {
        byte[] content = [.. Encoding.ASCII.GetBytes($"MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5||||||{set}\rPID|1||||"), .. Convert.FromHexString(bytes), .. "||19800101|M\r"u8];
        Hl7Message message = Hl7Message.Parse(content, out _)!;
        Assert.Equal("19800101", message.GetText(FieldPath.Parse("PID-7")));
        if (text is not null)
            Assert.Equal(text, message.GetText(FieldPath.Parse("PID-5")));
        Assert.Equal(content, message.ToBytes().ToArray());
    }
}

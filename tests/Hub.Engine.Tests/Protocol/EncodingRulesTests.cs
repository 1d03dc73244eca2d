using Hub.Contracts;

namespace Hub.Engine.Tests.Protocol;

/// <summary>Rules E01 to E21 and B01 to B04 seen from outside: bytes into a socket of a whole Hub, its answer, and the bytes that reach a receiver.</summary>
public sealed class EncodingRulesTests(EncodingRulesHub rules) : IClassFixture<EncodingRulesHub>
{
    [Theory]
    [InlineData("PID|1\nNTE|1||a\nb\nPV1||I\n", "PID|1\rNTE|1||a\nb\rPV1||I\r")]
    [InlineData("PID|1\r\nPV1||I\r\n", "PID|1\rPV1||I\r")]
    public Task E01_Segments_end_at_CR_CRLF_and_at_LF_before_a_segment_and_are_written_with_CR(string body, string written) => rules.EditsAsync(body, written);

    [Theory]
    [InlineData("PID|1")]
    [InlineData("\r\rPID|1\r\r\r")]
    public Task E02_The_last_terminator_may_be_missing_and_empty_segments_are_ignored(string body) => rules.EditsAsync(body, "PID|1\r");

    [Fact]
    public async Task E03_A_block_begins_with_a_header_after_a_byte_order_mark_and_white_space_or_is_undecodable()
    {
        await rules.PassesAsync("\u00ef\u00bb\u00bf \r\n{MSH}PID|1\r");
        Assert.Contains("\rMSA|AR|\rERR|||100^", await rules.SendAsync("pass", "PID|1||77\rPV1||I\r"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MSH#*!?%#A#B#C#D#20260101##ADT*A01#{ID}#P#2.5\rPID#1####x&y*z\r", "ZR1#x&y\r")]
    [InlineData("MSH|^|A|B|C|D|20260101||ADT^A01|{ID}|P|2.5\rPID|1||||x&y~z^w\r", "ZR1|x&y~z\r")]
    public async Task E04_The_delimiters_are_those_of_the_message_and_what_it_does_not_give_is_not_in_force(string block, string written) =>
        Assert.EndsWith("\r" + written, await rules.EditedAsync(block), StringComparison.Ordinal);

    [Theory]
    [InlineData("|^^\\&")]
    [InlineData("|^~\\&#!")]
    [InlineData("|A~\\&")]
    public async Task E05_Delimiters_that_cannot_be_used_are_an_error_at_MSH_2(string delimiters)
    {
        string answer = await rules.SendAsync("pass", $"MSH{delimiters}|A|B|C|D|20260101||ADT^A01|E05|P|2.5\r");
        Assert.StartsWith("MSH|^~\\&|", answer, StringComparison.Ordinal);
        Assert.Contains("\rMSA|AE|E05", answer, StringComparison.Ordinal);
        Assert.Contains("\rERR||MSH^1^2|102^", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task E06_MSH_1_and_MSH_2_count_as_fields_and_are_never_split() =>
        Assert.EndsWith("\rZR2|\\F\\|\\S\\\\R\\\\E\\\\T\\|A\r", await rules.EditedAsync("{MSH}PID|1\r", "header"), StringComparison.Ordinal);

    [Fact]
    public async Task E07_An_empty_repetition_counts_and_separators_at_ends_are_not_rewritten() =>
        Assert.EndsWith("\rPID|1||A~~B^|||\rZR3|B\r", await rules.EditedAsync("{MSH}PID|1||A~~B^|||\r", "third"), StringComparison.Ordinal);

    [Fact]
    public async Task E08_Null_and_not_populated_stay_apart()
    {
        Assert.EndsWith("\rZR1|\"\"\r", await rules.EditedAsync("{MSH}PID|1||||\"\"\r"), StringComparison.Ordinal);
        Assert.EndsWith("\rPID|1||||\r", await rules.EditedAsync("{MSH}PID|1||||\r"), StringComparison.Ordinal);
    }

    [Fact]
    public Task E09_Segments_and_parts_that_nobody_expects_are_kept() => rules.PassesAsync("{MSH}ZZ1|a^b&c~d|||\rPID|1||||||||||||||||||||||||||||||||||||||||||||||||||x\rno segment\r");

    [Fact]
    public async Task E10_Escapes_stand_for_the_delimiters_of_this_message_and_are_decoded_once() =>
        Assert.EndsWith("#a&b|c^d~e\\f\\F\\#\r", await rules.EditedAsync("{MSH}NTE|a\\T\\b\\F\\c\\S\\d\\R\\e\\E\\f\\E\\F\\E\\|\r", "other"), StringComparison.Ordinal);

    [Theory]
    [InlineData("\\X41\\\\X4a4B\\", "AJK")]
    [InlineData("\\X4\\", "\\E\\X4\\E\\")]
    public async Task E11_Pairs_of_hex_digits_are_bytes_and_anything_else_stays(string name, string text) =>
        Assert.EndsWith($"\rZR1|{text}\r", await rules.EditedAsync($"{{MSH}}PID|1||||{name}\r"), StringComparison.Ordinal);

    [Fact]
    public async Task E12_Highlighting_and_formatting_stay_as_written() =>
        Assert.EndsWith("#?H?x?N??.br??Zq?#\r", await rules.EditedAsync("{MSH}NTE|\\H\\x\\N\\\\.br\\\\Zq\\|\r", "other"), StringComparison.Ordinal);

    [Fact]
    public async Task E13_An_escape_character_without_a_partner_is_literal() =>
        Assert.EndsWith("\rZR1|C:\\E\\temp\r", await rules.EditedAsync("{MSH}PID|1||||C:\\temp\r"), StringComparison.Ordinal);

    [Fact]
    public async Task E14_What_has_a_meaning_is_escaped_when_it_is_written() =>
        Assert.EndsWith("\rZR1|\\F\\\\S\\\\T\\\\R\\\\E\\\\X0D\\\\X0A\\\r", await rules.EditedAsync("{MSH}PID|1||||\\X7C5E267E5C0D0A\\\r"), StringComparison.Ordinal);

    [Theory]
    [InlineData("|^~\\&#", "ROOM\\P\\")]
    [InlineData("|^~\\&", "ROOM#")]
    public async Task E15_A_truncation_character_that_is_meant_is_escaped_where_one_is_in_force(string delimiters, string written) =>
        Assert.EndsWith($"\rZR4|{written}\r", await rules.EditedAsync($"MSH{delimiters}|A|B|C|D|20260101||ADT^A01|{{ID}}|P|2.7\rPID|1||||CU#\r", "room"), StringComparison.Ordinal);

    [Theory]
    [InlineData("ASCII", "abc")]
    [InlineData("8859/1", "\u00e9")]
    [InlineData("8859/2", "\u00f8")]
    [InlineData("8859/3", "\u00b1")]
    [InlineData("8859/4", "\u00b1")]
    [InlineData("8859/5", "\u00b6")]
    [InlineData("8859/6", "\u00c7")]
    [InlineData("8859/7", "\u00d9")]
    [InlineData("8859/8", "\u00e0")]
    [InlineData("8859/9", "\u00fe")]
    [InlineData("8859/15", "\u00a4")]
    [InlineData("ISO IR6", "abc")]
    [InlineData("ISO IR14", "\u00b1\u00df")]
    [InlineData("ISO IR87", "\u001b$BI=%]\u001b(B")]
    [InlineData("~ISO IR87", "\u001b$BI=%]\u001b(B")]
    [InlineData("ISO IR159", "\u001b$(D0!\u001b(B")]
    [InlineData("GB 18030-2000", "\u0082\\\u0081\\\u0081y\u00949\u00c67")]
    [InlineData("KS X 1001", "\u00c7\u00d1\u00b1\u00db")]
    [InlineData("CNS 11643-1992", "\u00c4\u00a1\u008e\u00a2\u00a1\u00a4")]
    [InlineData("BIG-5", "\u00a5\\\u00b3\\")]
    [InlineData(" big-5 ", "\u00a5\\\u00b3\\")]
    [InlineData("UNICODE", "\u00c3\u00a9")]
    [InlineData("UNICODE UTF-8", "\u00e8\u00a1\u00a8")]
    [InlineData("SHIFT_JIS", "\u0095\\\u0083|")]
    public async Task E16_Every_character_set_of_table_0211_is_read_and_written(string set, string name) =>
        Assert.EndsWith($"\rPID|1||||{name}^x|y\rZR1|{name}\r", await rules.EditedAsync($"MSH|^~\\&|A|B|C|D|20260101||ADT^A01|{{ID}}|P|2.5||||||{set}\rPID|1||||{name}^x|y\r"), StringComparison.Ordinal);

    [Theory]
    [InlineData("\u00c3\u00a9")]
    [InlineData("\u00e9")]
    public async Task E17_Bytes_without_a_named_set_are_UTF_8_or_the_set_of_the_listener(string name) =>
        Assert.EndsWith($"\rZR1|{name}\r", await rules.EditedAsync($"{{MSH}}PID|1||||{name}\r"), StringComparison.Ordinal);

    [Fact]
    public async Task E18_An_unknown_set_is_an_error_at_MSH_18_unless_all_is_ASCII_and_UTF_16_is_undecodable()
    {
        const string Named = "MSH|^~\\&|A|B|C|D|20260101||ADT^A01|{ID}|P|2.5||||||KLINGON\rPID|1||||";
        await rules.PassesAsync(Named + "plain\r");
        string answer = await rules.SendAsync("pass", (Named + "\u00e9\r").Replace("{ID}", "E18", StringComparison.Ordinal));
        Assert.Contains("\rMSA|AE|E18", answer, StringComparison.Ordinal);
        Assert.Contains("\rERR||MSH^1^18|103^", answer, StringComparison.Ordinal);
        Assert.Contains("\rMSA|AR|\r", await rules.SendAsync("pass", "\u00ff\u00feM\0S\0H\0|\0^\0~\0\\\0&\0|\0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task E19_Bytes_that_are_not_of_the_named_set_pass_unchanged_and_are_never_text()
    {
        const string Block = "MSH|^~\\&|A|B|C|D|20260101||ADT^A01|{ID}|P|2.5||||||UNICODE UTF-8\rPID|1||||\u00e9\r";
        await rules.PassesAsync(Block);
        Assert.Contains("\rMSA|AE|E19", await rules.SendAsync("edit", Block.Replace("{ID}", "E19", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task E20_What_looks_like_a_delimiter_in_a_character_is_none_also_in_the_header_and_the_answer()
    {
        string id = rules.NextId();
        string block = $"MSH|^~\\&|\u0083|\u0083||NORTH|LAB|SOUTH|20260101||ADT^A01|{id}|P|2.5||||||SHIFT_JIS\rPID|1||||\u0095\\\u0083^^\u0083~|x\r";
        string answer = await rules.SendAsync("edit", block);
        Assert.Contains($"\rMSA|AA|{id}\r", answer, StringComparison.Ordinal);
        Assert.Contains("|LAB|SOUTH|\u0083|\u0083||NORTH|", answer, StringComparison.Ordinal);
        Assert.Equal(block + "ZR1|\u0095\\\u0083^\r", await rules.ReceivedAsync(id));
    }

    [Theory]
    [InlineData("|", 10_001)]
    [InlineData("~", 10_000)]
    [InlineData("^", 1_000)]
    [InlineData("&", 1_000)]
    [InlineData("\rNTE", 100_000)]
    public async Task E21_More_parts_than_the_limits_are_an_error(string separator, int count) =>
        Assert.Contains("|102^", await rules.SendAsync("pass", $"MSH|^~\\&|A|B|C|D|20260101||ADT^A01|E21|P|2.5\rNTE|{string.Concat(Enumerable.Repeat(separator, count))}\r"), StringComparison.Ordinal);

    [Theory]
    [InlineData("FHS|^~\\&|A\rBHS#*!?%#A\r", "BTS#2\rFTS|1\r")]
    [InlineData("BHS|^~\\&|A\r", "BTS|2\r")]
    [InlineData("", "")]
    public async Task B01_A_batch_is_divided_with_and_without_headers_each_with_its_own_delimiters(string before, string after)
    {
        (string first, string second) = (rules.NextId(), rules.NextId());
        string answer = await rules.SendAsync("batch", $"{before}{EncodingRulesHub.Header(first)}PID|1\rMSH#*!?%#A#B#C#D#20260101##ADT*A01#{second}#P#2.5\rPID#2\r{after}");
        Assert.Contains($"MSA|AA|{first}\r", answer, StringComparison.Ordinal);
        Assert.EndsWith("PID|1\r", await rules.ReceivedAsync(first), StringComparison.Ordinal);
        Assert.EndsWith("PID#2\r", await rules.ReceivedAsync(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B01_A_batch_without_a_message_is_legal() =>
        Assert.Contains("BTS|0", await rules.SendAsync("batch", "BHS|^~\\&|A||||||||B0\rBTS|0\r"), StringComparison.Ordinal);

    [Theory]
    [InlineData("BTS|3\r")]
    [InlineData("BTS|2\rFTS|2\r")]
    public async Task B02_A_count_that_does_not_hold_refuses_the_whole_batch(string after)
    {
        (string first, string second) = (rules.NextId(), rules.NextId());
        string answer = await rules.SendAsync("batch", $"BHS|^~\\&|A||||||||B2\r{EncodingRulesHub.Header(first)}PID|1\r{EncodingRulesHub.Header(second)}PID|2\r{after}");
        Assert.Contains("|100^", answer, StringComparison.Ordinal);
        Assert.Contains(after.Contains("FTS", StringComparison.Ordinal) ? "FTS^1^1" : "BTS^1^1", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("|AA|", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BTS|5\r", "AE", "BTS^1^1")]
    [InlineData("BTS#5\r", "AE", "BTS^1^1")]
    [InlineData("FTS|2\r", "AE", "FTS^1^1")]
    [InlineData("BTS|1\rFTS|1\r", "AA", "")]
    [InlineData("BHS|^~\\&|A\rPID|2\r", "AE", "|100^")]
    public async Task B02_A_count_holds_for_one_message_without_a_header_too(string after, string code, string place)
    {
        string id = rules.NextId();
        string answer = await rules.SendAsync("batch", $"{EncodingRulesHub.Header(id)}PID|1\r{after}");
        Assert.Contains($"\rMSA|{code}|{id}", answer, StringComparison.Ordinal);
        Assert.Contains(place, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B03_The_messages_of_a_batch_are_a_row_each_linked_to_it_and_delivered_in_order()
    {
        string[] ids = [.. Enumerable.Range(0, 5).Select(_ => rules.NextId())];
        await rules.SendAsync("batch", $"BHS|^~\\&|A||||||||B3\r{string.Concat(ids.Select(id => EncodingRulesHub.Header(id) + "PID|1\r"))}BTS|5\r");
        foreach (string id in ids)
            await rules.ReceivedAsync(id);
        StoredMessage batch = rules.Journal.Find(new() { Channel = "batch" }).First(message => message.Header.ControlId == "B3");
        IReadOnlyList<StoredMessage> rows = rules.Journal.Find(new() { Batch = batch.Id });
        Assert.Equal(ids, rows.Select(row => row.Header.ControlId));
        Assert.Equal([1, 2, 3, 4, 5], rows.Select(row => row.BatchPlace));
        Assert.Equal(rows.Select(row => row.Deliveries.Single().Delivery).Order(), rows.Select(row => row.Deliveries.Single().Delivery));
    }

    [Fact]
    public async Task B04_The_answer_is_a_batch_with_an_acknowledgment_for_each_message()
    {
        string answer = await rules.SendAsync("batch", $"BHS|^~\\&|A||||||||B4\r{EncodingRulesHub.Header(rules.NextId())}PID|1\r{EncodingRulesHub.Header(rules.NextId())}PID|2\rBTS|2\r");
        Assert.Equal(["BHS", "MSH", "MSA", "MSH", "MSA", "BTS"], answer.TrimEnd('\r').Split('\r').Select(segment => segment[..3]));
        Assert.Equal("B4", answer.Split('\r')[0].Split('|')[11]);
    }

    [Theory]
    [InlineData(true, "BHS BTS", "0")]
    [InlineData(false, "BHS MSH MSA ERR MSH MSA ERR BTS", "2")]
    public async Task B04_With_errorsOnly_the_answer_holds_what_was_not_taken(bool hasId, string segments, string count)
    {
        string answer = await rules.SendAsync("errors", $"BHS|^~\\&|A||||||||B5\r{EncodingRulesHub.Header(rules.NextId())}PID|1\r{EncodingRulesHub.Header(hasId ? rules.NextId() : "")}PID|1\rBTS|2\r");
        string[] lines = answer.TrimEnd('\r').Split('\r');
        Assert.Equal(segments, string.Join(' ', lines.Select(segment => segment[..3])));
        Assert.Equal(count, lines[^1].Split('|')[1]);
    }
}

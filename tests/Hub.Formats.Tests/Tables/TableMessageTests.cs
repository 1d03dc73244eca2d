using System.Text;
using Hub.Formats.Documents;
using Hub.Formats.Tables;

namespace Hub.Formats.Tests.Tables;

public sealed class TableMessageTests
{
    private const string Wards = "id,name,ward\r\n1,\"Prawf, Gwen\",2W\r\n\r\n2,\"B \"\"X\"\"\",\n3,C\n";

    private static readonly DelimitedLayout s_comma = new(',', '"', header: true, null, Encoding.UTF8);

    [Theory]
    [InlineData("id", "1")]
    [InlineData("name", "Prawf, Gwen")]
    [InlineData("[2].name", "B \"X\"")]
    [InlineData("[2].ward", "")]
    [InlineData("[3].ward", "")]
    [InlineData("[9].ward", "")]
    [InlineData("[*].id", "1")]
    [InlineData("[2]", "2,\"B \"\"X\"\"\",")]
    public void A_path_gives_the_text_at_its_place(string path, string text) => Assert.Equal(text, Read(Wards).GetText(TablePath.Parse(path), null));

    [Theory]
    [InlineData("id", "9", "1,\"Prawf, Gwen\",2W", "9,\"Prawf, Gwen\",2W")]
    [InlineData("[2].ward", "a;b\n\"", "2,\"B \"\"X\"\"\",", "2,\"B \"\"X\"\"\",\"a;b\n\"\"\"")]
    [InlineData("[3].ward", "x", "3,C", "3,C,x")]
    public void A_change_leaves_every_other_row(string path, string text, string old, string changed)
    {
        TableMessage message = Read(Wards);
        message.SetText(TablePath.Parse(path), text, null);
        Assert.Equal(Wards.Replace(old, changed, StringComparison.Ordinal), Text(message));
    }

    [Fact]
    public void Every_row_can_be_written_and_rows_deleted()
    {
        TableMessage message = Read(Wards);
        message.SetText(TablePath.Parse("[*].ward"), "X", null);
        message.Delete(TablePath.Parse("[1]"), null);
        Assert.Equal("id,name,ward\r\n2,\"B \"\"X\"\"\",X\n3,C,X\n", Text(message));
    }

    [Fact]
    public void Items_are_rows_and_stay_right_while_others_go()
    {
        TableMessage message = Read(Wards);
        IReadOnlyList<object> rows = message.Items(TablePath.Parse("[*]"), null);
        message.Delete(TablePath.Parse("[1]"), null);
        Assert.Equal([false, true, true], rows.Select(message.Has));
        Assert.Equal("3", message.GetText(TablePath.Parse("id"), rows[2]));
    }

    [Fact]
    public void L2_what_nobody_changed_is_the_bytes_that_were_read()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("\uFEFF" + Wards);
        TableMessage message = s_comma.Read(bytes, out _)!;
        Assert.Equal("1", message.GetText(TablePath.Parse("id"), null));
        Assert.True(message.ToBytes().Span == bytes);
        Document copy = message.Clone();
        copy.SetText(TablePath.Parse("id"), "5", null);
        Assert.True(message.ToBytes().Span == bytes);
        Assert.StartsWith("\uFEFFid,name,ward\r\n5,", Encoding.UTF8.GetString(copy.ToBytes().Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_without_names_are_numbers()
    {
        TableMessage message = new DelimitedLayout('|', null, header: false, null, Encoding.Latin1).Read(Encoding.Latin1.GetBytes("a|\u00e9|\"\nb\n"), out _)!;
        Assert.Equal(("\u00e9", "\"", ""), (message.GetText(TablePath.Parse("2"), null), message.GetText(TablePath.Parse("3"), null), message.GetText(TablePath.Parse("[2].2"), null)));
        message.SetText(TablePath.Parse("[2].2"), "\u00e8", null);
        Assert.Equal("a|\u00e9|\"\nb|\u00e8\n", Encoding.Latin1.GetString(message.ToBytes().Span));
        message.SetText(TablePath.Parse("1"), "\u20ac", null);
        Assert.Throws<DocumentException>(() => { message.ToBytes(); });
    }

    [Theory]
    [InlineData("id,name\n1,\"a", 2)]
    [InlineData("id,name\n1,a\"b\"", 2)]
    [InlineData("id,name\n1,\"a\"b", 2)]
    [InlineData("id,name\n\n1,a,b", 3)]
    [InlineData("id,id\n1,2", 1)]
    [InlineData("id,\n1,2", 1)]
    [InlineData("", 0)]
    [InlineData("id\n\0", 0)]
    public void Broken_input_is_refused_with_its_line(string csv, int line)
    {
        Assert.Null(s_comma.Read(Encoding.UTF8.GetBytes(csv), out DocumentFault? fault));
        Assert.Equal(line, fault!.Line);
    }

    [Fact]
    public void Bytes_of_another_character_set_are_refused() => Assert.Null(s_comma.Read(new byte[] { 0xFF, 0xFE, 0x61, 0 }, out _));

    [Theory]
    [InlineData("nope")]
    [InlineData("[0].id")]
    [InlineData("[x].id")]
    [InlineData("[1]id")]
    [InlineData("")]
    public void An_unknown_column_or_broken_path_is_refused(string path) => Assert.False(TablePath.TryParse(path, ["id"], out _, out _));

    [Fact]
    public void Fixed_width_fields_are_read_written_and_what_is_between_them_kept()
    {
        FixedWidthLayout layout = new([new("id", 1, 4, true, '0', true), new("name", 6, 5, true, ' ', false), new("end", 12, 3, false, ' ', false)], Encoding.UTF8);
        const string Lines = "0007-Anna |A B tail\r\n0012-B\r\n";
        TableMessage message = layout.Read(Encoding.UTF8.GetBytes(Lines), out _)!;
        Assert.Equal(("7", "Anna", "A B"), (message.GetText(TablePath.Parse("id"), null), message.GetText(TablePath.Parse("name"), null), message.GetText(TablePath.Parse("end"), null)));
        Assert.Equal(("B", ""), (message.GetText(TablePath.Parse("[2].name"), null), message.GetText(TablePath.Parse("[2].end"), null)));
        message.SetText(TablePath.Parse("id"), "15", null);
        message.SetText(TablePath.Parse("[2].end"), "X", null);
        Assert.Equal("0015-Anna |A B tail\r\n0012-B     X  \r\n", Text(message));
        message.SetText(TablePath.Parse("name"), "Theodora", null);
        DocumentException refusal = Assert.Throws<DocumentException>(() => { message.ToBytes(); });
        Assert.DoesNotContain("Theodora", refusal.Message, StringComparison.Ordinal);
    }

    private static TableMessage Read(string csv) => s_comma.Read(Encoding.UTF8.GetBytes(csv), out DocumentFault? fault) ?? throw new FormatException(fault!.Text);

    private static string Text(TableMessage message) => Encoding.UTF8.GetString(message.ToBytes().Span);
}

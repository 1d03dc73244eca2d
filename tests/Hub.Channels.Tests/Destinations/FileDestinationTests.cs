using System.Diagnostics;
using System.Text;
using Hub.Channels.Destinations.File;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using FileMode = Hub.Channels.Destinations.File.FileMode;

namespace Hub.Channels.Tests.Destinations;

/// <summary>Messages in files: what stands in the folder, under which name, and after which fault.</summary>
public sealed class FileDestinationTests : IDisposable
{
    private readonly TestFolder _root = new();

    private string Folder => _root.Path("out");

    [Fact]
    public async Task S10_nothing_but_whole_files_under_final_names_is_left()
    {
        Assert.Equal(DeliveryVerdict.Sent, (await SendAsync(1, Samples.Adt("1"))).Verdict);
        Assert.Equal(Samples.Adt("1"), Assert.Single(Files()).Value);
    }

    [Fact]
    public async Task S10_a_temporary_file_of_a_try_that_was_cut_off_is_overwritten()
    {
        _root.Write("out/.1.part", new string('x', 10_000));
        await SendAsync(1, Samples.Adt("1"));
        Assert.Equal(Samples.Adt("1"), Assert.Single(Files()).Value);
    }

    [Fact]
    public async Task S10_a_retry_after_a_crash_leaves_one_file()
    {
        await SendAsync(1, Samples.Adt("1"));
        Assert.Equal(DeliveryVerdict.Sent, (await SendAsync(1, Samples.Adt("1"))).Verdict);
        Assert.Single(Files());
    }

    [Fact]
    public async Task The_name_is_made_from_the_message()
    {
        await SendAsync(1, Samples.Adt("MSG7"), config => config with { Name = ValueTemplate.Parse("${PID-3.1}-${MSH-10}.hl7") });
        Assert.Equal("9990000018-MSG7.hl7", Assert.Single(Files()).Key);
    }

    [Theory]
    [InlineData("\"dataType\": \"json\"", "{\"id\":\"a/b\"}", "", "7.json")]
    [InlineData("\"dataType\": \"json\"", "{\"id\":\"a/b\"}", ", \"name\": \"${id}.x\"", "a_b.x")]
    [InlineData("\"dataType\": \"json\"", "<a id='5'/>", ", \"steps\": [{ \"type\": \"convert\", \"to\": \"xml\" }]", "7.xml")]
    [InlineData("\"dataType\": \"json\"", "<a id='5'/>", ", \"steps\": [{ \"type\": \"convert\", \"to\": \"xml\" }], \"name\": \"${/a/@id}.x\"", "5.x")]
    [InlineData("\"dataType\": \"delimited\"", "id\n5\n", ", \"name\": \"${id}.x\"", "5.x")]
    [InlineData("\"dataType\": \"delimited\"", "id\n5\n", "", "7.csv")]
    [InlineData("\"dataType\": \"fixedWidth\", \"fixedWidth\": { \"fields\": [{ \"name\": \"id\", \"start\": 1, \"length\": 3 }] }", "5\n", "", "7.txt")]
    [InlineData("\"dataType\": \"raw\"", "%PDF", "", "7.bin")]
    [InlineData("\"dataType\": \"json\"", "broken", ", \"name\": \"${id}.x\"", "7.bin")]
    public async Task A_name_goes_by_the_data_type_of_what_is_delivered(string source, string content, string members, string name)
    {
        ChannelModel channel = TestChannels.Make($$"""
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0", {{source}} }, "destinations": [{ "id": "archive", "type": "file", "folder": "{{Folder}}"{{members}} }] }
            """);
        await using FileDestination destination = new((FileDestinationConfig)channel.Destinations[0].Config, new("adt", new ManualTime(), NullLoggerFactory.Instance));
        await destination.SendAsync(new(new(7), 7, 1, Encoding.UTF8.GetBytes(content)), CancellationToken.None);
        Assert.Equal((name, content), (Assert.Single(Files()).Key, Files().Values.Single()));
    }

    [Theory]
    [InlineData("../../../etc/passwd", "_.._.._etc_passwd")]
    [InlineData("..", "")]
    [InlineData("/etc/cron.d/x", "_etc_cron.d_x")]
    [InlineData("..\\..\\x", "_.._x")]
    [InlineData("C:x", "C_x")]
    [InlineData(". .hidden", "hidden")]
    [InlineData("a\0b\r\n", "a_b__")]
    [InlineData("plain.hl7", "plain.hl7")]
    [InlineData("Łódź 7.hl7 ", "Łódź 7.hl7")]
    [InlineData("", "")]
    public void A_name_never_leaves_the_folder(string text, string name) => Assert.Equal(name, SafeName.Of(text));

    [Theory]
    [InlineData('x')]
    [InlineData('ż')]
    [InlineData('漢')]
    public void A_long_name_is_cut_before_its_extension_to_what_file_systems_take(char letter)
    {
        string name = SafeName.Of(new string(letter, 1_000) + ".hl7");
        Assert.EndsWith($"{letter}.hl7", name, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(name), 220, 230);
    }

    [Fact]
    public async Task A_name_that_is_empty_is_refused_with_what_to_do()
    {
        DeliveryResult result = await SendAsync(1, Samples.Adt("1"), config => config with { Name = ValueTemplate.Parse("${PID-30}") });
        Assert.Equal(DeliveryVerdict.Refused, result.Verdict);
        Assert.Contains("${message.id}", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OnExisting.Number, DeliveryVerdict.Sent, "a-2.hl7 a.hl7")]
    [InlineData(OnExisting.Overwrite, DeliveryVerdict.Sent, "a.hl7")]
    [InlineData(OnExisting.Park, DeliveryVerdict.Refused, "a.hl7")]
    public async Task Other_content_under_the_same_name_is_kept_unless_the_file_says_so(OnExisting onExisting, DeliveryVerdict verdict, string names)
    {
        Func<FileDestinationConfig, FileDestinationConfig> change = config => config with { Name = ValueTemplate.Parse("a.hl7"), OnExisting = onExisting };
        await SendAsync(1, Samples.Adt("1"), change);
        Assert.Equal(verdict, (await SendAsync(2, Samples.Adt("2"), change)).Verdict);
        Assert.Equal(names, string.Join(' ', Files().Keys));
        Assert.Equal(onExisting == OnExisting.Overwrite ? Samples.Adt("2") : Samples.Adt("1"), Files()["a.hl7"]);
    }

    [Fact]
    public async Task Appending_puts_messages_one_after_another()
    {
        Func<FileDestinationConfig, FileDestinationConfig> change = config => config with { Name = ValueTemplate.Parse("day.hl7"), Mode = FileMode.Append };
        await SendAsync(1, Samples.Adt("1"), change);
        await SendAsync(2, Samples.Adt("2"), change);
        Assert.Equal(Samples.Adt("1") + "\n" + Samples.Adt("2") + "\n", Assert.Single(Files()).Value);
    }

    [Theory]
    [InlineData("whole\n", "6 300 .", "whole\n")]
    [InlineData("whole\nMSH|^~\\&|WARD|NO", "6 300 .", "whole\n")]
    [InlineData("M", "0 300 .", "")]
    [InlineData("whole\nalso whole\n", "6 17 .", "whole\nalso whole\n")]
    [InlineData("of somebody else\n", "100 300 .", "of somebody else\n")]
    [InlineData("whole\n", "6 3", "whole\n")]
    [InlineData("whole\n", "", "whole\n")]
    public async Task Half_a_message_that_a_kill_left_is_cut_off_before_the_next_is_appended(string left, string note, string kept)
    {
        _root.Write("out/day.hl7", left);
        _root.Write("out/.day.hl7.append", note);
        Assert.Equal(DeliveryVerdict.Sent, (await SendAsync(1, Samples.Adt("1"), config => config with { Name = ValueTemplate.Parse("day.hl7"), Mode = FileMode.Append })).Verdict);
        Assert.Equal(kept + Samples.Adt("1") + "\n", Assert.Single(Files()).Value);
        Assert.False(File.Exists(_root.Path("out", ".day.hl7.append")));
    }

    [Fact]
    public async Task Nothing_is_appended_while_its_note_cannot_be_written()
    {
        string note = _root.Path("out", ".day.hl7.append");
        _root.Write("out/day.hl7", "whole\n");
        Directory.CreateDirectory(note);
        DeliveryResult result = await SendAsync(1, Samples.Adt("1"), config => config with { Name = ValueTemplate.Parse("day.hl7"), Mode = FileMode.Append });
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.Equal("whole\n", Assert.Single(Files()).Value);
    }

    [Theory]
    [InlineData(FileMode.EachMessage)]
    [InlineData(FileMode.Append)]
    public async Task A_reason_which_the_log_has_too_does_not_tell_a_name_that_is_made_of_a_patients(FileMode mode)
    {
        File.WriteAllText(Folder, "in the way");
        DeliveryResult result = await SendAsync(1, Samples.Adt("1"), config => config with { Name = ValueTemplate.Parse("${PID-5.1}-${MSH-10}.hl7"), Mode = mode });
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.Contains("named by ${PID-5.1}-${MSH-10}.hl7", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("1.hl7 ", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_HL7_message_is_named_by_its_number()
    {
        await SendAsync(17, "no message");
        Assert.Equal("17.bin", Assert.Single(Files()).Key);
    }

    [SkippableTheory]
    [InlineData(FileMode.EachMessage)]
    [InlineData(FileMode.Append)]
    public async Task A_full_disk_is_Retry_and_leaves_no_half_message(FileMode mode)
    {
        Directory.CreateDirectory(Folder);
        Skip.IfNot(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=64k", "hub-test", Folder), "Only root can mount a small disk.");
        try
        {
            Func<FileDestinationConfig, FileDestinationConfig> change = config => config with { Name = ValueTemplate.Parse("a.hl7"), Mode = mode };
            string large = Samples.Adt("2") + $"OBX|1|ED|||{new string('x', 100_000)}\r";
            await SendAsync(1, Samples.Adt("1"), change);
            string[] before = [.. Files().Values];

            DeliveryResult result = await SendAsync(2, large, change);

            Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
            Assert.Contains("make room", result.Reason, StringComparison.Ordinal);
            Assert.Equal(before, Files().Values);
            Assert.True(Run("mount", "-o", "remount,size=1m", Folder));
            Assert.Equal(DeliveryVerdict.Sent, (await SendAsync(2, large, change)).Verdict);
            Assert.Equal(mode == FileMode.Append ? [Samples.Adt("1") + "\n" + large + "\n"] : [large, Samples.Adt("1")], Files().Values);
        }
        finally
        {
            Run("umount", "-l", Folder);
        }
    }

    public void Dispose() => _root.Dispose();

    private static bool Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    [Theory]
    [InlineData("${message.id}.hl7", OnExisting.Number, "7-part02.hl7 7-part11.hl7")]
    [InlineData("same.hl7", OnExisting.Overwrite, "same-part02.hl7 same-part11.hl7")]
    [InlineData("${message.id}.${message.part}.hl7", OnExisting.Park, "7.11.hl7 7.2.hl7")]
    public async Task Parts_of_a_message_never_take_each_others_file_even_with_the_same_bytes(string name, OnExisting onExisting, string files)
    {
        FileDestinationConfig config = new() { Id = "archive", Type = "file", Folder = Folder, Name = ValueTemplate.Parse(name), OnExisting = onExisting };
        await using FileDestination destination = new(config, new("adt", new ManualTime(), NullLoggerFactory.Instance));
        foreach (int part in (int[])[2, 11])
            Assert.Equal(DeliveryVerdict.Sent, (await destination.SendAsync(new(new(7), part, 1, Samples.Bytes(Samples.Adt("1")), new(part, 12)), CancellationToken.None)).Verdict);
        Assert.Equal(files, string.Join(' ', Files().Keys));
    }

    private async Task<DeliveryResult> SendAsync(long delivery, string content, Func<FileDestinationConfig, FileDestinationConfig>? change = null)
    {
        FileDestinationConfig config = new() { Id = "archive", Type = "file", Folder = Folder };
        await using FileDestination destination = new(change?.Invoke(config) ?? config, new("adt", new ManualTime(), NullLoggerFactory.Instance));
        return await destination.SendAsync(new(new(delivery), delivery, 1, Encoding.Latin1.GetBytes(content)), CancellationToken.None);
    }

    /// <summary>What stands in the folder for others: files whose names do not begin with a dot.</summary>
    private SortedDictionary<string, string> Files() => new(
        Directory.GetFiles(Folder).Where(path => !Path.GetFileName(path).StartsWith('.')).ToDictionary(path => Path.GetFileName(path), path => File.ReadAllText(path, Encoding.Latin1)),
        StringComparer.Ordinal);
}

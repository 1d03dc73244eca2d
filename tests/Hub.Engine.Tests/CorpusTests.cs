using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Published messages through a whole Hub.</summary>
public sealed class CorpusTests
{
    [SkippableFact]
    public async Task Every_published_file_is_answered_by_the_rules_and_what_is_accepted_arrives_byte_for_byte()
    {
        Skip.If(Corpus.Root is null, Corpus.Missing);
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("all", receiver.Port, source: """, "duplicateWindowHours": 0"""));
        List<byte[]> accepted = [];
        foreach (string file in Corpus.Hl7Files())
        {
            byte[] content = await File.ReadAllBytesAsync(file);
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("all"));
            (string code, string[] answers) = Expect(content);
            await sender.PostAsync(content);
            foreach (string answer in answers)
                Assert.True((await AnswerAsync(sender, file))?.Code == answer, file);
            if (code == "AA")
                accepted.Add(content);
            if (answers.Length > 0)
                continue;
            // Nothing is said; that the connection goes on shows that it was taken.
            Assert.True((await sender.SendAsync(Samples.Adt("next"))).ControlId == "next", file);
            accepted.Add(Samples.Bytes(Samples.Adt("next")));
        }

        await hub.UntilAsync(DeliveryState.Sent, accepted.Count);
        Assert.Equal(accepted.Select(Convert.ToHexString), receiver.Messages.Select(Convert.ToHexString));
    }

    private static async Task<TestAnswer?> AnswerAsync(MllpSender sender, string file)
    {
        try
        {
            return await sender.AnswerAsync();
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"{file} was not answered.", exception);
        }
    }

    /// <summary>What becomes of a message, and what is said of it.</summary>
    private static (string Code, string[] Answers) Expect(byte[] content)
    {
        Hl7Message? message = Hl7Message.Parse(content, out Hl7Fault? fault);
        // A13: another system's answer to a query goes on, and nobody says anything to it.
        if (message is not null && IsAnswer(message) && !IsAcknowledgment(message))
            return (message.Exists(FieldPath.Parse("MSH-10")) ? "AA" : "", []);
        string code = CodeOf(message, fault);
        // C02: accepted as a part, and delivered when the others come, which is never.
        if (code == "AA" && Hl7Continuation.IsFragment(content, out _, out _))
            return ("", Field(content, 15).Length + Field(content, 16).Length == 0 ? ["AA"] : IsWanted(Field(content, 15), code) ? ["CA"] : []);
        if (code is "" || fault?.IsUndecodable == true)
            return (code, code is "" ? [] : [code]);
        string accept = Field(content, 15);
        string application = Field(content, 16);
        if (accept.Length + application.Length == 0 || Hl7Batch.Is(content))
            return (code, [code]);
        // A09 to A11: the accept answer, and unless that refused it, the application answer.
        bool hasAccept = IsWanted(accept, code);
        bool hasApplication = IsWanted(application, code) && (code == "AA" || !hasAccept);
        return (code, [.. hasAccept ? (string[])[$"C{code[1]}"] : [], .. hasApplication ? (string[])[code] : []]);
    }

    // What protocol.md says to each kind of content: A07 and E03, E05, E18, E21; A13; A08; else accepted.
    private static string CodeOf(Hl7Message? message, Hl7Fault? fault)
    {
        if (message is null)
            return fault!.IsUndecodable || fault.IsReject ? "AR" : "AE";
        return IsAcknowledgment(message) || IsAnswer(message) ? "" : message.Exists(FieldPath.Parse("MSH-10")) ? "AA" : "AE";
    }

    private static bool IsAcknowledgment(Hl7Message message) => message.GetRaw(FieldPath.Parse("MSH-9.1")).SequenceEqual("ACK"u8);

    private static bool IsAnswer(Hl7Message message) => message.Exists(FieldPath.Parse("MSA")) && !message.Exists(FieldPath.Parse("MSH-15"));

    private static string Field(byte[] content, int field) => System.Text.Encoding.Latin1.GetString(Hl7Header.Field(content, field));

    private static bool IsWanted(string condition, string code) => condition switch
    {
        "" or "NE" => false,
        "ER" => code != "AA",
        "SU" => code == "AA",
        _ => true,
    };
}

namespace Hub.Testing;

/// <summary>Messages that ask for answers, have sequence numbers or go on in others, and what comes back.</summary>
public static class Exchanges
{
    /// <summary>An ADT^A01 whose header has what is given of MSH-13 to MSH-16.</summary>
    /// <param name="controlId">MSH-10.</param>
    /// <param name="accept">MSH-15.</param>
    /// <param name="application">MSH-16.</param>
    /// <param name="sequence">MSH-13.</param>
    /// <param name="continues">MSH-14.</param>
    /// <param name="type">MSH-9.</param>
    /// <param name="version">MSH-12.</param>
    /// <param name="body">What follows the header.</param>
    public static string Message(string controlId, string accept = "", string application = "", string sequence = "", string continues = "", string type = "ADT^A01^ADT_A01", string version = "2.5", string body = "PID|||9990000018^^^NHS^NH||PRAWF^Gwen||19610615|F\r") =>
        $"MSH|^~\\&|WARD|NORTH|MPI|CENTRAL|20260301083015||{type}|{controlId}|P|{version}|{sequence}|{continues}|{accept}|{application}\r{body}";

    /// <summary>Sends a message and then one in original mode, and reads up to the answer of that one.</summary>
    /// <returns>The codes of the answers before it, in their order.</returns>
    public static async Task<IReadOnlyList<TestAnswer>> AnswersAsync(this MllpSender sender, string message)
    {
        await sender.PostAsync(Samples.Bytes(message));
        string last = $"LAST{Guid.NewGuid():N}"[..16];
        await sender.PostAsync(Samples.Bytes(Samples.Adt(last)));
        List<TestAnswer> answers = [];
        while (await sender.AnswerAsync() is { } answer && answer.ControlId != last)
            answers.Add(answer);
        return answers;
    }

    /// <summary>Lets the time for the parts of a message pass (600 s by default): those that wait are set aside.</summary>
    /// <param name="time">The time of a Hub that has taken all of them.</param>
    public static async Task PassPatienceWithPartsAsync(this ManualTime time)
    {
        // The look after what waits comes a millisecond after it is due.
        TimeSpan patience = TimeSpan.FromSeconds(600) + TimeSpan.FromMilliseconds(1);
        await time.TimerSetAsync(time.GetUtcNow() + patience);
        time.Advance(patience);
    }

    /// <summary>A field of a segment of an answer; empty when there are fewer.</summary>
    public static string Field(this TestAnswer answer, string segment, int field) =>
        answer.Segment(segment).Split('|').ElementAtOrDefault(segment == "MSH" ? field - 1 : field) ?? "";
}

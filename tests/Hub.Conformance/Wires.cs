namespace Hub.Conformance;

/// <summary>Tells tests that go through a wire from those that work on bytes.</summary>
internal static class Wires
{
    private static readonly string[] s_projects = ["Hub.Engine.Tests", "Hub.Listeners.Tests", "Hub.Channels.Tests"];

    // Classes and tests of these projects that ask a part of the Hub directly. What is added there without a socket is added here.
    private static readonly string[] s_onBytes =
    [
        "Hub.Channels.Tests.ChannelPipelineTests",
        "Hub.Channels.Tests.Config.SecretRulesTests",
        "Hub.Channels.Tests.Data.DataTypeTests",
        "Hub.Channels.Tests.SplitMessageTests",
        "Hub.Engine.Tests.BacklogTests",
        "Hub.Engine.Tests.DestinationTests.S09_the_wait_that_was_asked_for_holds_but_never_below_the_first_wait",
        "Hub.Engine.Tests.SenderTests",
        "Hub.Engine.Tests.ShowTests.E19_Bytes_that_are_no_text_are_shown_as_they_came_under_the_name_of_the_set_that_the_message_names",
        "Hub.Engine.Tests.Tls.TlsConfigTests.F13_a_listener_off_loopback_is_TLS_or_says_that_it_is_not",
    ];

    /// <summary>Whether a test goes through a socket or, where the wire is a folder, through its files.</summary>
    /// <param name="project">The test project.</param>
    /// <param name="type">The class with its namespace.</param>
    /// <param name="test">The method.</param>
    public static bool IsOverSocket(string project, string type, string test) =>
        s_projects.Contains(project) && !s_onBytes.Contains(type) && !s_onBytes.Contains($"{type}.{test}");
}

namespace Hub.Conformance;

/// <summary>Tells tests that go through a wire from those that work on bytes.</summary>
internal static class Wires
{
    private static readonly string[] s_projects = ["Hub.Engine.Tests", "Hub.Listeners.Tests", "Hub.Channels.Tests"];

    // Classes of these projects that ask a part of the Hub directly. A class that is added there without a socket is added here.
    private static readonly string[] s_onBytes =
    [
        "Hub.Channels.Tests.ChannelPipelineTests",
        "Hub.Channels.Tests.Config.SecretRulesTests",
        "Hub.Channels.Tests.Data.DataTypeTests",
        "Hub.Channels.Tests.SplitMessageTests",
        "Hub.Engine.Tests.BacklogTests",
        "Hub.Engine.Tests.SenderTests",
    ];

    /// <summary>Whether the tests of a class go through a socket or, where the wire is a folder, through its files.</summary>
    /// <param name="project">The test project.</param>
    /// <param name="type">The class with its namespace.</param>
    public static bool IsOverSocket(string project, string type) => s_projects.Contains(project) && !s_onBytes.Contains(type);
}

using Hub.Contracts;
using Hub.Listeners.Mllp;
using Hub.Testing;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Tests;

/// <summary>What the log's file says when something throws that nobody thought of, which may repeat content.</summary>
public sealed class FailureTextTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_log_has_the_type_and_the_place_of_a_failure_and_no_text_that_may_hold_content()
    {
        string log = await LogOfAsync(new FormatException("The input string 'Jones' was not in a correct format.", new InvalidOperationException("Megan Jones")));
        Assert.Contains("System.FormatException", log, StringComparison.Ordinal);
        Assert.Contains(" ---> System.InvalidOperationException", log, StringComparison.Ordinal);
        Assert.Contains($"{nameof(ThrowingIntake)}.AcceptAsync", log, StringComparison.Ordinal);
        Assert.DoesNotContain("Jones", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_has_no_names_of_files_which_may_be_made_of_content() =>
        Assert.DoesNotContain("Jones", await LogOfAsync(new UnauthorizedAccessException("Access to the path '/out/Jones/1.hl7' is denied.")), StringComparison.Ordinal);

    [Fact]
    public async Task The_log_has_the_texts_that_are_known_to_hold_no_content() =>
        Assert.Contains("Hub.Contracts.JournalException: The disk is full.", await LogOfAsync(new JournalException("The disk is full.")), StringComparison.Ordinal);

    /// <summary>What is in the log once a message came whose intake throws.</summary>
    private async Task<string> LogOfAsync(Exception failure)
    {
        using (ILoggerFactory loggers = Wiring.Loggers(OwnHub.Options(_folder)))
        {
            ListenerHost host = new("adt", new ThrowingIntake(failure), TimeProvider.System, () => "ID", loggers);
            await using IListener listener = Wiring.Catalog().CreateListener(new MllpListenerConfig { Type = "mllp", Listen = "127.0.0.1:0" }, host);
            using RawPeer peer = await RawPeer.ConnectAsync((await listener.StartAsync(CancellationToken.None)).Port);
            await peer.SendAsync($"\v{Samples.Adt("1")}\u001c\r");
            Assert.True(await peer.EndsAsync());
            await listener.StopAsync(CancellationToken.None);
        }

        return await File.ReadAllTextAsync(Directory.GetFiles(_folder.Path("data", "logs")).Single());
    }

    private sealed class ThrowingIntake(Exception failure) : IIntake
    {
        public Task<Receipt> AcceptAsync(InboundMessage message) => throw failure;
    }
}

using Hub.Channels;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Engine.Commands;
using Hub.Journal;
using Hub.Listeners;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serilog;
using Serilog.Events;

namespace Hub.Engine;

/// <summary>Puts the parts together. The only place that names several of the projects below.</summary>
internal static class Wiring
{
    /// <summary>All components that channel files can name.</summary>
    /// <param name="readingBytes">How many bytes messages that are being read may hold together; null for the default.</param>
    public static ComponentCatalog Catalog(long? readingBytes = null) => new ComponentCatalog().AddListeners(readingBytes).AddDestinations().AddSteps();

    /// <summary>Reads channel files.</summary>
    /// <exception cref="IOException">There is no such environment.</exception>
    public static ChannelLoader Loader(ComponentCatalog catalog, HubOptions options)
    {
        SiteEnvironment? site = options.Environment is null ? null : SiteEnvironment.Choose(options.Environments, options.Environment);
        return new(catalog, new Settings(options.Secrets, site: site));
    }

    /// <summary>The journal of a data folder, not yet open.</summary>
    public static IJournal Journal(string data, ILoggerFactory loggers) => Journal(new HubOptions { Data = data }, loggers);

    /// <summary>The journal of a Hub, not yet open.</summary>
    public static IJournal Journal(HubOptions options, ILoggerFactory loggers) =>
        JournalCatalog.Kinds[0].Create(new(options.Data) { Keys = options.Keys ?? KeyOptions.Variable, Encrypts = options.EncryptsJournal, BeginsNew = options.BeginsNewJournal }, loggers);

    /// <summary>Opens the journal of a data folder in which no Hub runs. It is the caller's until it is disposed.</summary>
    /// <exception cref="JournalException">There is no journal in the folder, or another program has it.</exception>
    public static async Task<IJournal> OpenJournalAsync(HubOptions options, CancellationToken stopping)
    {
        // A folder without a journal is told; opening one to write would make it.
        await JournalReader(options).DisposeAsync();
        IJournal journal = Journal(options, NullLoggerFactory.Instance);
        try
        {
            await journal.OpenAsync(_ => { }, stopping);
            return journal;
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Looks after the journal of a data folder.</summary>
    public static IJournalUpkeep JournalUpkeep(string data, string? keys = null) => JournalCatalog.Kinds[0].Upkeep(new(data) { Keys = keys ?? KeyOptions.Variable });

    /// <summary>The journal of a data folder for reading, beside a running Hub or without one.</summary>
    public static IJournalReader JournalReader(string data) => JournalReader(new HubOptions { Data = data });

    /// <summary>The journal of a data folder for reading, with its keys where they are said to be.</summary>
    public static IJournalReader JournalReader(HubOptions options) => JournalCatalog.Kinds[0].OpenReader(new(options.Data) { Keys = options.Keys ?? KeyOptions.Variable });

    /// <summary>Logs: Information and up to files in the data folder, warnings and up to standard error as well. Never message content.</summary>
    public static ILoggerFactory Loggers(HubOptions options)
    {
        Serilog.Core.Logger logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .Enrich.With<FailureText>()
            .WriteTo.Console(
                restrictedToMinimumLevel: LogEventLevel.Warning,
                standardErrorFromLevel: LogEventLevel.Verbose,
                formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Failure}")
            .WriteTo.File(
                Path.Combine(options.Data, "logs", "hub-.log"),
                formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: 31,
                outputTemplate: "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {SourceContext} {EventId} {Message:lj}{NewLine}{Failure}")
            .CreateLogger();
        return LoggerFactory.Create(builder => builder.AddSerilog(logger, dispose: true));
    }
}

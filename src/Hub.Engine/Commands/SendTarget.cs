using System.CommandLine;
using System.CommandLine.Parsing;
using Hub.Channels.Config;
using Hub.Channels.Destinations.Http;
using Hub.Channels.Destinations.Mllp;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Contracts.Tls;

namespace Hub.Engine.Commands;

/// <summary>The options of <c>hub send</c> that say where to and how: they become what a channel file would say of a destination. Made anew for each command.</summary>
internal sealed class SendTarget
{
    private const int DefaultTimeout = 30;
    private const int MostTimeout = 86_400;

    private static readonly string[] s_schemes = ["mllp", "mllps", "http", "https"];
    private static readonly string[] s_hl7 = ["application/hl7-v2", "x-application/hl7-v2+er7"];

    private readonly Option<string> _to = new("--to")
    {
        Description = "Where to: mllp://HOST:PORT, with TLS mllps://HOST:PORT, or an http:// or https:// address",
        HelpName = "ADDRESS",
        Required = true,
    };

    private readonly Option<int> _timeout = CommonOptions.Number("--timeout", "SECONDS", "How long to wait for an answer, in seconds", 1, MostTimeout, DefaultTimeout);
    private readonly Option<string?> _authorities = new("--ca", "--authorities") { Description = "With TLS: PEM file of the issuers to trust instead of the system's", HelpName = "FILE" };
    private readonly Option<string?> _certificate = new("--certificate") { Description = "With TLS: the own certificate, PEM or PFX, for receivers that ask for one", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--key") { Description = "With TLS: the private key in PEM, when it is not in the file of the certificate", HelpName = "FILE" };
    private readonly Option<string?> _serverName = new("--server-name") { Description = "With TLS: the name that the receiver's certificate must be for, when that is not the host", HelpName = "NAME" };
    private readonly Option<string?> _contentType = new("--content-type") { Description = "With HTTP: the type of the content; without it application/hl7-v2 for HL7 v2", HelpName = "TYPE" };

    /// <summary>Gives a command the options.</summary>
    public SendTarget(Command command)
    {
        foreach (Option option in (Option[])[_to, _timeout, _authorities, _certificate, _key, _serverName, _contentType])
            command.Options.Add(option);
        command.Validators.Add(Check);
    }

    /// <summary>What a channel file would say.</summary>
    /// <param name="get">The command line.</param>
    /// <param name="areHl7">Whether all messages are HL7 v2: then an HTTP answer has to be an acknowledgment, unless another type is given.</param>
    public DestinationConfig Read(ParseResult get, bool areHl7) => Read(get.CommandResult, areHl7);

    /// <summary>The TLS of a destination; null for none, and for https with the system's issuers.</summary>
    public static TlsClientConfig? TlsOf(DestinationConfig config) => (config as MllpDestinationConfig)?.Tls ?? (config as HttpDestinationConfig)?.Tls;

    private DestinationConfig Read(CommandResult get, bool areHl7)
    {
        Uri to = ReadAddress(get.GetValue(_to))!;
        double timeout = Math.Clamp(CommonOptions.Given(get, _timeout) ?? DefaultTimeout, 1, MostTimeout);
        bool hasTls = to.Scheme is "mllps" || TlsOptions.Any(option => get.GetValue(option) is not null);
        TlsClientConfig? tls = !hasTls ? null : new()
        {
            Authorities = get.GetValue(_authorities),
            Certificate = get.GetValue(_certificate),
            Key = get.GetValue(_key),
            ServerName = get.GetValue(_serverName),
        };
        if (to.Scheme is "mllp" or "mllps")
            return new MllpDestinationConfig { Id = "send", Type = "mllp", Endpoint = $"{to.Host}:{to.Port}", AckTimeoutSeconds = timeout, Tls = tls };
        string? type = get.GetValue(_contentType);
        return new HttpDestinationConfig
        {
            Id = "send",
            Type = "http",
            Endpoint = ValueTemplate.Parse(to.OriginalString),
            ContentType = type,
            Answer = (type is null && areHl7) || s_hl7.Contains(type?.Split(';')[0].Trim().ToLowerInvariant()) ? HttpAnswer.Hl7 : HttpAnswer.Status,
            AnswerTimeoutSeconds = timeout,
            Tls = tls,
        };
    }

    private Option<string?>[] TlsOptions => [_authorities, _certificate, _key, _serverName];

    private void Check(CommandResult result)
    {
        // That it is missing, or there twice, is told by the library.
        if (result.GetResult(_to)?.Tokens is not [{ Value: var text }])
            return;
        if (ReadAddress(text)?.Scheme is not { } scheme)
        {
            result.AddError($"--to: \"{text}\" is not an address. Write mllp://host:port, mllps://host:port, or an http:// or https:// address, for example mllp://127.0.0.1:2575.");
            return;
        }

        foreach (Option<string?> option in TlsOptions.Where(option => scheme is "mllp" or "http" && result.GetValue(option) is not null))
            result.AddError($"{option.Name} is for TLS: write --to {scheme}s://…, or leave it out.");
        if (scheme is "mllp" or "mllps" && result.GetValue(_contentType) is not null)
            result.AddError("--content-type is for http and https addresses. Leave it out.");
        if (result.Errors.Any())
            return;
        DestinationConfig config = Read(result, areHl7: true);
        foreach (ConfigProblem problem in config.Check().Concat(TlsOf(config)?.Check() ?? []))
            result.AddError($"{OptionOf(problem.Path)}: {problem.Text}");
    }

    private static string OptionOf(string path) => path switch
    {
        "contentType" => "--content-type",
        "key" => "--key",
        "serverName" => "--server-name",
        _ => "--to",
    };

    private static Uri? ReadAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && s_schemes.Contains(uri.Scheme) && uri.Port > 0 && ValueTemplate.TryParse(text!, out _, out _) ? uri : null;
}

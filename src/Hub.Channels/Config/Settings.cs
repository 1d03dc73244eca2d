using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// Where <c>${env:NAME}</c> and <c>${secret:NAME}</c> of channel files get their values. A value is what the chosen environment says, or else
/// the variable of the process. A secret is the file <c>NAME</c> in the folder of secrets, or else a credential of that name that systemd gave,
/// or else the variable <c>HUB_SECRET_NAME</c> (in capitals, with <c>_</c> for <c>-</c> and <c>.</c>).
/// </summary>
/// <param name="secretsFolder">The folder of secrets; it need not be there.</param>
/// <param name="environment">Gives the value of an environment variable, null when it is not set. Default: the variables of this process.</param>
/// <param name="site">The chosen environment; null for none.</param>
public sealed class Settings(string secretsFolder, Func<string, string?>? environment = null, SiteEnvironment? site = null)
{
    // A key file with its chain fits; a wrong link to a big file does no harm.
    private const int MaxSecretBytes = 64 * 1024;

    private const UnixFileMode OpenToOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly Func<string, string?> _environment = environment ?? System.Environment.GetEnvironmentVariable;

    /// <summary>Reads the chosen environment again.</summary>
    /// <returns>What is wrong with its file.</returns>
    internal IReadOnlyList<ChannelProblem> Reload() => site?.Reload() ?? [];

    /// <summary>Looks a value of the environment up.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its value, or what to do to have one.</returns>
    public SettingValue Environment(string name)
    {
        if (site?.Find(name) is { } known)
            return known;
        if (name.Length > 0 && _environment(name) is { } value)
            return SettingValue.Of(value);
        return SettingValue.Missing(ProblemCodes.EnvironmentMissing, site is null
            ? $"The environment variable {Quoted.Text(name)} is not set. Set it before the Hub starts, for example: export {name}=value. Or choose an environment whose file has it, with --environment."
            : $"{FileNames.Shown(site.File)} has no value {Quoted.Text(name)}, and no environment variable of that name is set. Add it to \"values\" there.");
    }

    /// <summary>Looks a secret up. Its value is never shown, stored or logged.</summary>
    /// <param name="name">Its name: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</param>
    /// <returns>Its value, or what to do to have one.</returns>
    public SettingValue Secret(string name)
    {
        if (name.Trim('.').Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            return SettingValue.Missing(ProblemCodes.UnknownSetting, $"{Quoted.Text(name)} is not a name of a secret. Use letters, digits, \"-\", \"_\" and \".\".");
        string path = Path.Combine(secretsFolder, name);
        string variable = "HUB_SECRET_" + name.ToUpperInvariant().Replace('-', '_').Replace('.', '_');
        SettingValue value = File.Exists(path) ? ReadFile(path, isShared: false)
            : Credential(name) is { } credential ? ReadFile(credential, isShared: true)
            : FromEnvironment(variable, path, name);
        return value.Value is "" ? Unusable($"The secret \"{name}\" is empty. Write its value into {FileNames.Shown(path)}.") : value;
    }

    private SettingValue FromEnvironment(string variable, string path, string name) =>
        _environment(variable) is { } value
            ? SettingValue.Of(value)
            : SettingValue.Missing(ProblemCodes.SecretMissing, $"The secret \"{name}\" is neither in the file {FileNames.Shown(path)} nor in the environment variable {variable}. Write its value into one of them.");

    // systemd.exec, LoadCredential=: a folder that only the service can enter, so the modes of its files say nothing.
    private string? Credential(string name) =>
        _environment("CREDENTIALS_DIRECTORY") is { Length: > 0 } folder && Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;

    private static SettingValue ReadFile(string path, bool isShared)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            // The mode of what was opened: not that of a link to it, and not changed meanwhile.
            if (!isShared && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & OpenToOthers) != 0)
                return Unusable($"Other users may read the secret file {FileNames.Shown(path)}. Run: chmod 600 {FileNames.Shown(path)}");
            if (file.Length > MaxSecretBytes)
                return Unusable($"The secret file {FileNames.Shown(path)} is longer than {MaxSecretBytes} bytes. Write the secret alone into it.");
            using StreamReader reader = new(file);
            string text = reader.ReadToEnd();
            return SettingValue.Of(text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            return Unusable($"The secret file {FileNames.Shown(path)} cannot be read ({reason.GetType().Name}). Give the user that runs the Hub the right to read it.");
        }
    }

    private static SettingValue Unusable(string text) => SettingValue.Missing(ProblemCodes.SecretUnusable, text);
}

/// <summary>A value that was looked up, or why there is none. Not a record, so that nothing prints the value by itself.</summary>
public sealed class SettingValue
{
    private SettingValue(string? value, int code, string problem) => (Value, Code, Problem) = (value, code, problem);

    /// <summary>The value; null when there is none.</summary>
    public string? Value { get; }

    /// <summary>When there is none, one of <see cref="ProblemCodes"/>.</summary>
    public int Code { get; }

    /// <summary>When there is none, why and what to do.</summary>
    public string Problem { get; }

    /// <summary>A value that is there.</summary>
    /// <param name="value">The value.</param>
    /// <returns>It.</returns>
    public static SettingValue Of(string value) => new(value, 0, "");

    /// <summary>A value that is not there.</summary>
    /// <param name="code">One of <see cref="ProblemCodes"/>.</param>
    /// <param name="problem">Why, and what to do.</param>
    /// <returns>It.</returns>
    public static SettingValue Missing(int code, string problem) => new(null, code, problem);
}

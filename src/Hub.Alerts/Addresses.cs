using System.Net.Mail;

namespace Hub.Alerts;

/// <summary>Mail addresses.</summary>
internal static class Addresses
{
    /// <summary>Whether a text is one plain address, <c>name@host</c>.</summary>
    public static bool IsOne(string text) =>
        text.Length <= 254 && !text.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter is ',' or ';') && MailAddress.TryCreate(text, out MailAddress? address) && address.Address == text;

    /// <summary>The host of an address.</summary>
    public static string HostOf(string address) => address[(address.LastIndexOf('@') + 1)..];
}

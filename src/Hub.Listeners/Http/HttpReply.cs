using System.Globalization;
using System.Text.Json;
using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Microsoft.AspNetCore.Http;

namespace Hub.Listeners.Http;

/// <summary>What a request is answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">The type of the body; null without one.</param>
/// <param name="Body">The body.</param>
internal sealed record HttpReply(int Status, string? ContentType, byte[] Body)
{
    private const string Json = "application/json";

    /// <summary>When the sender may try again, in seconds; null says nothing of it.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>A further header: <c>Allow</c>, <c>WWW-Authenticate</c>, <c>Accept</c>.</summary>
    public (string Name, string Value)? Header { get; init; }

    /// <summary>Of a refusal, why and what to do; null for an answer to a message.</summary>
    public string? Reason { get; private init; }

    /// <summary>Whether the connection is of no more use: its body is not read to the end.</summary>
    public bool Closes { get; init; }

    /// <summary>The answer to a request that no message was taken from.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="reason">Why, and what to do; no content.</param>
    public static HttpReply Refuse(int status, string reason) => new(status, Json, Write(writer =>
    {
        writer.WriteString("outcome", "refused");
        writer.WriteString("reason", reason);
    }))
    { Reason = reason };

    /// <summary>The HL7 acknowledgment (protocol A14): HTTP 200 whatever it says, but for what is HTTP's own trouble.</summary>
    /// <param name="acknowledgment">The acknowledgment; null when nothing is to be said.</param>
    /// <param name="contentType">Its type.</param>
    /// <param name="receipt">What the engine made of the message.</param>
    public static HttpReply Hl7(byte[]? acknowledgment, string contentType, Receipt receipt) => receipt.Kind switch
    {
        ReceiptKind.Unknown => Unknown(receipt),
        ReceiptKind.CannotStore => new(StatusCodes.Status503ServiceUnavailable, contentType, acknowledgment ?? []) { RetryAfter = 5 },
        _ => acknowledgment is null ? new(StatusCodes.Status204NoContent, null, []) : new(StatusCodes.Status200OK, contentType, acknowledgment),
    };

    /// <summary>The answer to a message that is not HL7. Problems are told by code and place, as to HL7 senders.</summary>
    /// <param name="receipt">What the engine made of the message.</param>
    public static HttpReply Of(Receipt receipt) => receipt.Kind switch
    {
        ReceiptKind.Accepted => Outcome(receipt.AwaitsProcessing ? StatusCodes.Status202Accepted : StatusCodes.Status200OK, "accepted", receipt),
        ReceiptKind.Error => Outcome(StatusCodes.Status422UnprocessableEntity, "error", receipt),
        ReceiptKind.Rejected => Outcome(StatusCodes.Status422UnprocessableEntity, "rejected", receipt),
        ReceiptKind.Undecodable => Outcome(StatusCodes.Status400BadRequest, "undecodable", receipt),
        ReceiptKind.CannotStore => Outcome(StatusCodes.Status503ServiceUnavailable, "notStored", receipt) with { RetryAfter = 5 },
        ReceiptKind.Silent => new(StatusCodes.Status204NoContent, null, []),
        _ => Unknown(receipt),
    };

    /// <summary>What is said of a message whose outcome is not known yet (protocol A12): it is stored, and whether it may be sent again.</summary>
    /// <param name="receipt">What the engine made of the message.</param>
    public static string TextOfUnknown(Receipt receipt) => "The message is stored and its receiver has not answered in time. " + (receipt.IsRecognised
        ? "Send it again to hear the outcome; it is not delivered twice."
        : "Sent again it is not known as the same message, so it may be delivered twice; ask before sending it again.");

    /// <summary>Sends it.</summary>
    public async Task SendAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.StatusCode = Status;
        if (RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (Header is { } header)
            response.Headers[header.Name] = header.Value;
        if (Closes && HttpProtocol.IsHttp11(context.Request.Protocol))
            response.Headers.Connection = "close";
        if (ContentType is null)
            return;
        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(Body, context.RequestAborted);
    }

    // Only a sender that is known again is asked to come again.
    private static HttpReply Unknown(Receipt receipt) =>
        Refuse(StatusCodes.Status504GatewayTimeout, TextOfUnknown(receipt)) with { RetryAfter = receipt.IsRecognised ? 5 : null };

    private static HttpReply Outcome(int status, string outcome, Receipt receipt) => new(status, Json, Write(writer =>
    {
        if (receipt.Id is { } id)
            writer.WriteNumber("id", id.Value);
        writer.WriteString("outcome", outcome);
        if (receipt.Problems.Count == 0 || receipt.Kind == ReceiptKind.Accepted)
            return;
        writer.WriteStartArray("problems");
        foreach (MessageProblem problem in receipt.Problems)
            WriteProblem(writer, problem);
        writer.WriteEndArray();
    }));

    private static void WriteProblem(Utf8JsonWriter writer, MessageProblem problem)
    {
        writer.WriteStartObject();
        writer.WriteNumber("code", problem.Code);
        if (problem.Path is { } path)
            writer.WriteString("path", path);
        writer.WriteString("text", Acknowledgment.TextOf(problem.Code));
        writer.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return [.. stream.ToArray(), (byte)'\n'];
    }
}

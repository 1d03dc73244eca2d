using Hub.Contracts;
using Microsoft.AspNetCore.Http;

namespace Hub.Listeners.Http;

/// <summary>What a protocol on top of HTTP adds to a channel: the requests it takes, at its path and below, and how it answers.</summary>
internal interface IHttpDialect
{
    /// <summary>Looks at a request without its body, in place of the channel's methods and content types.</summary>
    /// <returns>Why it is refused; null when it is not.</returns>
    HttpReply? Look(HttpRequest request);

    /// <summary>Answers a request that brings no message.</summary>
    /// <returns>The answer; null for a request that brings one.</returns>
    HttpReply? Serve(HttpRequest request);

    /// <summary>Looks at the body before it is handed on.</summary>
    /// <returns>Why it is refused; null when it is not.</returns>
    HttpReply? Check(HttpRequest request, byte[] body);

    /// <summary>Answers a message.</summary>
    HttpReply ReplyTo(HttpRequest request, Receipt receipt);

    /// <summary>Says a refusal as the protocol does.</summary>
    HttpReply Dress(HttpReply refusal);
}

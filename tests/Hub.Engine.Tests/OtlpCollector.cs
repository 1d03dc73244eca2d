using System.Buffers.Binary;
using System.Text;
using Hub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hub.Engine.Tests;

/// <summary>A histogram of a channel and destination, as a collector gets it.</summary>
/// <param name="Labels">Its attributes, <c>channel=adt</c>.</param>
/// <param name="Count">How many there were.</param>
/// <param name="Bounds">Where its buckets end.</param>
/// <param name="Buckets">How many there are in each bucket, and beyond the last.</param>
internal sealed record CollectedHistogram(IReadOnlyList<string> Labels, ulong Count, IReadOnlyList<double> Bounds, IReadOnlyList<ulong> Buckets);

/// <summary>
/// A collector that speaks OTLP over gRPC: HTTP/2 without TLS, messages of five bytes and a protobuf (gRPC over HTTP/2, "Length-Prefixed-Message"). It reads as
/// much of opentelemetry-proto 1.x, <c>metrics.proto</c>, as the tests look at.
/// </summary>
internal static class OtlpCollector
{
    private const int Prefix = 5;

    public static async Task<HttpReceiver> StartAsync()
    {
        HttpReceiver receiver = await HttpReceiver.StartAsync(protocols: HttpProtocols.Http2);
        receiver.Answer = async context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            // An answer without anything in it.
            await context.Response.Body.WriteAsync(new byte[Prefix]);
            context.Response.AppendTrailer("grpc-status", "0");
        };
        return receiver;
    }

    /// <summary>The protobufs that were sent to a service.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Sent(HttpReceiver collector, string service) =>
    [
        .. collector.Requests.Where(request => request.Target == $"/opentelemetry.proto.collector.{service}/Export").Select(request =>
        {
            Assert.Equal(("POST", "HTTP/2", "application/grpc"), (request.Method, request.Protocol, request.Headers.ContentType.ToString()));
            Assert.Equal((0, request.Body.Length - Prefix), (request.Body[0], (int)BinaryPrimitives.ReadUInt32BigEndian(request.Body.AsSpan(1))));
            return (ReadOnlyMemory<byte>)request.Body.AsMemory(Prefix);
        }),
    ];

    /// <summary>The histograms of a name in a request about metrics: resource_metrics, scope_metrics, metrics.</summary>
    public static IEnumerable<CollectedHistogram> Histograms(ReadOnlyMemory<byte> request, string name) =>
        from resource in All(request, 1)
        from scope in All(resource, 2)
        from metric in All(scope, 2)
        where All(metric, 1).Any(text => Encoding.UTF8.GetString(text.Span) == name)
        from histogram in All(metric, 9)
        from point in All(histogram, 1)
        select new CollectedHistogram(
            [.. All(point, 9).Select(pair => $"{Encoding.UTF8.GetString(All(pair, 1).Single().Span)}={Encoding.UTF8.GetString(All(All(pair, 2).Single(), 1).Single().Span)}")],
            BinaryPrimitives.ReadUInt64LittleEndian(All(point, 4).Single().Span),
            [.. All(point, 7).SelectMany(Fixed).Select(BitConverter.UInt64BitsToDouble)],
            [.. All(point, 6).SelectMany(Fixed)]);

    private static IEnumerable<ulong> Fixed(ReadOnlyMemory<byte> packed) =>
        Enumerable.Range(0, packed.Length / sizeof(ulong)).Select(i => BinaryPrimitives.ReadUInt64LittleEndian(packed.Span[(i * sizeof(ulong))..]));

    // The values of one field of a message, whatever stands between them.
    private static List<ReadOnlyMemory<byte>> All(ReadOnlyMemory<byte> message, int field)
    {
        List<ReadOnlyMemory<byte>> found = [];
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint(message.Span, ref at);
            int start = at;
            int length = (key & 7) switch { 0 => -1, 1 => 8, 2 => (int)Varint(message.Span, ref at), 5 => 4, _ => throw new InvalidDataException($"Wire type {key & 7} at {start}.") };
            if (length < 0)
                Varint(message.Span, ref at);
            else
            {
                if ((int)(key >> 3) == field)
                    found.Add(message.Slice(at, length));
                at += length;
            }
        }

        return found;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}

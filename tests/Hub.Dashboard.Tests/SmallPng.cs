using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Hub.Dashboard.Tests;

/// <summary>
/// Makes the picture of a page a third as large: its 256 most common colours, and the nearest of them for the few others. Reads what Chromium writes, which is 8 bits
/// of red, green and blue, not interlaced (PNG, third edition: §11.2.1 header, §9.2 filters, §11.2.2 palette).
/// </summary>
internal static class SmallPng
{
    private const int Most = 256;
    private static readonly byte[] s_begin = [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'];

    /// <summary>The same picture with a palette.</summary>
    public static byte[] Of(byte[] png)
    {
        int width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        int height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        if (png[24] != 8 || png[25] != 2 || png[28] != 0)
            throw new InvalidDataException("This is no picture of 8 bits of red, green and blue.");
        int[] pixels = Pixels(png, width, height);
        int[] colours = [.. pixels.CountBy(pixel => pixel).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(Most).Select(pair => pair.Key)];
        Dictionary<int, byte> places = colours.Select((colour, i) => (colour, i)).ToDictionary(one => one.colour, one => (byte)one.i);
        byte[] rows = new byte[height * (width + 1)];
        for (int i = 0; i < pixels.Length; i++)
        {
            if (!places.TryGetValue(pixels[i], out byte place))
                places[pixels[i]] = place = Nearest(colours, pixels[i]);
            rows[(i / width * (width + 1)) + 1 + (i % width)] = place;
        }

        using MemoryStream small = new();
        small.Write(s_begin);
        byte[] header = png[16..29];
        header[9] = 3;
        Write(small, "IHDR", header);
        Write(small, "PLTE", [.. colours.SelectMany(colour => new[] { (byte)(colour >> 16), (byte)(colour >> 8), (byte)colour })]);
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            zlib.Write(rows);
        Write(small, "IDAT", packed.ToArray());
        Write(small, "IEND", []);
        return small.ToArray();
    }

    private static int[] Pixels(byte[] png, int width, int height)
    {
        using MemoryStream packed = new();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
                packed.Write(png, at + 8, length);
            at += length + 12;
        }

        packed.Position = 0;
        using ZLibStream zlib = new(packed, CompressionMode.Decompress);
        byte[] row = new byte[width * 3];
        byte[] above = new byte[width * 3];
        int[] pixels = new int[width * height];
        for (int y = 0; y < height; y++)
        {
            int filter = zlib.ReadByte();
            zlib.ReadExactly(row);
            for (int x = 0; x < row.Length; x++)
                row[x] += Predicted(filter, x >= 3 ? row[x - 3] : 0, above[x], x >= 3 ? above[x - 3] : 0);
            for (int x = 0; x < width; x++)
                pixels[(y * width) + x] = (row[3 * x] << 16) | (row[(3 * x) + 1] << 8) | row[(3 * x) + 2];
            (row, above) = (above, row);
        }

        return pixels;
    }

    private static byte Predicted(int filter, int left, int up, int corner)
    {
        int guess = left + up - corner;
        (int byLeft, int byUp, int byCorner) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return (byte)(filter switch
        {
            0 => 0,
            1 => left,
            2 => up,
            3 => (left + up) / 2,
            4 => byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner,
            _ => throw new InvalidDataException($"There is no filter {filter}."),
        });
    }

    private static byte Nearest(int[] colours, int wanted) => (byte)Array.IndexOf(colours, colours.MinBy(colour => Square(colour >> 16, wanted >> 16) + Square(colour >> 8, wanted >> 8) + Square(colour, wanted)));

    private static int Square(int first, int second) => ((first & 255) - (second & 255)) * ((first & 255) - (second & 255));

    private static void Write(MemoryStream png, string kind, byte[] data)
    {
        byte[] chunk = [.. Encoding.ASCII.GetBytes(kind), .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(chunk);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(chunk));
        png.Write(number);
    }

    // PNG §5.5: the CRC of ISO 3309.
    private static uint Checksum(byte[] chunk)
    {
        uint sum = uint.MaxValue;
        foreach (byte one in chunk)
        {
            sum ^= one;
            for (int i = 0; i < 8; i++)
                sum = (sum & 1) == 1 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
        }

        return ~sum;
    }
}

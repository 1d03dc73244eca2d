using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hub.Formats.Hl7V2;
using Microsoft.FSharp.Core;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>
/// Made-up input for properties. The seed is fixed, so a failure repeats; HUB_SEED gives another, and HUB_RUNS more of them.
/// </summary>
internal static class Generated
{
    private static readonly string[] s_headers =
        ["MSH|^~\\&|PAS", "MSH|^~\\&#|PAS", "MSH|^~|PAS", "MSH|^|PAS", "MSH|^~\\|PAS", "MSH#*!?%#PAS", "MSH^|~\\&^PAS", "MSH.,+-:.PAS", "MSH|\\&~^|PAS"];

    private static readonly string[] s_pieces =
    [
        "|", "^", "~", "\\", "&", "#", ".", ",", "\r", "\n", "\r\n", "\rPID|", "\rOBX|", "\nPID|", "\rNTE", "\rPID#", "\rZZ1^", "PID", "MSH", "MSA|AA|1", "BHS|",
        "\\F\\", "\\S\\", "\\T\\", "\\R\\", "\\E\\", "\\P\\", "\\.br\\", "\\X41\\", "\\X0D0a\\", "\\X4\\", "\\Xzz\\", "\\H\\", "\\Zq|1\\", "\\Z#1\\", "\\C1234\\", "\\foo\\", "??.br??",
        "A", "b 1", "\"\"", "\0", "\v", "\u001c", "\u00e9", "\u00c3\u00a9", "\u00ff", "ADT^A01", "|||||8859/1", "|||||UNICODE UTF-8",
    ];

    /// <summary>Texts full of what has a meaning in ER7, and any string at all, lone surrogates included.</summary>
    public static Gen<string> Text => Gen.OneOf(
        Gen.Elements(s_pieces).ListOf().Select(string.Concat),
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        Gen.Choose(0, 0xFFFF).ListOf().Select(units => new string([.. units.Select(unit => (char)unit)])));

    /// <summary>A block with a good header and anything behind it.</summary>
    public static Gen<string> Block => Gen.OneOf(
        Gen.Elements(s_headers).Zip(Gen.Elements(s_pieces).ListOf(), (header, pieces) => header + string.Concat(pieces)),
        Gen.Elements("PAS", "A|B|C|D|20260101||ADT^A01|ID|P|2.5\r").Zip(Gen.Elements(s_pieces).ListOf(), (rest, pieces) => "MSH|^~\\&|" + rest + string.Concat(pieces)),
        MutatedAdmit);

    /// <summary>Blocks, blocks cut short, and blocks that are none.</summary>
    public static Gen<byte[]> AnyBytes => Gen.OneOf(
        Block.Select(Hl7Samples.Bytes),
        Block.Zip(Gen.Choose(0, 60), (block, length) => Hl7Samples.Bytes(block[..Math.Min(length, block.Length)])),
        Gen.Elements("MSH", "FHS", "BHS", "\u00ef\u00bb\u00bfMSH", " \r\nMSH", "").Zip(Gen.Choose(0, 255).ListOf(), (name, rest) => Hl7Samples.Bytes(name + new string([.. rest.Select(unit => (char)unit)]))));

    /// <summary>A path that falls into or just beside what blocks hold.</summary>
    public static Gen<FieldPath> Path =>
        from segment in Gen.Elements("MSH", "PID", "OBX", "NTE", "PV1", "BHS", "ZZ1")
        from occurrence in Gen.Choose(0, 2)
        from number in Gen.Choose(1, 12)
        from repetition in Gen.Choose(0, 3)
        from depth in Gen.Choose(0, 2)
        from component in Gen.Choose(1, 4)
        from subcomponent in Gen.Choose(1, 3)
        select new FieldPath
        {
            Segment = segment,
            Occurrence = occurrence,
            Field = number,
            Repetition = repetition,
            Component = depth > 0 ? component : 0,
            Subcomponent = depth > 1 ? subcomponent : 0,
        };

    /// <summary>Delimiters of every kind: usual, unusual, few, five.</summary>
    public static Gen<Hl7Delimiters> Delimiters => Gen.Elements(s_headers).Select(header => Hl7Samples.Delimiters(header[3..]));

    private static Gen<string> MutatedAdmit =>
        Gen.Choose(0, Hl7Samples.Admit.Length - 1).Zip(Gen.Elements(s_pieces)).ListOf().Select(changes =>
        {
            StringBuilder text = new(Hl7Samples.Admit);
            foreach ((int at, string piece) in changes)
                text.Remove(at, 1).Insert(at, piece);
            return text.ToString();
        });

    /// <summary>Holds for every made-up value.</summary>
    public static void ForAll<T>(Gen<T> values, Action<T> holds) =>
        Prop.ForAll(values.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(Number("HUB_RUNS", 600)).WithReplay(new Replay(new Rnd((ulong)Number("HUB_SEED", 20260102)), FSharpOption<int>.None)));

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}

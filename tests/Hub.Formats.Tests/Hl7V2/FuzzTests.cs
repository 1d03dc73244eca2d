using System.Globalization;
using Hub.Testing.Fuzzing;
using Xunit.Abstractions;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>Inputs that are almost messages. HUB_SEED gives another seed, HUB_FUZZ another number of inputs.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Two_hundred_thousand_broken_inputs_crash_nothing_and_hang_nothing() =>
        FuzzRun.Run(Number("HUB_FUZZ", 200_000), Number("HUB_SEED", FuzzRun.Seed), 0, output.WriteLine);

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}

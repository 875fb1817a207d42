using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>The sources of the programs, compiled by this machine's compilers with all warnings, which a locked compiler must not turn into a fault of the image.</summary>
[Category(Categories.Integration)]
internal sealed class SmokeSourceTests
{
    private static readonly SmokeSource[] _sources = [SmokeSource.C, SmokeSource.Cxx];

    [Test]
    public void TheyCompileWithoutAWarningAndSayWhatIsExpected([ValueSource(nameof(_sources))] SmokeSource source)
    {
        Requires.Tool(source.Compiler[0]);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder[source.File], source.Read());
        Shell.Run(source.Compiler[0], [.. source.Compiler.Skip(1), "-O1", "-pthread", "-Wall", "-Wextra", "-Werror", "-o", folder["program"], folder[source.File]]).Succeeded();
        var said = Shell.Run(folder["program"], "locale=C", source == SmokeSource.C ? "order=C=A,B,a" : "number=C=1234567", "locale=xx_XX").Succeeded().Output.Trim();
        Assert.That(said, Is.EqualTo($"{source.Said} text/2 not locale=xx_XX"));
    }
}

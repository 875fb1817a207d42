using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Tests.Reports;

/// <summary>The lines that a report of coverlet counts, room by room.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CoverageTableTests
{
    [Test]
    public void ALineOfSeveralClassesRanIfOneOfThemRanIt()
    {
        const string Report = """
            <coverage><packages><package name="Build"><classes>
              <class name="A" filename="Oci/A.cs"><lines><line number="1" hits="0" /><line number="2" hits="3" /></lines></class>
              <class name="A/d__1" filename="Oci/A.cs"><lines><line number="1" hits="1" /><line number="4" hits="0" /></lines></class>
              <class name="B" filename="Debian\Package\B.cs"><lines><line number="9" hits="0" /></lines></class>
              <class name="G" filename="obj/Release/G.g.cs"><lines><line number="1" hits="0" /></lines></class>
              <class name="Program" filename="Program.cs"><lines><line number="9" hits="2" /></lines></class>
            </classes></package></packages></coverage>
            """;
        Assert.That(CoverageTable.Of(Report), Is.EqualTo(new[]
        {
            "(top)          100.0 %  1 of 1 lines",
            "Debian           0.0 %  0 of 1 lines",
            "Oci             66.7 %  2 of 3 lines",
            "all             60.0 %  3 of 5 lines",
        }));
    }
}

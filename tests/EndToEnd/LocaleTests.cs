using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Smoke;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Locales of images, used by a compiled program.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class LocaleTests
{
    private const string Program = """
        #include <cstdio>
        #include <cstdlib>
        #include <cstring>
        #include <ctime>
        #include <langinfo.h>
        #include <locale.h>
        #include <locale>
        #include <string>

        int main(int count, char **names)
        {
            for (int at = 1; at < count; at++) {
                if (!setlocale(LC_ALL, names[at])) {
                    printf("%s: no\n", names[at]);
                    continue;
                }
                std::locale cxx(names[at]);
                tm day = {};
                day.tm_mon = 0;
                day.tm_wday = 1;
                char text[64];
                strftime(text, sizeof text, "%A %B", &day);
                wchar_t wide[64];
                size_t letters = mbstowcs(wide, text, 64);
                printf("%s: %s %zu %04x %d\n", names[at], nl_langinfo(CODESET), letters, (unsigned)wide[0], strcoll("a", "B") < 0);
            }
        }
        """;

    [Test]
    public async Task AProgramUsesThemWithTheirCharacterSets()
    {
        await OverlayLibraryTests.RequireAsync();
        Requires.Tool("g++");
        using var project = new ProjectCopy();
        var program = project.PathOf("overlay/linux-amd64/usr/local/bin/locales");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        await File.WriteAllTextAsync(project.PathOf("locales.cpp"), Program);
        Shell.Run("g++", "-o", program, project.PathOf("locales.cpp")).Succeeded();
        project.Append("lib-requires.txt", "/usr/local/bin/locales\nlibstdc++.so.6\n");
        project.Run("--platforms=linux/amd64", "--busybox=debian", "--engine=embedded", "--locales=zh_CN.UTF-8,zh_CN.GBK,en_US.UTF-8,de_DE").Succeeded();

        var image = SmokeImage.Read(OciLayoutReader.Open(project.Layout).ReadImages().Single());
        using var folder = new TemporaryFolder();
        var opening = await new PrivateRoot(folder.File("roots"), new CommandRunner(keptLines: int.MaxValue), BuildRootEntry.Ways).OpenAsync(image, default);
        Assert.That(opening.Place, Is.Not.Null, opening.Reason);
        await using var place = opening.Place!;
        var run = await place.RunAsync(
            new SmokeScript("/usr/local/bin/locales \"$@\"", ["zh_CN.UTF-8", "zh_CN.GBK", "en_US.UTF-8", "de_DE", "fr_FR.UTF-8"]), TimeSpan.FromMinutes(1), default);
        Assert.That(run.Output.Concat(run.Error), Is.EqualTo(new[]
        {
            "zh_CN.UTF-8: UTF-8 6 661f 1",
            "zh_CN.GBK: GBK 6 661f 1",
            "en_US.UTF-8: UTF-8 14 004d 1",
            "de_DE: ISO-8859-1 13 004d 1",
            "fr_FR.UTF-8: no",
        }));
    }
}

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>What is set around the build changes no byte of the image.</summary>
[Category(Categories.EndToEnd)]
internal sealed class SurroundingsTests
{
    [TestCase("077", "America/St_Johns", "de_DE.UTF-8", 1)]
    [TestCase("000", "Pacific/Kiritimati", "C", 2)]
    public async Task UmaskZoneLanguageAndJobsGiveTheSameIndex(string umask, string zone, string language, int jobs)
    {
        Requires.Tool("sh");
        var expected = await RealImage.IndexDigestAsync();
        using var project = new ProjectCopy();
        var script = $"umask {umask}; cd /; BUSYBOX_GLIBC_ROOT=\"$1\" TZ={zone} LANG={language} CI=true; "
            + "export BUSYBOX_GLIBC_ROOT TZ LANG CI; unset SOURCE_DATE_EPOCH; exec dotnet \"$2\" --locked \"--cache=$3\" \"--jobs=$4\"";
        var run = Shell.Run("sh", "-c", script, "sh", project.Folder, Path.Combine(AppContext.BaseDirectory, "Build.dll"), project.Cache, $"{jobs}").Succeeded();
        Assert.That(run.IndexDigest, Is.EqualTo(expected));
    }
}

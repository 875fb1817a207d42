using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Busybox.Compile;

/// <summary>A build root that does what a test says instead of compiling.</summary>
internal sealed class FakeRoot(Func<BuildRootCommand, Action<string>, CancellationToken, Task<int>> run) : IBuildRoot
{
    private int _runs;

    public int Runs => _runs;

    public Task<int> RunAsync(BuildRootCommand command, Action<string> onLine, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _runs);
        return run(command, onLine, cancellation);
    }

    /// <summary>Compiles well: the "binary" names the architecture it is for.</summary>
    public static FakeRoot Good() => new((command, onLine, _) =>
    {
        onLine("@total 2");
        onLine("  CC      applets/applets.o");
        onLine("  CC      shell/ash.o");
        Write(command, "busybox", $"binary for {command.Environment["ARCH"]}");
        Write(command, "busybox.links", "/bin/sh\n/usr/bin/awk\n");
        Write(command, "config", "CONFIG_ASH=y\n");
        return Task.FromResult(0);
    });

    public static void Write(BuildRootCommand command, string name, string content) =>
        File.WriteAllText(Path.Combine(command.WorkFolder, command.Environment["OUTPUT"], name), content);
}

/// <summary>Inputs of a compilation that needs no network.</summary>
internal static class Given
{
    public static Platform S390X { get; } = KnownPlatforms.Find("linux/s390x")!;

    public static BusyboxRelease Release { get; } = new(
        "1.38.0", "2026-05-13", new string('a', 64), 5, ["https://busybox.net/downloads/busybox-1.38.0.tar.bz2"], [], new Dictionary<string, IReadOnlyList<string>>());

    public static CompileInputs Inputs(Platform? platform = null, string fragment = "CONFIG_AR=y\n", string recipe = "exit 0\n") => new(
        platform ?? KnownPlatforms.Amd64,
        Release,
        new CompileFile(CompileInputs.RecipePath, System.Text.Encoding.UTF8.GetBytes(recipe)),
        [new CompileFile(CompileInputs.FragmentPath, System.Text.Encoding.UTF8.GetBytes(fragment))],
        [new CompileFile("build/Busybox/patches/all/one.patch", "--- a\n"u8.ToArray())],
        []);
}

/// <summary>Keeps what was said.</summary>
internal sealed class SaidBoard : IProgressBoard
{
    private readonly SilentProgressBoard _silent = new();

    public List<string> Warnings { get; } = [];

    public IProgressLine Begin(string label, long? total, ProgressUnit unit) => _silent.Begin(label, total, unit);

    public void Note(string text)
    {
    }

    public void Warn(string text)
    {
        lock (Warnings)
        {
            Warnings.Add(text);
        }
    }
}

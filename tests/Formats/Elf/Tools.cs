using System.Diagnostics;

namespace BusyboxGlibc.Tests.Formats.Elf;

/// <summary>Runs the tools of the system that know ELF better than we do.</summary>
internal static class Tools
{
    /// <summary>Standard output and error of a run, one text, whatever it ended with.</summary>
    public static string Output(string tool, params string[] arguments) => Start(tool, arguments).Output;

    /// <summary>A run that has to end well.</summary>
    public static void Run(string tool, params string[] arguments)
    {
        var (code, output) = Start(tool, arguments);
        Assert.That(code, Is.Zero, $"{tool} {string.Join(' ', arguments)}\n{output}");
    }

    /// <summary>Compiles C with gcc in a folder, where <paramref name="arguments"/> name files relative to it.</summary>
    public static ReadOnlyMemory<byte> Compile(string folder, string output, string source, params string[] arguments)
    {
        Requires.Tool("gcc");
        var file = Path.Combine(folder, output + ".c");
        File.WriteAllText(file, source);
        Run("gcc", ["-w", "-O1", "-fPIC", "-o", Path.Combine(folder, output), file, "-L" + folder, "-Wl,--allow-shlib-undefined", .. arguments]);
        return File.ReadAllBytes(Path.Combine(folder, output));
    }

    private static (int Code, string Output) Start(string tool, string[] arguments)
    {
        Requires.Tool(tool);
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }
}

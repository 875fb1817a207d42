using Cake.Core;

namespace Cake.Frosting;

/// <summary>The text of <c>--help</c>.</summary>
internal static class HostHelp
{
    private static readonly (string Switch, string Text)[] _options =
    [
        ("-h, --help", "Prints this help"),
        ("-t, --target <TARGET>", "The task to run, with what it depends on (Default); may be repeated"),
        ("-e, --exclusive", "Runs the target without what it depends on"),
        ("    --dryrun", "Lists the tasks that would run, in order, and runs none"),
        ("    --tree", "Shows which task depends on which"),
        ("    --description", "Shows what each task does"),
        ("-v, --verbosity <VERBOSITY>", "quiet, minimal, normal (default), verbose or diagnostic"),
        ("-w, --working <PATH>", "The folder to work in"),
        ("    --info", "Shows what this runs on"),
        ("    --version", "Shows Cake's version"),
    ];

    /// <summary>Writes the help.</summary>
    public static void Write(IConsole console)
    {
        var program = System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name ?? "build";
        console.WriteLine("{0}", "USAGE:");
        console.WriteLine("{0}", $"    {program} [OPTIONS] [--ARGUMENT=VALUE ...]");
        console.WriteLine("{0}", string.Empty);
        console.WriteLine("{0}", "EXAMPLES:");
        console.WriteLine("{0}", $"    {program}");
        console.WriteLine("{0}", $"    {program} --verbosity quiet");
        console.WriteLine("{0}", $"    {program} --tree");
        console.WriteLine("{0}", string.Empty);
        console.WriteLine("{0}", "OPTIONS:");
        foreach (var (name, text) in _options)
        {
            console.WriteLine("{0}", $"    {name,-30}{text}");
        }
    }
}

using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>The data that a program seems to read while it runs (<see cref="DataUses"/>), and the libraries that it may load, which the image does not have.</summary>
internal static class DataHints
{
    private const int MostNames = 10;
    private const int ManyModules = 100;
    private const string JavaMachine = "libjvm.so";

    /// <summary>What to do for a program that needs Java.</summary>
    public const string JavaAdvice =
        "make a runtime with jlink (jlink --add-modules java.base --output jre), put the .jar into its folder, and add it: --program=jre --entrypoint='[\"/opt/jre/bin/java\", \"-jar\", \"/opt/jre/app.jar\"]'";

    /// <summary>Returns the hints.</summary>
    public static IEnumerable<BinaryFinding> Of(ElfFile elf, Platform platform, RootfsTree image)
    {
        var use = DataUses.Of(elf);
        bool Lacks(params string[] paths) => paths.All(path => image.Resolve(path) is null);

        if (use.HasFlag(DataUse.Charsets) && Modules(platform, image) is { Count: < ManyModules } modules)
        {
            yield return Hint("hint-charsets", $"converts character sets (iconv_open): the image has those inside glibc, such as UTF-8 and ASCII{(modules.Count > 0 ? $", and {string.Join(", ", modules)}" : string.Empty)}",
                $"if it needs others, add them to {OptionTable.Charsets.Name} in cake.config");
        }

        if (use.HasFlag(DataUse.Locales) && Lacks("usr/lib/locale/C.utf8"))
        {
            yield return Feature("hint-locale", "uses locales (setlocale)", ImageFeatures.Locale);
        }

        if (use.HasFlag(DataUse.Zones) && Lacks("usr/share/zoneinfo/Europe"))
        {
            yield return Hint("hint-tzdata", $"uses local time (localtime): the image knows {(Lacks("etc/timezone") ? "UTC" : "its own zone")} only",
                $"if it needs another zone, set {OptionTable.Zone.Name} in cake.config, and for names of zones in TZ {OptionTable.Zones.Name}");
        }

        if (use.HasFlag(DataUse.Services) && Lacks("etc/services"))
        {
            yield return Feature("hint-netbase", "looks up hosts and services by name (getaddrinfo)", ImageFeatures.Netbase);
        }

        if (use.HasFlag(DataUse.Certificates) && Lacks("etc/ssl/certs/ca-certificates.crt"))
        {
            yield return Feature("hint-certificates", "uses TLS", ImageFeatures.Certificates);
        }

        if (use.HasFlag(DataUse.Terminals) && Lacks("usr/share/terminfo", "lib/terminfo"))
        {
            yield return Hint("hint-terminfo", "draws on terminals (ncurses): the image describes none", "add: /usr/lib/terminfo/x/** = ncurses-base");
        }
    }

    /// <summary>Returns the hint for a program that starts a Java virtual machine; null if it does not, or if the image or what was given has one. A runtime is no library that a line
    /// could add: it is a folder of its own, which its launcher searches beside itself.</summary>
    /// <param name="elf">The program.</param>
    /// <param name="trees">The image, and what was given.</param>
    public static BinaryFinding? Java(ElfFile elf, params ReadOnlySpan<RootfsTree> trees)
    {
        var isStarted = elf.Needed.Contains(JavaMachine) || (elf.Image.Data.Span.IndexOf("libjvm.so\0"u8) >= 0 && elf.UndefinedSymbols.Any(symbol => symbol.Name == "dlopen"));
        foreach (var tree in trees)
        {
            isStarted = isStarted && !tree.Entries.Any(entry => RootfsPath.Name(entry.Path) == JavaMachine);
        }

        return isStarted ? Hint("hint-java", $"starts Java ({JavaMachine}): the image has no Java runtime", JavaAdvice) : null;
    }

    /// <summary>Returns the hint for the libraries that a program may load while it runs; null if the image has all that it names.</summary>
    /// <param name="elf">The program.</param>
    /// <param name="platform">Its platform.</param>
    /// <param name="image">The image.</param>
    /// <param name="find">Finds the package of a library; null if that is not known.</param>
    public static async Task<BinaryFinding?> LoadedAsync(ElfFile elf, Platform platform, RootfsTree image, Func<string, Task<string?>> find)
    {
        var names = elf.UndefinedSymbols.All(symbol => symbol.Name != "dlopen") ? [] : Named(elf)
            .Where(name => name != JavaMachine && new[] { "lib", "usr/lib", $"usr/lib/{platform.Triplet}", $"lib/{platform.Triplet}" }.All(folder => image.Resolve($"{folder}/{name}") is null)).Take(MostNames + 1).ToList();
        var shown = new List<string>();
        foreach (var name in names.Take(MostNames))
        {
            shown.Add(await find(name) is { } package ? $"{name} ({package})" : name);
        }

        return shown.Count == 0 ? null
            : Hint("hint-dlopen", $"loads libraries while it runs (dlopen), and contains names that are not in the image: {string.Join(", ", shown)}{(names.Count > MostNames ? " and more" : string.Empty)}", null);
    }

    private static List<string> Modules(Platform platform, RootfsTree image) =>
        [.. image.Entries.Select(entry => entry.Path).Where(path => path.StartsWith($"usr/lib/{platform.Triplet}/gconv/", StringComparison.Ordinal) && path.EndsWith(".so", StringComparison.Ordinal) && !RootfsPath.Name(path).StartsWith("lib", StringComparison.Ordinal)).Select(path => RootfsPath.Name(path)[..^3])];

    private static BinaryFinding Hint(string id, string what, string? next) => new(id, FindingWeight.Hint, what) { Next = next };

    private static BinaryFinding Feature(string id, string what, ImageFeatures feature) =>
        Hint(id, what, $"if it needs that, add {FeatureList.Names[int.Log2((int)feature)]} to Features in cake.config");

    // Names of libraries in the file's data, each once; those in its list of needed libraries are no hint.
    private static IEnumerable<string> Named(ElfFile elf)
    {
        var found = new HashSet<string>(elf.Needed, StringComparer.Ordinal) { elf.Soname ?? string.Empty };
        for (var at = 0; Next(elf.Image.Data.Span, ref at) is { } name;)
        {
            if (name.Length > 0 && found.Add(name))
            {
                yield return name;
            }
        }
    }

    // The text around the next ".so" if it is the name of a library; empty if not; null at the end.
    private static string? Next(ReadOnlySpan<byte> data, ref int at)
    {
        var hit = data[at..].IndexOf(".so"u8);
        if (hit < 0)
        {
            return null;
        }

        var (start, end) = (at + hit, at + hit + 3);
        at = end;
        while (start > 0 && IsName(data[start - 1]) && end - start < 128)
        {
            start--;
        }

        while (end < data.Length && end - start < 128 && (char.IsAsciiDigit((char)data[end]) || data[end] == '.'))
        {
            end++;
        }

        var name = data[start..end];
        return end < data.Length && data[end] == 0 && name.StartsWith("lib"u8) && name.Length > 6 && (start == 0 || data[start - 1] is 0 or (byte)'/') ? Encoding.ASCII.GetString(name) : string.Empty;
    }

    private static bool IsName(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'.' or (byte)'_' or (byte)'-' or (byte)'+';
}

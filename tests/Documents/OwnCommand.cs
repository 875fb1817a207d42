using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Inspect.Reasons;
using BusyboxGlibc.Reports.Help;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Setup.Projects;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Documents;

/// <summary>A command line of this program, read as the program reads it, up to the point where a target starts.</summary>
internal sealed partial class OwnCommand
{
    private const string DefaultTarget = "Default";

    private static readonly TaskList _tasks = TaskList.Of(typeof(BuildContext).Assembly);

    // What a page lets its reader put in, and what that could be.
    private static readonly (string Name, string Example)[] _placeholders =
    [
        ("HOST", "registry.example"), ("REGISTRY", "registry.example"), ("NAMESPACE", "acme"), ("DIGEST", new string('0', 64)), ("IMAGE", "registry.example/app:1"), ("TAG", "1"), ("VERSION", "1.37.0"), ("PLATFORM", "linux/amd64"), ("SUITE", "trixie"), ("TARGET", "Load"), ("FOLDER", "folder"), ("DIR", "folder"), ("FILE", "file"),
        ("KEY", "signing.key"), ("PUB", "signing.pub"), ("PROGRAM", "./prog"), ("LIBRARY", "libz.so.1"), ("LINE", "libelf"), ("NAME", "trixie"), ("PATH", "./prog"), ("OWNER", "acme"),
    ];

    // The tasks that no option of another one says something to, and what they have to be told.
    private static readonly Dictionary<string, Func<BuildOptions, bool>> _asked = new(StringComparer.Ordinal)
    {
        ["CheckBinary"] = options => options.Inspect.Binaries.Count > 0,
        ["CompareAbi"] = options => options.Inspect.From is not null,
        ["Diff"] = options => options.Inspect is { From: not null } and not { Json: true, Markdown: true },
        ["VerifyPublished"] = options => options.Inspect.Image is { } image && ImageReference.TryParse(image.Split('@')[0]) is not null,
        ["Vault"] = options => options.Inspect.To is not null || options.Debian.Vault is not null,
        ["Tags"] = options => options.Publish.IsRegistryNamed && options.Housekeeping.WithoutAge is null,
        ["Completion"] = options => options.Run.Shell.Length > 0,
        ["FindLibrary"] = options => LibraryQuery.Read(options.Inspect).Count > 0,
        ["Why"] = options => ReasonQuery.Read(options.Inspect).Text.Length > 0,
    };

    private OwnCommand(IReadOnlyList<string> folders, IReadOnlyList<string> words, bool isWhole)
    {
        (Folders, Words) = (folders, words);
        var request = HelpRequest.Parse(words);
        IsHelp = request.Help || request.Version;
        ArgumentGuard.Check(request.Rest, OptionTable.ArgumentNames, () => _tasks.Names);
        var given = ProjectRuns.Arguments(request.Rest);
        Targets = [.. given.GetValueOrDefault("target", [])];
        Given = [.. OptionTable.All.Where(option => given.ContainsKey(option.Argument))];
        IsRun = isWhole && !IsHelp && !words.Any(word => word is "--dryrun" or "--tree" or "--description" or "--info");
        foreach (var target in request.Topics)
        {
            Assert.That(_tasks.Find(target), Is.Not.Null, $"--help={target}");
        }

        // A sentence names an option without its value, or without what else a command line with it needs: not every suite has all platforms.
        if (!isWhole)
        {
            given.TryAdd(OptionTable.Platforms.Argument, ["linux/amd64"]);
        }

        Options = IsHelp || (!isWhole && Given.Any(option => !option.IsSwitch && given[option.Argument].Contains("true"))) ? null : Read(given);
    }

    /// <summary>The folders of <c>--project</c>.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>The rest of the command line, as the host reads it.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The targets; none for the default.</summary>
    public IReadOnlyList<string> Targets { get; }

    /// <summary>Whether it only asks for help or the version.</summary>
    public bool IsHelp { get; }

    /// <summary>Whether a target runs.</summary>
    public bool IsRun { get; }

    private IReadOnlyList<Option> Given { get; }

    private BuildOptions? Options { get; }

    /// <summary>Reads it; null if it is only the name of an option that the host reads.</summary>
    /// <param name="words">The arguments, as they are written on a page.</param>
    /// <param name="isWhole">Whether it is typed as it is written.</param>
    /// <exception cref="Exception">The program would refuse it.</exception>
    public static OwnCommand? Read(IReadOnlyList<string> words, bool isWhole)
    {
        // Those of the host and of what is read before it, named in a sentence.
        if (!isWhole && words is ["--target" or "--verbosity" or "--project"])
        {
            return null;
        }

        var (folders, rest) = ProjectArgument.Read([.. words.Select(Filled)], ProjectFiles.Path("."));
        return new OwnCommand(folders, CommandLine.Read(rest, _tasks.Names), isWhole);
    }

    /// <summary>What is wrong with it although its words are right: an option that none of its targets reads, or a target that is not told what it needs.</summary>
    public IEnumerable<string> Faults()
    {
        if (!IsRun)
        {
            return [];
        }

        IReadOnlyList<string> targets = Targets.Count == 0 ? [DefaultTarget] : Targets;
        var order = targets.SelectMany(target => _tasks.OrderOf(_tasks.Find(target)!)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Given.Where(option => !option.Tasks.Any(order.Contains)).Select(option => $"no task of {string.Join(", ", targets)} uses --{option.Argument}"),
            .. targets.Where(target => Options is not null && _asked.TryGetValue(target, out var isTold) && !isTold(Options)).Select(target => $"{target} is not told what it needs"),
            .. targets.Where(target => target == "New" && Folders.Count == 0).Select(_ => "New is not told which folder"),
        ];
    }

    /// <summary>A word with values for what the reader puts in. An ellipsis stands for a value that the reader knows: <c>--platforms=…</c></summary>
    public static string Filled(string word) => word.Split('=') is [var name, "" or "…" or "..."] && name.StartsWith("--", StringComparison.Ordinal) ? name
        : Placeholder().Replace(word, match => _placeholders.FirstOrDefault(placeholder => placeholder.Name == match.Value) is (_, { } example) ? example : match.Value).Replace("sha256:...", $"sha256:{new string('0', 64)}", StringComparison.Ordinal);

    // With the variants that pages speak of.
    private static BuildOptions Read(Dictionary<string, List<string>> given) => BuildOptions.Read(
        new OptionSource(
            name => given.TryGetValue(name, out var values) ? OptionTable.Join(name, values) : null, given.ContainsKey, name => name == "HOME" ? "/home/someone" : null,
            CakeConfigFile.Parse(File.ReadAllText(ProjectFiles.Path("cake.config")) + "[Variant.nonroot]\nUser=65532\n[Variant.debug]\nUser=0\n", "cake.config")),
        ProjectFiles.Path("."));

    [GeneratedRegex("(?<![A-Za-z0-9_])[A-Z]{2,}(?![A-Za-z0-9_])")]
    private static partial Regex Placeholder();
}

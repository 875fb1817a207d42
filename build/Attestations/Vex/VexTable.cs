using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Attestations.Vex;

/// <summary>
/// The folder <c>vex</c> of the project: what is known about vulnerabilities, one file for each source package, in the form that
/// <c>docs/attestations.md</c> describes. Nothing in it is believed about an image before the image has shown it.
/// </summary>
internal static partial class VexTable
{
    /// <summary>The folder's name.</summary>
    public const string FolderName = "vex";

    private const int Schema = 1;
    private const int MostNames = 64;
    private const int LongestText = 1000;

    private static readonly JsonSerializerOptions _strict = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>Reads all files of a project, ordered by source package and vulnerability; none if the folder is absent.</summary>
    /// <param name="projectFolder">The project.</param>
    /// <exception cref="AttestationException">Files are malformed, or say something twice; the error lists all faults.</exception>
    public static IReadOnlyList<VexEntry> Read(string projectFolder)
    {
        var folder = Path.Combine(projectFolder, FolderName);
        var (entries, faults) = (new List<VexEntry>(), new List<string>());
        foreach (var path in Files(projectFolder))
        {
            var name = $"{FolderName}/{Path.GetFileName(path)}";
            try
            {
                entries.AddRange(Read(TextFile.Read(path, name) ?? string.Empty, name, faults));
            }
            catch (BuildException error)
            {
                faults.Add($"{name}: {error.What}{(error.Why is { } why ? $": {why}" : string.Empty)}");
            }
        }

        foreach (var twice in entries.GroupBy(entry => (entry.Source, entry.Cve)).Where(same => same.Count() > 1))
        {
            faults.Add($"{string.Join(" and ", twice.Select(entry => entry.File).Distinct(StringComparer.Ordinal))}: {twice.Key.Cve} of {twice.Key.Source} is there {twice.Count()} times");
        }

        return faults.Count == 0
            ? [.. entries.OrderBy(entry => entry.Source, StringComparer.Ordinal).ThenBy(entry => entry.Cve, StringComparer.Ordinal)]
            : throw new AttestationException(
                "the table of vulnerabilities is not valid", folder, string.Join('\n', faults), "fix these entries; docs/attestations.md describes the form");
    }

    /// <summary>Whether a file may assert something; whether one does, only reading it shows.</summary>
    public static bool MayAssert(string projectFolder) => Contents(projectFolder).Any(content => content.AsSpan().IndexOf("\"assert\""u8) >= 0 || content.AsSpan().IndexOf("\\u"u8) >= 0);

    /// <summary>The checksums of the files.</summary>
    public static IEnumerable<string> Sums(string projectFolder) => Contents(projectFolder).Select(content => Convert.ToHexStringLower(SHA256.HashData(content)));

    private static IEnumerable<string> Files(string projectFolder) => Path.Combine(projectFolder, FolderName) is var folder && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal) : [];

    // A file that cannot be read is an error where it is read.
    private static IEnumerable<byte[]> Contents(string projectFolder) => Files(projectFolder).Select(path =>
    {
        try
        {
            return new FileInfo(path).Length <= TextFile.MaximumBytes ? File.ReadAllBytes(path) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    });

    /// <summary>Reads one file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="name">Its name for messages.</param>
    /// <param name="faults">Receives what is wrong with it, one line each.</param>
    internal static IReadOnlyList<VexEntry> Read(string text, string name, ICollection<string> faults)
    {
        TableFile? file;
        try
        {
            file = JsonSerializer.Deserialize<TableFile>(TextFile.Checked(text, name), _strict);
        }
        catch (JsonException error)
        {
            faults.Add($"{name}:{(error.LineNumber ?? 0) + 1}: {SafeText.Cut(Reason(error), LongestText)}");
            return [];
        }

        if (file is null || file.Schema != Schema || !PackageForm.IsMatch(file.Source))
        {
            faults.Add(file is null ? $"{name}: it is null" : file.Schema != Schema ? $"{name}: schema must be {Schema}" : $"{name}: source {SafeText.Text(file.Source)} is not the name of a source package");
            return [];
        }

        var entries = new List<VexEntry>();
        foreach (var item in file.Entries)
        {
            // Nullability annotations apply only to members: the items of a list may still be null.
            if (item is null)
            {
                faults.Add($"{name}: an entry is null");
                continue;
            }

            var facts = item.Absent?.Facts() ?? [];
            var wrong = Faults(item, facts, file.Source).ToList();
            wrong.ForEach(fault => faults.Add($"{name}: {SafeText.Text(item.Cve)}: {fault}"));
            if (wrong.Count == 0)
            {
                entries.Add(new VexEntry(file.Source, item.Cve, facts, item.Advisory, item.Why) { Fixed = item.Fixed, IsAsserted = item.Assert, File = name });
            }
        }

        return entries;
    }

    private static string Reason(JsonException error) =>
        error.Message.Split(" Path:")[0].Split(" LineNumber:")[0].Replace(" Change the reader options.", string.Empty, StringComparison.Ordinal)
        is var reason && UnknownMember.Match(reason) is { Success: true } unknown ? $"'{unknown.Groups[1].Value}' is not known here" : reason;

    private static IEnumerable<string> Faults(TableEntry item, IReadOnlyList<VexFact> facts, string source)
    {
        if (!CveForm.IsMatch(item.Cve))
        {
            yield return "cve must be CVE-YEAR-NUMBER";
        }

        if (facts.Count == 0 && item.Fixed is null)
        {
            yield return "nothing says what its code is in: 'absent', 'fixed' or both are needed";
        }

        if (facts.Count > MostNames)
        {
            yield return $"'absent' has more than {MostNames} names";
        }

        if (item.Fixed is { } version && (!DebianVersion.IsValid(version) || DebianVersion.Upstream(version) != version))
        {
            yield return $"fixed {SafeText.Text(version)} is not an upstream version";
        }

        if (!Uri.TryCreate(item.Advisory, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps || address.UserInfo.Length > 0 || item.Advisory.Length > LongestText)
        {
            yield return "advisory must be an https address";
        }

        if (item.Why.Length is 0 or > LongestText || item.Why.Any(char.IsControl))
        {
            yield return $"why must be a sentence of at most {LongestText} characters, in one line";
        }

        foreach (var fact in facts.Where(fact => !IsValid(fact) || (fact.Kind is VexFactKind.Option or VexFactKind.Applet && source != VexEvidence.Busybox)))
        {
            yield return $"{SafeText.Text(fact.Name ?? "null")} is not {Form(fact.Kind)}";
        }
    }

    private static bool IsValid(VexFact fact) => fact.Name is { Length: <= 200 } name && (fact.Kind switch
    {
        VexFactKind.Package => PackageForm.IsMatch(name),
        VexFactKind.File => PathForm.IsMatch(name),
        VexFactKind.Symbol => SymbolForm.IsMatch(name),
        VexFactKind.Module => ModuleForm.IsMatch(name),
        VexFactKind.Platform => KnownPlatforms.Find(name) is not null,
        VexFactKind.Option => OptionForm.IsMatch(name),
        _ => AppletForm.IsMatch(name),
    });

    private static string Form(VexFactKind kind) => kind switch
    {
        VexFactKind.Package => "the name of a package",
        VexFactKind.File => "a path such as /usr/sbin/nscd or **/nscd",
        VexFactKind.Symbol => "a symbol of a library such as libz.so.1:zipOpen4",
        VexFactKind.Module => "a module of iconv such as EUC_JISX0213",
        VexFactKind.Platform => "a platform such as linux/ppc64le",
        VexFactKind.Option => "an option of BusyBox such as CONFIG_HUSH, in a file with \"source\": \"busybox\"",
        _ => "an applet of BusyBox, in a file with \"source\": \"busybox\"",
    };

    [GeneratedRegex("^CVE-[0-9]{4}-[0-9]{4,19}$")]
    private static partial Regex CveForm { get; }

    [GeneratedRegex("^[a-z0-9][a-z0-9+.-]+$")]
    private static partial Regex PackageForm { get; }

    [GeneratedRegex("^(/|\\*\\*/)([A-Za-z0-9._+*@~-]+/)*[A-Za-z0-9._+*@~-]+$")]
    private static partial Regex PathForm { get; }

    [GeneratedRegex("^lib[A-Za-z0-9._+-]*\\.so[.0-9]*:[A-Za-z_][A-Za-z0-9_.]*(@[A-Za-z0-9_.]+)?$")]
    private static partial Regex SymbolForm { get; }

    [GeneratedRegex("^[A-Za-z0-9_.-]+$")]
    private static partial Regex ModuleForm { get; }

    [GeneratedRegex("^CONFIG_[A-Z0-9_]+$")]
    private static partial Regex OptionForm { get; }

    [GeneratedRegex("^[A-Za-z0-9._+\\[-]+$")]
    private static partial Regex AppletForm { get; }

    [GeneratedRegex("^The JSON property '([^']*)' could not be mapped")]
    private static partial Regex UnknownMember { get; }

    private sealed record TableFile(int Schema, string Source, IReadOnlyList<TableEntry> Entries);

    private sealed record TableEntry(string Cve, string Advisory, string Why, TableAbsence? Absent = null, string? Fixed = null, bool Assert = false);

    private sealed record TableAbsence(
        IReadOnlyList<string>? Packages = null, IReadOnlyList<string>? Files = null, IReadOnlyList<string>? Symbols = null, IReadOnlyList<string>? Modules = null,
        IReadOnlyList<string>? Platforms = null, IReadOnlyList<string>? Options = null, IReadOnlyList<string>? Applets = null)
    {
        public IReadOnlyList<VexFact> Facts() =>
        [
            .. Of(VexFactKind.Package, Packages), .. Of(VexFactKind.File, Files), .. Of(VexFactKind.Symbol, Symbols), .. Of(VexFactKind.Module, Modules),
            .. Of(VexFactKind.Platform, Platforms), .. Of(VexFactKind.Option, Options), .. Of(VexFactKind.Applet, Applets),
        ];

        private static IEnumerable<VexFact> Of(VexFactKind kind, IReadOnlyList<string>? names) => (names ?? []).Select(name => new VexFact(kind, name));
    }
}

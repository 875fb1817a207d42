using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Attestations.Vex;

/// <summary>What an image shows about a vulnerability.</summary>
internal enum VexStatus
{
    /// <summary>Nothing that excludes it.</summary>
    Open,

    /// <summary>The version in the image does not have it any more.</summary>
    Fixed,

    /// <summary>The packages with its code are not in the image (OpenVEX <c>component_not_present</c>).</summary>
    ComponentNotPresent,

    /// <summary>The packages are there, its code is not (OpenVEX <c>vulnerable_code_not_present</c>).</summary>
    CodeNotPresent,
}

/// <summary>A vulnerability, and what a platform's image shows about it.</summary>
/// <param name="Entry">The vulnerability.</param>
/// <param name="Packages">The packages of its source in the image, ordered by name.</param>
/// <param name="Status">What the image shows.</param>
/// <param name="Text">That in words.</param>
internal sealed record VexStatement(VexEntry Entry, IReadOnlyList<RecordedPackage> Packages, VexStatus Status, string Text)
{
    /// <summary>Whether the image is shown not to be affected.</summary>
    public bool IsProven => Status != VexStatus.Open;

    /// <summary>Checks the entries of the table against an image; those of source packages that it does not have are left out.</summary>
    public static IReadOnlyList<VexStatement> Check(IEnumerable<VexEntry> entries, VexEvidence evidence) =>
    [
        .. entries.Select(entry => (Entry: entry, Packages: evidence.Packages.Where(package => package.Source == entry.Source).ToList()))
            .Where(pair => pair.Packages.Count > 0)
            .Select(pair => Check(pair.Entry, pair.Packages, evidence)),
    ];

    /// <summary>Refuses images that do not have what the user's entries assert.</summary>
    /// <param name="statements">The statements about each platform's image.</param>
    /// <exception cref="AttestationException">Some do not; the error lists all of them.</exception>
    public static void Refuse(IEnumerable<(string Platform, IReadOnlyList<VexStatement> Statements)> statements)
    {
        var wrong = statements.SelectMany(pair => pair.Statements.Where(one => one.Entry.IsAsserted && !one.IsProven).Select(one => (pair.Platform, Statement: one)))
            .Select(pair => $"{pair.Statement.Entry.File}: {pair.Statement.Entry.Cve} of {pair.Statement.Entry.Source} on {pair.Platform}: {pair.Statement.Text}").ToList();
        if (wrong.Count > 0)
        {
            throw new AttestationException(
                $"the image contradicts {Plural.Count(wrong.Count, "statement")} about vulnerabilities", VexTable.FolderName, string.Join('\n', wrong),
                "take what is named out of the image, or \"assert\": true out of the entry: then the vulnerability counts as open where it is not disproved");
        }
    }

    private static VexStatement Check(VexEntry entry, IReadOnlyList<RecordedPackage> packages, VexEvidence evidence)
    {
        if (entry.Fixed is { } version && packages.All(package => DebianVersion.Compare(DebianVersion.Upstream(package.SourceVersion), version) >= 0))
        {
            return new VexStatement(entry, packages, VexStatus.Fixed, $"fixed in {version}");
        }

        var looked = entry.Absent.Select(fact => (Fact: fact, Seen: evidence.Look(fact))).ToList();
        return looked.Count == 0 ? new VexStatement(entry, packages, VexStatus.Open, $"only {entry.Fixed} fixes it")
            : looked.FirstOrDefault(pair => pair.Seen.Presence != VexPresence.Absent) is { Fact: not null } contradicted ? new VexStatement(entry, packages, VexStatus.Open, contradicted.Seen.Text!)
            : new VexStatement(
                entry, packages, entry.Absent.All(fact => fact.Kind == VexFactKind.Package) ? VexStatus.ComponentNotPresent : VexStatus.CodeNotPresent, AbsenceOf(entry.Absent));
    }

    // One thing is told as a sentence, several as a list.
    private static string AbsenceOf(IReadOnlyList<VexFact> facts)
    {
        var things = facts.Where(fact => fact.Kind is not (VexFactKind.Platform or VexFactKind.Option or VexFactKind.Applet)).Select(fact => $"{Word(fact.Kind)} {NameOf(fact)}").ToList();
        return string.Join("; ", new[]
        {
            Of(facts, VexFactKind.Platform) is { Length: > 0 } platforms ? $"its code is for {platforms} alone" : null,
            things.Count == 0 ? null : things.Count == 1 ? $"{things[0]} is not in the image" : $"not in the image: {string.Join(", ", things)}",
            Of(facts, VexFactKind.Option) is { Length: > 0 } options ? $"BusyBox is compiled without {options}" : null,
            Of(facts, VexFactKind.Applet) is { Length: > 0 } applets ? $"BusyBox has no applet {applets}" : null,
        }.OfType<string>());
    }

    private static string Of(IEnumerable<VexFact> facts, VexFactKind kind) => string.Join(", ", facts.Where(fact => fact.Kind == kind).Select(fact => fact.Name));

    private static string NameOf(VexFact fact) => fact.Kind == VexFactKind.File && fact.Name.StartsWith("**/", StringComparison.Ordinal) ? fact.Name[3..] : fact.Name;

    private static string Word(VexFactKind kind) => kind switch
    {
        VexFactKind.Package => "package",
        VexFactKind.File => "file",
        VexFactKind.Module => "module",
        _ => "symbol",
    };
}

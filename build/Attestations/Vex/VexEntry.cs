namespace BusyboxGlibc.Attestations.Vex;

/// <summary>What the code of a vulnerability is in, as far as an image can show.</summary>
internal enum VexFactKind
{
    /// <summary>A binary package of Debian, by its name.</summary>
    Package,

    /// <summary>A file, by a path in which <c>*</c> stands for characters of one name and <c>**</c> for any folders.</summary>
    File,

    /// <summary>A symbol that a library exports, <c>libz.so.1:zipOpen4@VERSION</c>.</summary>
    Symbol,

    /// <summary>A module of iconv, <c>EUC_JISX0213</c>.</summary>
    Module,

    /// <summary>A platform, <c>linux/ppc64le</c>: the code exists on no other.</summary>
    Platform,

    /// <summary>An option of BusyBox's configuration, <c>CONFIG_HUSH</c>.</summary>
    Option,

    /// <summary>An applet of BusyBox.</summary>
    Applet,
}

/// <summary>One thing that contains the code of a vulnerability.</summary>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Name">Its name.</param>
internal sealed record VexFact(VexFactKind Kind, string Name);

/// <summary>What is known about a vulnerability of a source package: where its code is, so that an image can be shown not to have it.</summary>
/// <param name="Source">The source package of Debian, or <c>busybox</c>.</param>
/// <param name="Cve">The vulnerability, <c>CVE-2023-45853</c>.</param>
/// <param name="Absent">All that contains its code: an image with none of it is not affected. Empty if only a version tells.</param>
/// <param name="Advisory">The address of the advisory that says so.</param>
/// <param name="Why">One sentence that says so.</param>
internal sealed record VexEntry(string Source, string Cve, IReadOnlyList<VexFact> Absent, string Advisory, string Why)
{
    /// <summary>The first upstream version without the vulnerability; null if none is known.</summary>
    public string? Fixed { get; init; }

    /// <summary>Whether an image for which this does not hold is an error.</summary>
    public bool IsAsserted { get; init; }

    /// <summary>The file that states it, for error messages.</summary>
    public string File { get; init; } = string.Empty;
}

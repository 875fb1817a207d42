namespace BusyboxGlibc.Reports.Page;

/// <summary>Everything that the report says, as <c>artifacts/report.json</c> has it. All names in it may be anybody's: packages, files and programs of the user.</summary>
/// <param name="Schema">The version of this form, <see cref="Current"/>.</param>
/// <param name="Image">The image: the same image, lock and program give the same facts, on every machine.</param>
/// <param name="Checks">What checked it.</param>
/// <param name="Open">Its known vulnerabilities, as Vulnerabilities last listed them; null if it did not since the image was made.</param>
/// <param name="History">What was before.</param>
/// <param name="Made">The run that made the image.</param>
/// <param name="Last">The last run.</param>
internal sealed record ReportFacts(int Schema, ReportImage Image, ReportChecks Checks, ReportOpen? Open, ReportHistory History, ReportRun Made, ReportRun Last)
{
    /// <summary>The version of the form that this program writes.</summary>
    public const int Current = 1;
}

/// <summary>The image.</summary>
/// <param name="Key">The digest of all that these facts were made from.</param>
/// <param name="Name">Its name with its tag, as a user types it.</param>
/// <param name="Digest">The digest of its index.</param>
/// <param name="Created">Its time, RFC 3339.</param>
/// <param name="Suite">The codename of its Debian suite.</param>
/// <param name="Glibc">The version of glibc.</param>
/// <param name="Busybox">BusyBox in words: <c>1.38.0</c>, <c>Debian's</c>.</param>
/// <param name="LockSha256">The checksum of the lock.</param>
/// <param name="Platforms">Its platforms. All other lists with a value for each platform are in this order, and in every number that stands for a set of platforms bit 0 is the first of them.</param>
/// <param name="Files">Its regular files, the largest first.</param>
/// <param name="Packages">Its packages, by name.</param>
/// <param name="Reasons">Why its files are in it.</param>
/// <param name="Vex">The vulnerabilities that it proves not to concern it, and those of the table that it does not.</param>
/// <param name="Variants">Its variants.</param>
internal sealed record ReportImage(
    string Key, string Name, string Digest, string Created, string Suite, string Glibc, string Busybox, string LockSha256, IReadOnlyList<ReportPlatform> Platforms, IReadOnlyList<ReportFile> Files,
    IReadOnlyList<ReportPackage> Packages, ReportReasons Reasons, IReadOnlyList<ReportVex> Vex, IReadOnlyList<ReportVariant> Variants);

/// <summary>A platform of the image.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="Triplet">What <c>{triplet}</c> stands for.</param>
/// <param name="Loader">What <c>{loader}</c> stands for.</param>
/// <param name="Files">The number of regular files.</param>
/// <param name="Libraries">The number of shared libraries.</param>
/// <param name="Applets">The number of names that lead to BusyBox, each once.</param>
/// <param name="Unpacked">The size of its files in bytes.</param>
/// <param name="Compressed">The size of its layers in bytes.</param>
internal sealed record ReportPlatform(string Name, string Digest, string Triplet, string Loader, int Files, int Libraries, int Applets, long Unpacked, long Compressed);

/// <summary>A file.</summary>
/// <param name="Path">Its path, with <c>{triplet}</c> and <c>{loader}</c>.</param>
/// <param name="Owner">Its package, or what else it comes from.</param>
/// <param name="Bytes">Its size on each platform; -1 where it does not exist.</param>
internal sealed record ReportFile(string Path, string Owner, IReadOnlyList<long> Bytes);

/// <summary>A package, in one version.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Source">Its source package.</param>
/// <param name="SourceVersion">The version of that.</param>
/// <param name="Platforms">The platforms that have it in this version.</param>
internal sealed record ReportPackage(string Name, string Version, string Source, string SourceVersion, int Platforms);

/// <summary>Why the files are in the image: a graph from what is asked for to the files.</summary>
/// <param name="Roots">What is asked for.</param>
/// <param name="Files">The files.</param>
/// <param name="Edges">Which brings which; licences and copyright files only follow from <see cref="ReportReasonFile.Reasons"/>.</param>
internal sealed record ReportReasons(IReadOnlyList<string> Roots, IReadOnlyList<ReportReasonFile> Files, IReadOnlyList<ReportEdge> Edges);

/// <summary>A file of the graph.</summary>
/// <param name="Path">Its path, with <c>{triplet}</c> and <c>{loader}</c>.</param>
/// <param name="Package">Its package, or what else it comes from.</param>
/// <param name="Reasons">The last step of the shortest chain to it; platforms may have different ones.</param>
internal sealed record ReportReasonFile(string Path, string Package, IReadOnlyList<ReportReason> Reasons);

/// <summary>The last step of a chain.</summary>
/// <param name="Platforms">The platforms.</param>
/// <param name="Root">Where the chain begins.</param>
/// <param name="From">The file before; -1 if the root asks for it.</param>
/// <param name="How">Why that brings it.</param>
internal sealed record ReportReason(int Platforms, int Root, int From, string How);

/// <summary>Something that brings a file.</summary>
/// <param name="From">The file; -1 minus its number for a root.</param>
/// <param name="To">The file that it brings.</param>
/// <param name="How">Why.</param>
/// <param name="Platforms">The platforms.</param>
internal sealed record ReportEdge(int From, int To, string How, int Platforms);

/// <summary>An entry of the table of vulnerabilities.</summary>
/// <param name="Id">The vulnerability.</param>
/// <param name="Source">The source package.</param>
/// <param name="State"><c>not-affected</c>, <c>fixed</c> or <c>open</c>.</param>
/// <param name="Why">What the image shows.</param>
/// <param name="Platforms">The platforms of which this is so.</param>
internal sealed record ReportVex(string Id, string Source, string State, string Why, int Platforms);

/// <summary>A variant of the image.</summary>
/// <param name="Name">Its name with its tag.</param>
/// <param name="Digest">The digest of its index.</param>
/// <param name="Added">The compressed size of what it adds, on the platform where that is most.</param>
internal sealed record ReportVariant(string Name, string Digest, long Added);

/// <summary>What checked the image.</summary>
/// <param name="Rules">The groups of rules of Verify; the last is what programs and entries of the user assert.</param>
/// <param name="Failed">The groups with problems.</param>
/// <param name="Findings">The problems.</param>
/// <param name="Notes">What is worth knowing, and no problem.</param>
/// <param name="Smoke">What SmokeTest found, if it ran on this image: now, or before on an unchanged one.</param>
internal sealed record ReportChecks(IReadOnlyList<string> Rules, IReadOnlyList<ReportFailed> Failed, IReadOnlyList<string> Findings, IReadOnlyList<string> Notes, IReadOnlyList<ReportSmoke> Smoke);

/// <summary>A group of rules with problems.</summary>
/// <param name="Platform">The platform's name; anything else concerns all of them.</param>
/// <param name="Rule">The group.</param>
internal sealed record ReportFailed(string Platform, string Rule);

/// <summary>The smoke test of a platform.</summary>
/// <param name="Platform">Its name.</param>
/// <param name="How">What ran its programs.</param>
/// <param name="Results">The checks.</param>
internal sealed record ReportSmoke(string Platform, string How, IReadOnlyList<ReportSmokeCheck> Results);

/// <summary>A check of the smoke test.</summary>
/// <param name="Check">Its name.</param>
/// <param name="State"><c>passed</c>, <c>failed</c>, <c>not-run</c> or <c>absent</c>.</param>
/// <param name="Reason">Why; empty if it passed.</param>
internal sealed record ReportSmokeCheck(string Check, string State, string Reason);

/// <summary>The known vulnerabilities.</summary>
/// <param name="Digest">The digest of the index that they are of.</param>
/// <param name="Tracker">Where the data is from.</param>
/// <param name="Found">The vulnerabilities that are open or not determined.</param>
internal sealed record ReportOpen(string Digest, string Tracker, IReadOnlyList<ReportVulnerability> Found);

/// <summary>A vulnerability.</summary>
/// <param name="Id">The vulnerability.</param>
/// <param name="Source">The source package.</param>
/// <param name="State"><c>open</c> or <c>undetermined</c>.</param>
/// <param name="Urgency">Debian's urgency; null if none is stated.</param>
/// <param name="FixedVersion">The first version without it; null if there is none yet.</param>
/// <param name="Description">What it is; empty if nothing says so.</param>
/// <param name="Platforms">The platforms that it concerns.</param>
internal sealed record ReportVulnerability(string Id, string Source, string State, string? Urgency, string? FixedVersion, string Description, int Platforms);

/// <summary>What was before.</summary>
/// <param name="Published">The image that was last published from this folder; null if that is not known.</param>
/// <param name="Before">The image that this folder had before; null if that is not known.</param>
/// <param name="Lock">What changed since the lock before; null if that is not known.</param>
internal sealed record ReportHistory(ReportEarlier? Published, ReportEarlier? Before, ReportLockChange? Lock);

/// <summary>An earlier image.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Digest">The digest of its index.</param>
/// <param name="Sizes">The sizes of its platforms; empty if they are not known.</param>
internal sealed record ReportEarlier(string Name, string Digest, IReadOnlyList<ReportSize> Sizes);

/// <summary>The size of a platform's image.</summary>
/// <param name="Platform">The platform's name.</param>
/// <param name="Unpacked">The size of its files in bytes; null if it is not known.</param>
/// <param name="Compressed">The size of its layers in bytes; null if it is not known.</param>
internal sealed record ReportSize(string Platform, long? Unpacked, long? Compressed);

/// <summary>What changed since another lock.</summary>
/// <param name="Since">Which lock that is: <c>commit 1234567 of image.lock.json</c>.</param>
/// <param name="Fixes">The source packages whose versions changed.</param>
internal sealed record ReportLockChange(string Since, IReadOnlyList<ReportFix> Fixes);

/// <summary>A source package that has another version than before.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Before">The version of before.</param>
/// <param name="After">The version now.</param>
/// <param name="Summary">What its changelog says, in words.</param>
/// <param name="Cves">The CVEs that it names.</param>
/// <param name="Unknown">Why this is not known, or not completely; null if it is.</param>
internal sealed record ReportFix(string Source, string Before, string After, string Summary, IReadOnlyList<string> Cves, string? Unknown);

/// <summary>A run of the build.</summary>
/// <param name="Engine">The engine in words.</param>
/// <param name="Lock">What it did to the lock.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Tasks">Its tasks, in the order in which they ran.</param>
/// <param name="Command">The command that makes the same image; options that may hold a password are left out.</param>
/// <param name="Revision">The commit of the project; null if it is not known.</param>
/// <param name="IsDirty">Whether the project had changes that were in no commit.</param>
internal sealed record ReportRun(string Engine, string Lock, double Seconds, IReadOnlyList<ReportTask> Tasks, string Command, string? Revision, bool IsDirty);

/// <summary>A task of a run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="State"><c>done</c>, <c>skipped</c> or <c>failed</c>.</param>
internal sealed record ReportTask(string Name, double Seconds, string State);

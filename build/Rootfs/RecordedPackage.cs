using BusyboxGlibc.Debian;

namespace BusyboxGlibc.Rootfs;

/// <summary>A package as an image's records list it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Source">Its source package.</param>
/// <param name="SourceVersion">The version of its source package.</param>
internal sealed record RecordedPackage(string Name, string Version, string Source, string SourceVersion)
{
    private const string Records = PackageRecords.StatusFolder;
    private const string Database = "var/lib/dpkg/status";

    private static readonly string[] _fields = ["Package", "Version", "Source", "Status", "Architecture"];

    /// <summary>Its architecture as the record states it; empty if it states none.</summary>
    public string Architecture { get; init; } = string.Empty;

    /// <summary>The packages of an image's records, by name: those that images without dpkg have in <c>status.d</c>, and dpkg's own. A record that is not readable is none.</summary>
    public static IReadOnlyDictionary<string, RecordedPackage> In(RootfsTree tree)
    {
        var packages = new Dictionary<string, RecordedPackage>(StringComparer.Ordinal);
        foreach (var entry in tree.Entries.Where(entry => entry.Type == RootfsEntryType.File
            && (entry.Path == Database || (entry.Path.StartsWith(Records, StringComparison.Ordinal) && !entry.Path.EndsWith(PackageRecords.SumsSuffix, StringComparison.Ordinal)))))
        {
            try
            {
                var reader = new Deb822Reader(new MemoryStream(entry.Content.ToArray()), entry.Path, _fields);
                while (reader.Read())
                {
                    if (reader.Fields.TryGetValue("Package", out var name) && reader.Fields.TryGetValue("Version", out var version) && DebianVersion.IsValid(version)
                        && reader.Fields.GetValueOrDefault("Status", "installed").EndsWith("installed", StringComparison.Ordinal))
                    {
                        var (source, sourceVersion) = SourceField.Parse(reader.Fields.GetValueOrDefault("Source"), name, version);
                        packages[name] = new RecordedPackage(name, version, source, DebianVersion.IsValid(sourceVersion) ? sourceVersion : version)
                        {
                            Architecture = reader.Fields.GetValueOrDefault("Architecture", string.Empty),
                        };
                    }
                }
            }
            catch (DebianException)
            {
                // Anyone's image may have a file of that name.
            }
        }

        return packages;
    }
}

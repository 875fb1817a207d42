using System.Text;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>
/// What a platform's image promises to programs: the libraries that the loader finds without help from the program, each with the symbol versions that
/// it defines. What only private folders have, such as modules of iconv, is no promise, and neither is <c>GLIBC_PRIVATE</c>.
/// </summary>
/// <param name="Platform">The platform.</param>
/// <param name="Libraries">The versions of each soname; both in ordinal order.</param>
internal sealed record PlatformAbi(Platform Platform, IReadOnlyDictionary<string, IReadOnlyList<string>> Libraries)
{
    private const string Private = "GLIBC_PRIVATE";

    /// <summary>Reads the promise of a finished root file system.</summary>
    public static PlatformAbi Of(Platform platform, RootfsTree tree)
    {
        var files = new TreeLibraries(new VerificationContext(platform, tree, FileOrigins.Unknown));
        var search = files.Searches()[0];
        var found = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var entry in tree.Entries.Where(entry => entry.Type != RootfsEntryType.Directory))
        {
            if (tree.Resolve(entry.Path) is not { } end || !tree.TryGet(end, out var real) || real.Type != RootfsEntryType.File || files.Read(real).File is not { IsDynamic: true } elf)
            {
                continue;
            }

            // A library without a soname is needed by the name of its file; a link has a name of its own only if Debian renamed the soname behind it.
            var name = RootfsPath.Name(entry.Path);
            var soname = elf.Soname ?? RootfsPath.Name(end);
            name = soname == RenamedSoname.Of(name) ? name : soname;
            if (LdconfigNames.IsLibrary(name) && search.FindDefault(name) is { } library && library.File == elf)
            {
                found[name] = [.. elf.VersionDefinitions.Where(version => version != Private).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            }
        }

        return new PlatformAbi(platform, found);
    }

    /// <summary>The file <c>abi.json</c>: its bytes depend on the promises alone.</summary>
    /// <param name="platforms">The platforms, in the order of the index.</param>
    public static byte[] Write(IEnumerable<PlatformAbi> platforms) => Encoding.UTF8.GetBytes(JsonText.Object(json =>
    {
        json.WriteNumber("schema", 1);
        json.WriteStartObject("platforms");
        foreach (var (platform, libraries) in platforms)
        {
            json.WriteStartObject(platform.Name);
            foreach (var (soname, versions) in libraries)
            {
                json.Texts(soname, versions);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }) + "\n");

    /// <summary>What another image of the platform does not give although this one does.</summary>
    /// <param name="other">The other image.</param>
    public IReadOnlyList<AbiLoss> LostIn(PlatformAbi other) =>
    [
        .. Libraries
            .Select(pair => (Soname: pair.Key, IsGone: !other.Libraries.ContainsKey(pair.Key), Lost: (IReadOnlyList<string>)[.. pair.Value.Except(other.Libraries.GetValueOrDefault(pair.Key, []), StringComparer.Ordinal)]))
            .Where(one => one.IsGone || one.Lost.Count > 0)
            .Select(one => new AbiLoss(Platform, one.Soname, one.IsGone ? [] : one.Lost)),
    ];
}

/// <summary>Something that an image gave to programs, and another does not.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Soname">The library; null if the whole platform is gone.</param>
/// <param name="Versions">The symbol versions that the library no longer defines; empty if the library itself is gone.</param>
internal sealed record AbiLoss(Platform Platform, string? Soname, IReadOnlyList<string> Versions)
{
    /// <summary>The loss in words, without its platform.</summary>
    public string Text => SafeText.Text(Soname is null ? "the whole platform" : Versions.Count == 0 ? Soname : $"{string.Join(", ", Versions)} of {Soname}");
}

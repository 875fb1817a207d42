using System.Text.Json;
using BusyboxGlibc.Attestations;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Inspect.Published;

/// <summary>A package of Debian that an SBOM lists.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Architecture">Its own architecture: a Debian architecture, or <c>all</c>.</param>
/// <param name="Sha256">The checksum of its file.</param>
internal sealed record ListedDeb(string Name, string Version, string Architecture, string Sha256)
{
    /// <inheritdoc/>
    public override string ToString() => SafeText.Text($"{Name} {Version} ({Architecture})");
}

/// <summary>The packages that an SPDX document lists (SPDX 2.3, clause 7), and which Debian release they are from.</summary>
/// <param name="Shipped">The packages of Debian that files of the image are from.</param>
/// <param name="Tools">Those that BusyBox was compiled with, on machines of any kind.</param>
/// <param name="Own">Package files of the user, which nobody else signs.</param>
/// <param name="Release">The number of the Debian release, <c>13</c>; null if the document names none.</param>
internal sealed record ListedPackages(IReadOnlyList<ListedDeb> Shipped, IReadOnlyList<ListedDeb> Tools, IReadOnlyList<string> Own, string? Release)
{
    private const string Debian = "Organization: Debian";
    private const string Purl = "pkg:deb/debian/";
    private const string Suffix = ".deb";
    private const string Distribution = "distro=debian-";

    private static readonly JsonDocumentOptions _limits = new() { MaxDepth = 64 };

    /// <summary>Reads a document, which is untrusted input.</summary>
    /// <exception cref="AttestationException">It is no such document, or lists a package without its checksum.</exception>
    public static ListedPackages Read(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document, _limits);
            var (shipped, tools, own, releases) = (new List<ListedDeb>(), new List<ListedDeb>(), new List<string>(), new HashSet<string>(StringComparer.Ordinal));
            foreach (var package in json.RootElement.GetProperty("packages").EnumerateArray())
            {
                var (name, purl) = (package.GetProperty("name").GetString()!, PurlOf(package));
                if (purl is not null && Text(package, "supplier") != Debian)
                {
                    own.Add(SafeText.Text(name));
                }
                else if (purl is not null)
                {
                    shipped.Add(new ListedDeb(name, Version(package), Qualifier(purl, "arch=") ?? throw new FormatException($"{name} has no architecture"), Sum(package)));
                    releases.UnionWith(Qualifier(purl, Distribution) is { } release ? [release] : Array.Empty<string>());
                }
                else if (Text(package, "supplier") == Debian && Text(package, "downloadLocation") is { } address && address.EndsWith(Suffix, StringComparison.Ordinal))
                {
                    tools.Add(new ListedDeb(name, Version(package), address[(address.LastIndexOf('_') + 1)..^Suffix.Length], Sum(package)));
                }
            }

            return releases.Count <= 1 ? new ListedPackages(shipped, tools, own, releases.FirstOrDefault()) : throw new FormatException("its packages are of several releases");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AttestationException("the SBOM cannot be read", why: SafeText.Text(error.Message), inner: error);
        }
    }

    private static string Version(JsonElement package) => package.GetProperty("versionInfo").GetString()!;

    private static string Sum(JsonElement package) =>
        package.GetProperty("checksums").EnumerateArray().First(sum => sum.GetProperty("algorithm").GetString() == "SHA256").GetProperty("checksumValue").GetString()!.ToLowerInvariant();

    private static string? PurlOf(JsonElement package) => !package.TryGetProperty("externalRefs", out var references) ? null
        : references.EnumerateArray().Where(reference => Text(reference, "referenceType") == "purl").Select(reference => Text(reference, "referenceLocator"))
            .FirstOrDefault(locator => locator?.StartsWith(Purl, StringComparison.Ordinal) == true);

    private static string? Qualifier(string purl, string start) => purl.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark
        ? purl[(mark + 1)..].Split('&').Where(one => one.StartsWith(start, StringComparison.Ordinal)).Select(one => one[start.Length..]).FirstOrDefault() : null;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Formats.Spdx;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Busybox;

/// <summary>
/// The records in an image about the BusyBox compiled for it: an entry in <c>/var/lib/dpkg/status.d</c> and an SPDX document, both for scanners, and
/// in <c>/usr/share/doc/busybox</c> its copyright, configuration and patches.
/// </summary>
internal static class BusyboxRecords
{
    internal const string Package = "busybox";

    /// <summary>The path of the binary, relative to the root.</summary>
    internal const string Place = "bin/busybox";

    internal const string ConfigurationPath = Doc + "config";

    internal const string Licence = "GPL-2.0-only";

    internal const string PatchFolder = Doc + "patches/";

    private const string Homepage = "https://busybox.net/";
    private const string PackageId = "SPDXRef-Package-busybox";
    private const string SourceId = "SPDXRef-Package-source";
    private const string Doc = "usr/share/doc/busybox/";
    private const string Status = PackageRecords.StatusFolder;

    /// <summary>The files, by path.</summary>
    internal static IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> Of(CompileInputs inputs, CompiledBusybox result)
    {
        List<(string Path, ReadOnlyMemory<byte> Content)> files =
        [
            (ConfigurationPath, result.Configuration),
            (Doc + "copyright", Text(Copyright(inputs))),
            .. inputs.Patches.Select((patch, index) =>
                (string.Create(CultureInfo.InvariantCulture, $"{PatchFolder}{index:000}-{RootfsPath.Name(patch.Name)}"), patch.Content)),
            ("usr/share/sbom/busybox.spdx.json", Spdx(inputs, result)),
        ];
        List<(string Path, ReadOnlyMemory<byte> Content)> all = [(Place, result.Binary), .. files];
        files.Add((Status + Package, Text(Stanza(inputs))));
        files.Add((PackageRecords.SumsOf(Package), Text(string.Concat(all.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => $"{Md5(file.Content)}  {file.Path}\n")))));
        return files;
    }

    // Debian's own package of that name has epoch 1: without an epoch, every scanner would treat this BusyBox as older than any of Debian's, and
    // report every vulnerability ever fixed in them.
    private static string Stanza(CompileInputs inputs) => $"""
        Package: {Package}
        Status: install ok installed
        Priority: optional
        Section: utils
        Maintainer: busybox-glibc
        Architecture: {inputs.Platform.DebianArchitecture}
        Version: 1:{inputs.Release.Version}
        Description: BusyBox {inputs.Release.Version}, compiled from the upstream release
         This is no package of Debian. It was compiled from {inputs.Release.FileName}
         with the configuration and the patches in /usr/share/doc/busybox.
        Homepage: https://busybox.net/

        """;

    private static string Copyright(CompileInputs inputs) => $"""
        Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
        Upstream-Name: BusyBox
        Source: {Url(inputs.Release)}
        Comment: compiled from that tarball, whose SHA-256 is
         {inputs.Release.Sha256},
         with the configuration and the patches that lie beside this file.

        Files: *
        Copyright: 1999-{inputs.Release.Date[..4]} Erik Andersen, Rob Landley, Denys Vlasenko and others
        License: GPL-2
         BusyBox is free software; you can redistribute it and/or modify it under the
         terms of version 2 of the GNU General Public License. It comes without any
         warranty. On Debian systems, and in this image, the licence's text is in
         /usr/share/common-licenses/GPL-2.

        """;

    // Every time in it is that of the release, so that it changes only with its content.
    private static ReadOnlyMemory<byte> Spdx(CompileInputs inputs, CompiledBusybox result)
    {
        var release = inputs.Release;
        var binary = Convert.ToHexStringLower(SHA256.HashData(result.Binary.Span));

        // Platforms of one architecture have the same files, and so one layer.
        var platform = KnownPlatforms.All.First(known => known.DebianArchitecture == inputs.Platform.DebianArchitecture);
        var document = new SpdxDocument(
            $"busybox-{release.Version}-{platform.FileName}", $"{SpdxDocument.Namespaces}busybox-{release.Version}-{binary}", $"{release.Date}T00:00:00Z", [PackageId])
        {
            Packages = [Binary(release, PackageId, binary), Tarball(release, SourceId)],
            Relationships = [new SpdxRelationship(PackageId, "GENERATED_FROM", SourceId)],
        };
        return Text(document.Text(isIndented: true) + "\n");
    }

    /// <summary>A compiled BusyBox as a package of an SPDX document.</summary>
    internal static SpdxPackage Binary(BusyboxRelease release, string id, string sha256) => new(id, Package)
    {
        Version = release.Version,
        Supplier = "Organization: busybox-glibc",
        Homepage = Homepage,
        Sha256 = sha256,
        LicenseConcluded = Licence,
        LicenseDeclared = Licence,
        Purl = Purl(release),
        Cpe = $"cpe:2.3:a:busybox:busybox:{release.Version}:*:*:*:*:*:*:*",
    };

    /// <summary>The tarball that BusyBox is compiled from as a package of an SPDX document.</summary>
    internal static SpdxPackage Tarball(BusyboxRelease release, string id) => new(id, release.FileName)
    {
        Version = release.Version,
        Supplier = SpdxDocument.NoAssertion,
        DownloadLocation = Url(release),
        Homepage = Homepage,
        Sha256 = release.Sha256,
        LicenseConcluded = Licence,
        LicenseDeclared = Licence,
    };

    /// <summary>The package URL of a release.</summary>
    internal static string Purl(BusyboxRelease release) => new PackageUrl("generic", null, Package, release.Version).ToString();

    // The first source is upstream's, even if the bytes came from elsewhere: the checksum proves that they are the same.
    internal static string Url(BusyboxRelease release) =>
        release.Sources.FirstOrDefault(source => source.StartsWith("https://", StringComparison.Ordinal)) ?? release.Sources[0];

    private static ReadOnlyMemory<byte> Text(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"));

    [SuppressMessage("Security", "CA5351", Justification = "dpkg's format of checksums, deb-md5sums(5); it protects nothing here")]
    private static string Md5(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(MD5.HashData(content.Span));
}

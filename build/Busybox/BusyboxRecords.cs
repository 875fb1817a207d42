using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BusyboxGlibc.Busybox.Compile;
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

    internal const string ConfigurationPath = Doc + "config";

    private const string Doc = "usr/share/doc/busybox/";
    private const string Status = "var/lib/dpkg/status.d/";

    /// <summary>The files, by path.</summary>
    internal static IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> Of(CompileInputs inputs, CompiledBusybox result)
    {
        List<(string Path, ReadOnlyMemory<byte> Content)> files =
        [
            (ConfigurationPath, result.Configuration),
            (Doc + "copyright", Text(Copyright(inputs))),
            .. inputs.Patches.Select((patch, index) =>
                (string.Create(CultureInfo.InvariantCulture, $"{Doc}patches/{index:000}-{RootfsPath.Name(patch.Name)}"), patch.Content)),
            ("usr/share/sbom/busybox.spdx.json", Spdx(inputs, result)),
        ];
        List<(string Path, ReadOnlyMemory<byte> Content)> all = [("bin/busybox", result.Binary), .. files];
        files.Add((Status + Package, Text(Stanza(inputs))));
        files.Add((Status + Package + ".md5sums", Text(string.Concat(all.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => $"{Md5(file.Content)}  {file.Path}\n")))));
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
        Source: {Url(inputs)}
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

    // SPDX 2.3, https://spdx.github.io/spdx-spec/v2.3/; every time in it is that of the release, so that it changes only with its content.
    private static ReadOnlyMemory<byte> Spdx(CompileInputs inputs, CompiledBusybox result)
    {
        var release = inputs.Release;
        var binary = Convert.ToHexStringLower(SHA256.HashData(result.Binary.Span));
        var document = new
        {
            spdxVersion = "SPDX-2.3",
            dataLicense = "CC0-1.0",
            SPDXID = "SPDXRef-DOCUMENT",
            // Platforms of one architecture have the same files, and so one layer.
            name = $"busybox-{release.Version}-{KnownPlatforms.All.First(known => known.DebianArchitecture == inputs.Platform.DebianArchitecture).FileName}",
            documentNamespace = $"https://spdx.org/spdxdocs/busybox-{release.Version}-{binary}",
            creationInfo = new { created = $"{release.Date}T00:00:00Z", creators = new[] { "Tool: busybox-glibc" } },
            documentDescribes = new[] { "SPDXRef-Package-busybox" },
            packages = new object[]
            {
                new
                {
                    name = Package,
                    SPDXID = "SPDXRef-Package-busybox",
                    versionInfo = release.Version,
                    supplier = "Organization: busybox-glibc",
                    downloadLocation = "NOASSERTION",
                    filesAnalyzed = false,
                    homepage = "https://busybox.net/",
                    checksums = new[] { new { algorithm = "SHA256", checksumValue = binary } },
                    licenseConcluded = "GPL-2.0-only",
                    licenseDeclared = "GPL-2.0-only",
                    copyrightText = "NOASSERTION",
                    externalRefs = new[]
                    {
                        new { referenceCategory = "PACKAGE-MANAGER", referenceType = "purl", referenceLocator = $"pkg:generic/busybox@{release.Version}" },
                        new { referenceCategory = "SECURITY", referenceType = "cpe23Type", referenceLocator = $"cpe:2.3:a:busybox:busybox:{release.Version}:*:*:*:*:*:*:*" },
                    },
                },
                new
                {
                    name = release.FileName,
                    SPDXID = "SPDXRef-Package-source",
                    versionInfo = release.Version,
                    supplier = "NOASSERTION",
                    downloadLocation = Url(inputs),
                    filesAnalyzed = false,
                    homepage = "https://busybox.net/",
                    checksums = new[] { new { algorithm = "SHA256", checksumValue = release.Sha256 } },
                    licenseConcluded = "GPL-2.0-only",
                    licenseDeclared = "GPL-2.0-only",
                    copyrightText = "NOASSERTION",
                },
            },
            relationships = new[]
            {
                new { spdxElementId = "SPDXRef-DOCUMENT", relationshipType = "DESCRIBES", relatedSpdxElement = "SPDXRef-Package-busybox" },
                new { spdxElementId = "SPDXRef-Package-busybox", relationshipType = "GENERATED_FROM", relatedSpdxElement = "SPDXRef-Package-source" },
            },
        };
        return Text(JsonSerializer.Serialize(document, Layout) + "\n");
    }

    private static JsonSerializerOptions Layout { get; } = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The first source is upstream's, even if the bytes came from elsewhere: the checksum proves that they are the same.
    private static string Url(CompileInputs inputs) =>
        inputs.Release.Sources.FirstOrDefault(source => source.StartsWith("https://", StringComparison.Ordinal)) ?? inputs.Release.Sources[0];

    private static ReadOnlyMemory<byte> Text(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"));

    [SuppressMessage("Security", "CA5351", Justification = "dpkg's format of checksums, deb-md5sums(5); it protects nothing here")]
    private static string Md5(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(MD5.HashData(content.Span));
}

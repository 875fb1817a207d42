using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using BusyboxGlibc.Attestations.Publishing;
using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Tags;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.Attestations;

/// <summary>Keys and statements for small images.</summary>
internal static class SignedImages
{
    /// <summary>A new key.</summary>
    public static SigningKey NewKey() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>A statement about the index, and one about each platform's image, which lists its files.</summary>
    /// <param name="layout">The image.</param>
    /// <param name="document">What the latter say instead.</param>
    public static IReadOnlyList<Attestation> Statements(OciLayoutReader layout, string? document = null) =>
    [
        Make("provenance", null, layout.Index, PredicateTypes.Provenance, "{\"buildDefinition\":{}}"),
        .. KnownPlatforms.All.Select(platform => (Platform: platform, Image: layout.Find(platform))).Where(pair => pair.Image is not null)
            .Select(pair => Make("spdx", pair.Platform, pair.Image!, PredicateTypes.Spdx, document ?? Files(layout, pair.Image!))),
    ];

    /// <summary>Publishes an image with its statements.</summary>
    public static async Task<PublishedImage> PushAsync(OciLayoutReader layout, string registry, SigningKey? key, bool mayFail = true, IProgressBoard? board = null, string repository = "acme/busybox", IReadOnlyList<Attestation>? statements = null)
    {
        var attachments = new ImageAttachments(layout, statements ?? Statements(layout), key);
        var publisher = new Publisher(layout, ImageTags.Of(ImageIdentity.Of(layout), layout.Index.Digest, []), false, host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, board ?? new SilentProgressBoard())
        {
            Attachments = attachments.For,
            AttachmentsMayFail = mayFail,
        };
        return (await publisher.PushAsync([RegistryImages.Place(registry, repository)], CancellationToken.None))[0];
    }

    private static Attestation Make(string kind, Platform? platform, OciDescriptor subject, string type, string predicate) => new(
        kind, platform, new InTotoStatement([new StatementSubject("pkg:oci/busybox", subject.Digest)], type, System.Text.Encoding.UTF8.GetBytes(predicate)).Write());

    private static string Files(OciLayoutReader layout, OciDescriptor image)
    {
        using var stream = layout.ReadImage(image).OpenLayer(0);
        using var reader = new TarReader(stream);
        var files = new List<object>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile)
            {
                files.Add(new { fileName = "./" + entry.Name, checksums = new[] { new { algorithm = "SHA256", checksumValue = Convert.ToHexStringLower(SHA256.HashData(entry.DataStream!)) } } });
            }
        }

        return JsonSerializer.Serialize(new { spdxVersion = "SPDX-2.3", files });
    }
}

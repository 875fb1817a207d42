using System.Security.Cryptography;
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

    /// <summary>A statement about the index, and one about each platform's image.</summary>
    public static IReadOnlyList<Attestation> Statements(OciLayoutReader layout) =>
    [
        Make("provenance", null, layout.Index, PredicateTypes.Provenance),
        .. KnownPlatforms.All.Select(platform => (Platform: platform, Image: layout.Find(platform))).Where(pair => pair.Image is not null)
            .Select(pair => Make("spdx", pair.Platform, pair.Image!, PredicateTypes.Spdx)),
    ];

    /// <summary>Publishes an image with its statements.</summary>
    public static async Task<PublishedImage> PushAsync(OciLayoutReader layout, string registry, SigningKey? key, bool mayFail = true, IProgressBoard? board = null, string repository = "acme/busybox")
    {
        var attachments = new ImageAttachments(layout, Statements(layout), key);
        var publisher = new Publisher(layout, ImageTags.Of(ImageIdentity.Of(layout), layout.Index.Digest, []), false, host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, board ?? new SilentProgressBoard())
        {
            Attachments = attachments.For,
            AttachmentsMayFail = mayFail,
        };
        return (await publisher.PushAsync([RegistryImages.Place(registry, repository)], CancellationToken.None))[0];
    }

    private static Attestation Make(string kind, Platform? platform, OciDescriptor subject, string type) => new(
        kind, platform, new InTotoStatement([new StatementSubject("pkg:oci/busybox", subject.Digest)], type, "{\"name\":\"test\"}"u8.ToArray()).Write());
}

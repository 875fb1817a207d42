using System.Globalization;
using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Verify;

/// <summary>
/// Verifies a finished layout without running anything: each digest and size, each layer's content against its diff id, the index against the
/// configuration, the image's metadata, and that there are no unreferenced files.
/// </summary>
internal static class LayoutVerifier
{
    /// <summary>Returns all problems of the layout, in the order of its index; empty if there are none.</summary>
    /// <param name="path">The layout's folder.</param>
    /// <param name="inspect">Reads each layer of an image, as a tar, while it is verified, so that it is decompressed only once; may stop early. A <see
    /// cref="BuildException"/> from it becomes a finding. Called once per layer, one after another, the lowest first.</param>
    /// <param name="limits">The limits for the layout; null for the defaults.</param>
    /// <param name="expected">How a platform's programs must be started; the settings are compared; null for the build's own command.</param>
    public static IReadOnlyList<LayoutFinding> Verify(
        string path, Action<OciImage, Stream>? inspect = null, LayoutLimits? limits = null, Func<Platforms.Platform, ImageRunConfig>? expected = null)
    {
        var findings = new List<LayoutFinding>();
        OciLayoutReader layout;
        try
        {
            layout = OciLayoutReader.Open(path, limits);
        }
        catch (OciException error)
        {
            return [Finding(path, error)];
        }

        var referred = new HashSet<string>(StringComparer.Ordinal) { layout.Index.Digest };
        VerifyTags(layout, findings);
        var platforms = new HashSet<OciPlatform?>();
        foreach (var descriptor in layout.Manifests)
        {
            referred.Add(descriptor.Digest);
            if (!descriptor.IsAttestation && !platforms.Add(descriptor.Platform))
            {
                // Not read again: an index with repeated entries must not multiply the work.
                findings.Add(new LayoutFinding(OciLayoutReader.Where(descriptor), "the index lists this platform twice"));
                continue;
            }

            try
            {
                var manifest = layout.ReadManifest(descriptor);
                referred.UnionWith(manifest.Layers.Append(manifest.Config).Select(blob => blob.Digest));
                if (descriptor.IsAttestation)
                {
                    VerifyAttestation(layout, descriptor, manifest);
                }
                else
                {
                    VerifyImage(layout.ReadImage(descriptor), inspect, findings, expected);
                }
            }
            catch (BuildException error)
            {
                findings.Add(Finding(OciLayoutReader.Where(descriptor), error));
            }
        }

        if (platforms.Count == 0)
        {
            findings.Add(new LayoutFinding(path, "the index lists no image"));
        }

        VerifyBlobFolder(layout, referred, findings);
        return findings;
    }

    private static void VerifyTags(OciLayoutReader layout, List<LayoutFinding> findings)
    {
        foreach (var tag in layout.Tags)
        {
            var full = tag.Annotations.GetValueOrDefault(AnnotationKeys.ContainerdName);
            var reference = tag.Annotations.GetValueOrDefault(AnnotationKeys.RefName);
            if (full is null || reference is null || !full.EndsWith(":" + reference, StringComparison.Ordinal))
            {
                findings.Add(new LayoutFinding(
                    OciLayoutFiles.Index,
                    $"{AnnotationKeys.ContainerdName} '{SafeText.Text(full ?? string.Empty)}' and {AnnotationKeys.RefName} '{SafeText.Text(reference ?? string.Empty)}' are not a name and its tag"));
            }
        }
    }

    private static void VerifyImage(OciImage image, Action<OciImage, Stream>? inspect, List<LayoutFinding> findings, Func<Platforms.Platform, ImageRunConfig>? expected)
    {
        var where = image.Platform.Name;
        void Expect(bool fine, string what)
        {
            if (!fine)
            {
                findings.Add(new LayoutFinding(where, what));
            }
        }

        var config = image.Config;
        var run = expected?.Invoke(image.Platform) ?? new ImageRunConfig([], ImageSpec.Command);
        Expect(config.Run.Command.SequenceEqual(run.Command), $"the command is [{Words(config.Run.Command)}], not [{Words(run.Command)}]");
        Expect(
            config.Run.EntryPoint.SequenceEqual(run.EntryPoint),
            run.EntryPoint.Count > 0 ? $"the entry point is [{Words(config.Run.EntryPoint)}], not [{Words(run.EntryPoint)}]"
                : "there is an entry point that is not configured: a command given to docker run would become its argument");
        if (expected is not null)
        {
            ExpectSettings(config.Run, run, Expect);
        }

        Expect(config.Run.Environment.Any(line => line.StartsWith("PATH=", StringComparison.Ordinal)), "the environment has no PATH");
        Expect(config.LayerHistory == image.LayerCount, $"the history lists {config.LayerHistory} layers, there {(image.LayerCount == 1 ? "is one" : $"are {image.LayerCount}")}");
        Expect(IsTime(config.Created), $"the time of creation '{SafeText.Text(config.Created ?? string.Empty)}' is not an RFC 3339 time in UTC");
        foreach (var (key, value) in config.Labels)
        {
            Expect(
                image.Manifest.Annotations.TryGetValue(key, out var annotation) && annotation == value,
                $"the label {SafeText.Text(key)} is not an annotation of the manifest with the same value");
        }

        for (var number = 0; number < image.LayerCount; number++)
        {
            using var layer = image.OpenLayerStream(number);
            try
            {
                inspect?.Invoke(image, layer);
            }
            catch (BuildException error) when (error is not OciException)
            {
                findings.Add(Finding(where, error));
            }

            layer.Drain();
        }
    }

    // Values of variables may be secrets: only names are shown.
    private static void ExpectSettings(ImageRunConfig found, ImageRunConfig run, Action<bool, string> expect)
    {
        static string Value(string? text) => text is null ? "not set" : $"'{SafeText.Text(text)}'";
        static string? Folder(ImageRunConfig one) => one.WorkingDirectory == "/" ? null : one.WorkingDirectory;
        expect(found.User == run.User, $"the user is {Value(found.User)}, not {Value(run.User)}");
        expect(Folder(found) == Folder(run), $"the working directory is {Value(Folder(found))}, not {Value(Folder(run))}");
        expect(found.StopSignal == run.StopSignal, $"the signal that stops it is {Value(found.StopSignal)}, not {Value(run.StopSignal)}");
        expect(found.ExposedPorts.ToHashSet(StringComparer.Ordinal).SetEquals(run.ExposedPorts), $"the ports are [{Words(found.ExposedPorts)}], not [{Words(run.ExposedPorts)}]");
        expect(found.Volumes.ToHashSet(StringComparer.Ordinal).SetEquals(run.Volumes), $"the volumes are [{Words(found.Volumes)}], not [{Words(run.Volumes)}]");
        foreach (var line in run.Environment.Except(found.Environment, StringComparer.Ordinal))
        {
            expect(false, $"the variable {SafeText.Text(line.Split('=')[0])} is absent or has another value");
        }
    }

    private static void VerifyAttestation(OciLayoutReader layout, OciDescriptor descriptor, OciManifest manifest)
    {
        var about = descriptor.Annotations.GetValueOrDefault(AnnotationKeys.DockerReferenceDigest);
        if (!layout.Manifests.Any(image => !image.IsAttestation && image.Digest == about))
        {
            throw new OciException("an attestation does not refer to an image in the index", descriptor.Digest);
        }

        foreach (var blob in manifest.Layers.Append(manifest.Config))
        {
            using var file = layout.Blobs.Open(blob);
            var path = layout.Blobs.PathOf(blob);
            try
            {
                var digest = OciDigest.FromHash(SHA256.HashData(file));
                if (digest != blob.Digest)
                {
                    throw OciException.Damaged(path, $"its digest is {digest}");
                }
            }
            catch (IOException error)
            {
                throw OciException.Damaged(path, error.Message, error);
            }
        }
    }

    private static void VerifyBlobFolder(OciLayoutReader layout, HashSet<string> referred, List<LayoutFinding> findings)
    {
        try
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(layout.Blobs.Blobs).Order(StringComparer.Ordinal))
            {
                if (!referred.Contains(OciDigest.Prefix + Path.GetFileName(entry)))
                {
                    findings.Add(new LayoutFinding(SafeText.Text(entry), "nothing in the image refers to this file"));
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            findings.Add(new LayoutFinding(layout.Blobs.Blobs, error.Message));
        }
    }

    private static string Words(IReadOnlyList<string> words) => SafeText.Text(string.Join(' ', words));

    private static bool IsTime(string? text) =>
        text is not null
        && text.EndsWith('Z')
        && DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out _);

    private static LayoutFinding Finding(string where, BuildException error)
    {
        var what = string.Join(": ", new[] { error.What, error.Where == where ? null : error.Where, error.Why }.OfType<string>());
        return new LayoutFinding(where, what);
    }
}

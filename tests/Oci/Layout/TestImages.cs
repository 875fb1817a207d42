using System.Formats.Tar;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Oci.Layout;

/// <summary>Small images with real tars in them, and folders that vanish after the test.</summary>
internal static class TestImages
{
    public const long Epoch = 1_755_550_310;

    public static IReadOnlyDictionary<string, string> Labels { get; } = new Dictionary<string, string>
    {
        ["org.opencontainers.image.version"] = "1.38.0+deb13",
        ["org.opencontainers.image.title"] = "busybox:glibc",
    };

    public static IReadOnlyList<ImageReference> Names { get; } = [ImageReference.TryParse("busybox:glibc")!, ImageReference.TryParse("busybox:1.38.0-glibc")!];

    public static Platform Platform(string name) => KnownPlatforms.Find(name)!;

    public static ImageSpec Spec(Platform platform) => new(platform, Epoch, "busybox-glibc test", Labels, HasCertificates: true);

    /// <summary>Bytes that no library's generator decides, so that they are the same for ever; half noise, half repeats.</summary>
    public static byte[] Compressible(int length)
    {
        var bytes = new byte[length];
        var state = 88172645463325252UL;
        for (var index = 0; index < length;)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            var run = (int)(state >> 59) + 1;
            var back = (int)((state >> 40) & 0xffff) + 1;
            for (; run > 0 && index < length; run--, index++)
            {
                bytes[index] = (state & 1) == 0 && back <= index ? bytes[index - back] : (byte)(state >> (run & 31));
            }
        }

        return bytes;
    }

    public static byte[] Tar(string content)
    {
        using var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true))
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(Epoch);
            tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "bin/") { Mode = (UnixFileMode)0x1ed, ModificationTime = time });
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "bin/busybox")
            {
                Mode = (UnixFileMode)0x1ed,
                ModificationTime = time,
                DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)),
            });
            tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "bin/sh") { LinkName = "busybox", ModificationTime = time });
        }

        return output.ToArray();
    }

    public static CachedLayer Layer(string cache, string content)
    {
        var tar = Tar(content);
        return new LayerCache(cache).GetOrAdd(stream => stream.Write(tar));
    }

    /// <summary>A layout of these platforms, each with a layer of its own.</summary>
    public static OciDescriptor Layout(string folder, string cache, params string[] platforms)
    {
        using var writer = new OciLayoutWriter(folder);
        var manifests = platforms
            .Select(name => writer.AddImage(Spec(Platform(name)), Layer(cache, $"program for {name}")))
            .ToList();
        return writer.Commit(manifests, Labels, Names);
    }
}

/// <summary>Runs programs for tests that ask others about what we write.</summary>
internal static class Tool
{
    public static async Task<string> Run(string program, params string[] arguments)
    {
        Requires.Tool(program);
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}: {await error}");
        return output;
    }
}

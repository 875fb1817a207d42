using System.Text;
using System.Text.RegularExpressions;
using BusyboxGlibc.Formats.Tar;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>
/// Unpacks an archive of an image into a layout, as this build, <c>docker save</c>, <c>podman save</c> and skopeo write it: nothing but the files of a layout, or, of an archive
/// without one, the files that its <c>manifest.json</c> lists.
/// </summary>
internal static partial class LayoutArchive
{
    private const long MostUnpacked = 64L << 30;

    /// <summary>Unpacks an archive into an empty folder.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="refused">Makes the error of an archive that cannot be read.</param>
    /// <exception cref="BuildException">It cannot be read, or is not an archive of a layout.</exception>
    public static void Unpack(string path, string folder, Func<string, string, Exception, BuildException> refused)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
            using var content = GivenArchive.Decompressed(file);
            var tar = new TarReader(content, why => new InvalidDataException(why));
            Directory.CreateDirectory(Path.Combine(folder, OciLayoutFiles.Blobs, OciLayoutFiles.Sha256));
            var (files, links) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
            for (var (total, count) = (0L, 0); tar.Next(); count++)
            {
                var name = Encoding.UTF8.GetString(tar.Name);
                name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
                if (tar.Type == '2' && !tar.Link.Contains((byte)0) && !tar.Name.Contains((byte)0))
                {
                    links[name] = Encoding.UTF8.GetString(tar.Link);
                }
                else if (tar.Type is '0' or '\0')
                {
                    total += tar.Size;
                    var place = Path.Combine(folder, Member().IsMatch(name) ? name : $"member-{count}");
                    using var target = new FileStream(place, FileMode.Create);
                    (total <= MostUnpacked ? tar.Content : throw new InvalidDataException($"it has more than {MostUnpacked >> 30} GiB")).CopyTo(target);
                    files[name] = place;
                }
            }

            if (!files.ContainsKey(OciLayoutFiles.Index) && files.ContainsKey(OciLayoutFiles.DockerManifest))
            {
                new SavedArchive(files, links).MoveTo(folder);
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or FormatException)
        {
            throw refused($"cannot read the image {path}", error.Message, error);
        }
    }

    [GeneratedRegex(@"\A(?:oci-layout|index\.json|blobs/sha256/[0-9a-f]{64})\z")]
    private static partial Regex Member();
}

using System.Globalization;
using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>The files that one package put into a build root: written when the package is complete there, so its presence proves it.</summary>
internal sealed class BuildRootManifest
{
    private const string Header = "build root package 1 ";
    private const string End = "end";

    private readonly List<Item> _items = [];

    /// <summary>The unpacked entries, in the order of the package.</summary>
    public IReadOnlyList<Item> Items => _items;

    /// <summary>Reads the manifest of a package; null if there is none, or if it is damaged or for another checksum.</summary>
    public static BuildRootManifest? Read(string path, PinnedPackage pin)
    {
        try
        {
            var lines = File.ReadAllLines(path);
            if (lines.Length < 2 || lines[0] != Header + pin.Sha256 || lines[^1] != End)
            {
                return null;
            }

            var manifest = new BuildRootManifest();
            manifest._items.AddRange(lines[1..^1].Select(Item.Parse));
            return manifest;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Adds the entry at a path.</summary>
    public void Add(Item item) => _items.Add(item);

    /// <summary>Writes the manifest atomically.</summary>
    /// <exception cref="BuildException">The file system refused.</exception>
    public void Write(string path, PinnedPackage pin)
    {
        var text = new StringBuilder(Header).Append(pin.Sha256).Append('\n');
        foreach (var item in _items)
        {
            text.Append(item).Append('\n');
        }

        AtomicFile.WriteText(path, text.Append(End).Append('\n').ToString());
    }

    /// <summary>Returns the first path that was changed since it was unpacked, or null. Contents are not read: size, time and mode are compared.</summary>
    public string? FindDamage(string root) => _items.FirstOrDefault(item => !item.IsIntact(root))?.Path;

    /// <summary>One file, folder or link.</summary>
    /// <param name="Kind"><c>f</c>, <c>d</c> or <c>l</c>.</param>
    /// <param name="Path">Its absolute path inside the root.</param>
    /// <param name="Size">A file's size in bytes.</param>
    /// <param name="Time">A file's modification time, seconds since 1970-01-01 UTC.</param>
    /// <param name="Mode">A file's permission bits.</param>
    /// <param name="Target">The target of a link, otherwise empty.</param>
    public sealed record Item(char Kind, string Path, long Size, long Time, int Mode, string Target)
    {
        /// <summary>Parses the output of <see cref="ToString"/>. Paths and link targets contain no control characters, because the package reader refuses them.</summary>
        public static Item Parse(string line)
        {
            var parts = line.Split('\t');
            return new Item(
                parts[0][0],
                parts[4],
                long.Parse(parts[1], CultureInfo.InvariantCulture),
                long.Parse(parts[2], CultureInfo.InvariantCulture),
                int.Parse(parts[3], CultureInfo.InvariantCulture),
                parts[5]);
        }

        /// <inheritdoc/>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}\t{Size}\t{Time}\t{Mode}\t{Path}\t{Target}");

        /// <summary>Whether the entry in the root is unchanged.</summary>
        public bool IsIntact(string root)
        {
            try
            {
                var info = new FileInfo(root + Path);
                var isLink = info.Attributes.HasFlag(FileAttributes.ReparsePoint);
                return Kind switch
                {
                    'l' => isLink && info.LinkTarget == Target,
                    'd' => !isLink && info.Attributes.HasFlag(FileAttributes.Directory),
                    _ => !isLink
                        && info.Exists
                        && info.Length == Size
                        && new DateTimeOffset(info.LastWriteTimeUtc).ToUnixTimeSeconds() == Time
                        && (OperatingSystem.IsWindows() || (int)info.UnixFileMode == Mode),
                };
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }
}

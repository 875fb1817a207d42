using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>Reads and writes <c>image.lock.json</c>: UTF-8, LF, two spaces per level, keys in a fixed order, one file per line.</summary>
internal static class LockFile
{
    /// <summary>The schema that this version writes and reads.</summary>
    public const int Schema = 1;

    /// <summary>The maximum size in bytes; larger files are not read. It is a hundred times the size of a large lock.</summary>
    public const long SizeLimit = 32 << 20;

    /// <summary>The format of dates of Release files: ISO 8601, UTC, whole seconds.</summary>
    internal const string DateFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a lock; returns null if the file does not exist.</summary>
    /// <exception cref="LockException">The file cannot be read or is not a valid lock; the message contains line and column.</exception>
    public static ImageLock? Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > SizeLimit)
            {
                throw TooLarge(path);
            }

            var data = new byte[stream.Length];
            stream.ReadExactly(data);
            return new LockParser(StripMark(data), path).Parse();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LockException($"cannot read {path}", why: error.Message, inner: error);
        }
    }

    /// <summary>Writes a lock atomically; a file with the same content is left unchanged.</summary>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public static void Write(string path, ImageLock imageLock) =>
        AtomicFile.WriteChanged(path, Encoding.UTF8.GetBytes(Serialize(imageLock)));

    /// <summary>Serializes a lock; the same lock always gives the same bytes.</summary>
    public static string Serialize(ImageLock imageLock)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions
        {
            Indented = true,
            IndentSize = 2,
            NewLine = "\n",
            // The file is for people, never for a browser: "libstdc++6" is not escaped.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            WriteLock(json, imageLock);
        }

        buffer.WriteByte((byte)'\n');
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Reads a lock from text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="path">Its name in an error.</param>
    /// <exception cref="LockException">It is not a lock that this version can read; the message contains line and column.</exception>
    public static ImageLock Parse(string json, string path)
    {
        if (json.Length > SizeLimit)
        {
            throw TooLarge(path);
        }

        try
        {
            return new LockParser(StripMark(_strictUtf8.GetBytes(json)), path).Parse();
        }
        catch (EncoderFallbackException error)
        {
            throw new LockException($"{path} is not text", path, error.Message, LockParser.Advice, error);
        }
    }

    /// <summary>
    /// <c>sha256:</c> and the checksum over the inputs of the image: every platform's packages and the files taken from them.
    /// Release files, their dates and the text of the requirements are excluded, so a renewal that changes no package does not change the digest.
    /// </summary>
    public static string ContentDigest(ImageLock imageLock)
    {
        var text = new StringBuilder();
        foreach (var platform in InOrder(imageLock.Platforms))
        {
            text.Append("platform ").Append(platform.Platform.Name).Append('\n');
            foreach (var package in platform.Packages.OrderBy(package => package.Pin.Name, StringComparer.Ordinal))
            {
                var pin = package.Pin;
                text.Append($"package {pin.Name} {pin.Version} {pin.Architecture} {pin.Sha256}\n");
                foreach (var file in package.Files.Order(StringComparer.Ordinal))
                {
                    text.Append("file ").Append(file).Append('\n');
                }

                foreach (var link in package.Links.OrderBy(link => link.Path, StringComparer.Ordinal))
                {
                    text.Append("link ").Append(link.Path).Append(' ').Append(link.Target).Append('\n');
                }
            }
        }

        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Sorts platforms into the order of their presentation.</summary>
    internal static IEnumerable<LockedPlatform> InOrder(IEnumerable<LockedPlatform> platforms) =>
        platforms.OrderBy(platform => KnownPlatforms.All.TakeWhile(known => known != platform.Platform).Count());

    /// <summary>Sorts build roots into the order of the hosts.</summary>
    internal static IEnumerable<LockedBuildRoot> InOrder(IEnumerable<LockedBuildRoot> roots) =>
        roots.OrderBy(root => BuildRootRequest.Hosts.TakeWhile(host => host != root.Host).Count());

    private static ReadOnlyMemory<byte> StripMark(byte[] data) =>
        data.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? data.AsMemory(Encoding.UTF8.Preamble.Length) : data;

    private static LockException TooLarge(string path) =>
        new($"{path} is not a valid lock file: it is larger than {SizeLimit >> 20} MiB", next: LockParser.Advice);

    private static void WriteLock(Utf8JsonWriter json, ImageLock imageLock)
    {
        json.WriteStartObject();
        json.WriteNumber("schema", Schema);
        json.WriteString("suite", imageLock.Suite);
        json.WriteStartArray("releases");
        foreach (var release in imageLock.Releases)
        {
            json.WriteStartObject();
            json.WriteString("suite", release.Suite);
            json.WriteString("date", release.Date.UtcDateTime.ToString(DateFormat));
            json.WriteString("sha256", release.Sha256);
            json.WriteString("signedBy", release.SignedBy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (imageLock.Busybox is { } busybox)
        {
            json.WriteStartObject("busybox");
            json.WriteString("version", busybox.Version);
            json.WriteString("sha256", busybox.Sha256);
            json.WriteEndObject();
        }

        json.WriteStartArray("platforms");
        foreach (var platform in InOrder(imageLock.Platforms))
        {
            WritePlatform(json, platform);
        }

        json.WriteEndArray();
        if (imageLock.Variants.Count > 0)
        {
            json.WriteStartArray("variants");
            foreach (var variant in imageLock.Variants.OrderBy(variant => variant.Name, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("name", variant.Name);
                json.WriteStartArray("platforms");
                foreach (var platform in InOrder(variant.Platforms))
                {
                    WritePlatform(json, platform);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (imageLock.BuildRoots.Count > 0)
        {
            json.WriteStartArray("buildRoots");
            foreach (var root in InOrder(imageLock.BuildRoots))
            {
                WriteBuildRoot(json, root);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteBuildRoot(Utf8JsonWriter json, LockedBuildRoot root)
    {
        json.WriteStartObject();
        json.WriteString("host", root.Host);
        WriteTexts(json, "asked", root.Asked.Order(StringComparer.Ordinal));
        json.WriteStartArray("packages");
        foreach (var tool in root.Packages.OrderBy(tool => tool.Pin.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            WritePin(json, tool.Pin);
            if (tool.Platforms.Count > 0)
            {
                WriteTexts(json, "platforms", KnownPlatforms.All.Where(tool.Platforms.Contains).Select(platform => platform.Name));
            }

            if (tool.CxxPlatforms.Count > 0)
            {
                WriteTexts(json, "c++", KnownPlatforms.All.Where(tool.CxxPlatforms.Contains).Select(platform => platform.Name));
            }

            if (tool.IsEmulator)
            {
                json.WriteBoolean("emulators", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePlatform(Utf8JsonWriter json, LockedPlatform platform)
    {
        json.WriteStartObject();
        json.WriteString("platform", platform.Platform.Name);
        if (platform.Suite is { } suite)
        {
            json.WriteString("suite", suite);
        }

        json.WriteStartArray("requirements");
        foreach (var requirement in platform.Requirements.OrderBy(requirement => requirement.Text, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("text", requirement.Text);
            WriteFiles(json, requirement.Files);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("packages");
        foreach (var package in platform.Packages.OrderBy(package => package.Pin.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            WritePin(json, package.Pin);
            json.WriteNumber("newest", package.Newest);
            WriteFiles(json, package.Files);
            if (package.Links.Count > 0)
            {
                json.WriteStartArray("links");
                foreach (var link in package.Links.OrderBy(link => link.Path, StringComparer.Ordinal))
                {
                    json.WriteStartObject();
                    json.WriteString("path", link.Path);
                    json.WriteString("target", link.Target);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePin(Utf8JsonWriter json, PinnedPackage pin)
    {
        json.WriteString("name", pin.Name);
        json.WriteString("version", pin.Version);
        json.WriteString("architecture", pin.Architecture);
        json.WriteString("source", pin.Source);
        json.WriteString("sourceVersion", pin.SourceVersion);
        json.WriteString("archive", pin.Archive);
        json.WriteString("pool", pin.PoolPath);
        json.WriteNumber("size", pin.Size);
        json.WriteString("sha256", pin.Sha256);
    }

    private static void WriteFiles(Utf8JsonWriter json, IEnumerable<string> files) => WriteTexts(json, "files", files.Order(StringComparer.Ordinal));

    private static void WriteTexts(Utf8JsonWriter json, string key, IEnumerable<string> texts)
    {
        json.WriteStartArray(key);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}

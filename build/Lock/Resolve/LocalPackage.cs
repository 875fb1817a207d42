using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>A user-supplied package file, pinned by its checksum.</summary>
internal static class LocalPackage
{
    /// <summary>Opens the file that a requirement specifies for a platform.</summary>
    /// <returns>The package, or null if the requirement is optional and the file does not exist.</returns>
    /// <exception cref="LockException">The file does not exist, is outside the project, or is for another architecture.</exception>
    public static IndexedPackage? Open(Requirement requirement, Platform platform, string projectFolder)
    {
        var path = requirement.PackageFile!.Replace(RequirementNames.Architecture, platform.DebianArchitecture, StringComparison.Ordinal);
        path = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        if (!LockText.IsRelativePath(path))
        {
            throw new LockException($"{requirement.Text}: {path} is outside the project", requirement.Where, next: "copy the package file into the project and name it relative to it");
        }

        try
        {
            using var stream = new FileStream(Path.Combine(projectFolder, path), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
            stream.Position = 0;
            using var deb = DebFile.Open(stream, path);
            var fields = FieldsOf(deb.Control.ControlFile.Span);
            return Pinned(requirement, platform, path, stream.Length, sha256, fields);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return requirement.IsOptional
                ? null
                : throw new LockException(
                    $"{requirement.Name}: there is no {path} for {platform}", requirement.Where, next: "put the package file there, or exclude the platform: " + $"[!{platform}]");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LockException($"{requirement.Name}: cannot read {path}", requirement.Where, error.Message, inner: error);
        }
    }

    private static IndexedPackage Pinned(
        Requirement requirement, Platform platform, string path, long size, string sha256, Dictionary<string, string> fields)
    {
        string Field(string name) => fields.GetValueOrDefault(name, string.Empty).Trim();
        var (name, version, architecture) = (Field("Package"), Field("Version"), Field("Architecture"));
        if (!LockText.IsPackageName(name) || !LockText.IsVersion(version))
        {
            throw new LockException($"{path} does not identify its package", requirement.Where, "its control file has no valid Package and Version");
        }

        if (architecture != "all" && architecture != platform.DebianArchitecture)
        {
            throw new LockException(
                $"{path} is for {SafeText.Text(architecture)}, not for {platform.DebianArchitecture}",
                requirement.Where,
                next: "write {arch} where the file's name has the architecture, or specify the platforms it is for: " + $"[{platform}]");
        }

        var (sourceName, sourceVersion) = SourceField.Parse(Field("Source"), name, version);
        var pin = new PinnedPackage(
            name,
            version,
            architecture,
            LockText.IsPackageName(sourceName) ? sourceName : name,
            LockText.IsVersion(sourceVersion) ? sourceVersion : version,
            ArchiveNames.Local,
            path,
            size,
            sha256);
        return new IndexedPackage(pin, Field("Section"), [.. DependencyField.Parse(Field("Pre-Depends")), .. DependencyField.Parse(Field("Depends"))]);
    }

    // deb-control(5): a field continues on lines that start with a blank.
    private static Dictionary<string, string> FieldsOf(ReadOnlySpan<byte> control)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var name = string.Empty;
        foreach (var line in Encoding.UTF8.GetString(control).Split('\n'))
        {
            if (line.StartsWith(' ') || line.StartsWith('\t'))
            {
                fields[name] = fields.GetValueOrDefault(name, string.Empty) + " " + line.Trim();
            }
            else if (line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                name = line[..colon];
                fields[name] = line[(colon + 1)..].Trim();
            }
        }

        return fields;
    }
}

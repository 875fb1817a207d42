using System.Text;

namespace BusyboxGlibc.Debian;

/// <summary>Where packages and indices are fetched from, each list in order of preference.</summary>
/// <param name="Main">Mirrors of the archive: main and updates.</param>
/// <param name="Security">Mirrors of the security archive.</param>
/// <param name="Snapshot">The snapshot archive, or null.</param>
/// <param name="HostTakesExpired">Whether they are the host's own and its apt does not check <c>Valid-Until</c> with them.</param>
public sealed record Mirrors(IReadOnlyList<Uri> Main, IReadOnlyList<Uri> Security, Uri? Snapshot, bool HostTakesExpired = false)
{
    /// <summary>The mirrors of an archive by its name in the lock.</summary>
    public IReadOnlyList<Uri> Of(string archive) => archive == ArchiveNames.Security ? Security : Main;
}

/// <summary>The names of the archives in the lock.</summary>
public static class ArchiveNames
{
    /// <summary>The archive proper: the release and its updates.</summary>
    public const string Main = "debian";

    /// <summary>The security archive.</summary>
    public const string Security = "debian-security";

    /// <summary>Package files of the user's own.</summary>
    public const string Local = "local";
}

/// <summary>
/// Finds the mirrors: those configured, else the host's own apt sources where the host is Debian (sources.list(5)), else
/// Debian's own. A mirror is never trusted, so any will do.
/// </summary>
public static class MirrorDiscovery
{
    private static readonly Uri DefaultMain = new("http://ftp.debian.org/debian");
    private static readonly Uri DefaultSecurity = new("http://security.debian.org/debian-security");

    /// <summary>The mirrors to use.</summary>
    /// <param name="mirror">The configured mirror, or null to find one.</param>
    /// <param name="securityMirror">The configured mirror of the security archive, or null to find one.</param>
    /// <param name="snapshot">The snapshot archive, or null for none.</param>
    /// <param name="host">The host's files.</param>
    public static Mirrors Find(Uri? mirror, Uri? securityMirror, Uri? snapshot, IHostFiles host)
    {
        IReadOnlyList<(Uri Uri, string Suite)> sources = (mirror is not null && securityMirror is not null) || !IsDebian(host) ? [] : [.. AptSources(host)];
        return new Mirrors(
            Choose(mirror, sources.Where(source => !IsSecurity(source.Suite)), DefaultMain),
            Choose(securityMirror, sources.Where(source => IsSecurity(source.Suite)), DefaultSecurity),
            snapshot,
            mirror is null && securityMirror is null && sources.Count > 0 && TakesExpired(host));
    }

    private static IReadOnlyList<Uri> Choose(Uri? configured, IEnumerable<(Uri Uri, string Suite)> sources, Uri standard)
    {
        if (configured is not null)
        {
            return [configured];
        }

        var found = sources.Select(source => source.Uri).Distinct().ToList();
        return found.Count > 0 ? found : [standard];
    }

    private static bool IsSecurity(string suite) =>
        suite.EndsWith("-security", StringComparison.Ordinal) || suite.EndsWith("/updates", StringComparison.Ordinal);

    // Derivatives have a debian_version too, so it decides only where no os-release does.
    private static bool IsDebian(IHostFiles host) =>
        (host.Read("/etc/os-release") ?? host.Read("/usr/lib/os-release")) is { } release
            ? release.Split('\n').Any(line => line.Trim() is "ID=debian" or "ID=\"debian\"" or "ID='debian'")
            : host.Read("/etc/debian_version") is not null;

    // apt.conf(5): who serves mirrors that lag behind turns the check off there, as one decision for all that use them.
    private static bool TakesExpired(IHostFiles host) =>
        host.List("/etc/apt/apt.conf.d").Append("/etc/apt/apt.conf")
            .SelectMany(path => (host.Read(path) ?? string.Empty).Split('\n'))
            .Select(line => line.Split("//")[0].Split('#')[0].Trim())
            .Where(line => line.StartsWith("Acquire::Check-Valid-Until ", StringComparison.OrdinalIgnoreCase))
            .Select(line => line["Acquire::Check-Valid-Until ".Length..].Trim(' ', ';', '"').ToLowerInvariant())
            .LastOrDefault() is "false" or "no" or "0" or "off";

    private static IEnumerable<(Uri Uri, string Suite)> AptSources(IHostFiles host)
    {
        var files = host.List("/etc/apt/sources.list.d");
        var lists = files.Where(path => path.EndsWith(".list", StringComparison.Ordinal)).Prepend("/etc/apt/sources.list");
        return lists.SelectMany(path => OneLine(host.Read(path)))
            .Concat(files.Where(path => path.EndsWith(".sources", StringComparison.Ordinal)).SelectMany(path => Stanzas(host.Read(path), path)))
            .Where(IsArchive)
            .Select(source => (source.Uri, source.Suite));
    }

    // A host has sources of other publishers as well. The archive's are told by its component main, and by its keyring or,
    // where a source names none, by the name that every mirror's folder has; vendors of several systems have theirs in a folder "linux".
    private static bool IsArchive(Source source)
    {
        if (!source.Components.Contains("main"))
        {
            return false;
        }

        return source.SignedBy is { } keyring
            ? keyring.Contains("debian-archive", StringComparison.Ordinal)
            : source.Uri.AbsolutePath.TrimEnd('/') is var path
                && path.EndsWith(IsSecurity(source.Suite) ? "/debian-security" : "/debian", StringComparison.Ordinal)
                && !path.EndsWith("/linux/debian", StringComparison.Ordinal);
    }

    private sealed record Source(Uri Uri, string Suite, IReadOnlyCollection<string> Components, string? SignedBy);

    // deb [ option=value ... ] uri suite component ...
    private static IEnumerable<Source> OneLine(string? text)
    {
        foreach (var line in (text ?? string.Empty).Split('\n'))
        {
            var words = line.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries).ToList();
            if (words.Count < 3 || words[0] != "deb")
            {
                continue;
            }

            var next = 1;
            string? keyring = null;
            if (words[1].StartsWith('['))
            {
                next = words.FindIndex(word => word.EndsWith(']')) + 1;
                keyring = words.Take(next).Select(word => word.Trim('[', ']')).FirstOrDefault(word => word.StartsWith("signed-by=", StringComparison.OrdinalIgnoreCase));
            }

            if (next > 0 && words.Count > next + 1 && Address(words[next]) is { } uri)
            {
                yield return new Source(uri, words[next + 1], words[(next + 2)..], keyring);
            }
        }
    }

    private static List<Source> Stanzas(string? text, string path)
    {
        var sources = new List<Source>();
        var lines = (text ?? string.Empty).Split('\n').Where(line => !line.StartsWith('#'));
        var reader = new Deb822Reader(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), path);
        try
        {
            while (reader.Read())
            {
                if (Words(reader, "Types").Contains("deb") && !Words(reader, "Enabled").Any(word => word.ToLowerInvariant() is "no" or "false" or "without" or "off" or "disable" or "0"))
                {
                    sources.AddRange(
                        from uri in Words(reader, "URIs").Select(Address).OfType<Uri>()
                        from suite in Words(reader, "Suites")
                        select new Source(uri, suite, Words(reader, "Components"), reader.Fields.GetValueOrDefault("Signed-By")));
                }
            }
        }
        catch (DebianException)
        {
            // A file that apt would complain of is not our business: the other sources and the default remain.
        }

        return sources;
    }

    private static string[] Words(Deb822Reader reader, string field) =>
        reader.Fields.GetValueOrDefault(field, string.Empty).Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    // sources.list(5) writes file:/folder, which to Uri is no address.
    private static Uri? Address(string text) =>
        Uri.TryCreate((text.StartsWith("file:/", StringComparison.Ordinal) && !text.StartsWith("file://", StringComparison.Ordinal) ? $"file://{text[5..]}" : text).TrimEnd('/'), UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https" or "file") && uri.UserInfo.Length == 0 ? uri : null;
}

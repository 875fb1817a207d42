using System.Globalization;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Doctor;

/// <summary>Judges the machine: .NET, disks, folders, the clock.</summary>
internal static class MachineChecks
{
    // What a build of all platforms writes besides downloads: trees, layout, archive.
    private const long Comfortable = 1_000_000_000;
    private const long Least = 150_000_000;

    // ReleaseReader takes no file that is more than a day in the future; tokens of registries and TLS certificates are stricter.
    private static readonly TimeSpan _tooWrong = TimeSpan.FromDays(1);
    private static readonly TimeSpan _wrong = TimeSpan.FromMinutes(5);

    /// <summary>Judges .NET: the runtime that runs this, and the SDK that compiles the program after a change.</summary>
    /// <param name="runtime">What runs this, <c>.NET 10.0.1</c>.</param>
    /// <param name="sdks">The names of the installed SDKs, <c>10.0.100</c>.</param>
    public static DoctorFinding Sdk(string runtime, IReadOnlyList<string> sdks)
    {
        const string id = "dotnet.sdk";
        var usable = sdks.Where(sdk => sdk.StartsWith("10.0.", StringComparison.Ordinal) && !sdk.Contains('-', StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        return usable.Count > 0 ? new DoctorFinding(id, Health.Good, $"{runtime}, SDK {SafeText.Text(usable[^1])}") : new DoctorFinding(id, Health.Warning, $"{runtime}, and no SDK 10.0")
        {
            Why = $"a changed build program cannot be compiled; SDKs that are here: {(sdks.Count == 0 ? "none" : SafeText.Text(string.Join(", ", sdks)))}",
            Fix = "curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0; export PATH=~/.dotnet:$PATH",
        };
    }

    /// <summary>Judges the space on a disk.</summary>
    /// <param name="use">What is written there: <c>cache</c>, <c>artifacts</c>, <c>temp</c>.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="free">The free bytes there; null if this is not known.</param>
    /// <param name="coming">How many bytes a build downloads into it.</param>
    /// <param name="fix">The command that frees space there.</param>
    public static DoctorFinding Disk(string use, string folder, long? free, long coming, string fix)
    {
        var id = $"disk.{use}";
        if (free is not { } bytes)
        {
            return new DoctorFinding(id, Health.Unused, $"{use}: the space of {SafeText.Text(folder)} is not known");
        }

        // What is downloaded is unpacked beside it.
        var text = $"{use}: {Size(bytes)} free at {SafeText.Text(folder)}";
        var needed = use == "temp" ? 0 : coming * 4;
        return bytes < Least + needed ? new DoctorFinding(id, Health.Problem, text) { Why = $"a build needs {Size(Least + needed)} there", Fix = fix }
            : bytes < Comfortable + needed && use != "temp" ? new DoctorFinding(id, Health.Warning, text) { Why = $"a build of all platforms may need {Size(Comfortable + needed)} there", Fix = fix }
            : new DoctorFinding(id, Health.Good, text);
    }

    /// <summary>Judges whether a folder can be written to.</summary>
    /// <param name="id">The finding's name.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="mayWrite">Whether this user may write to it, or create it.</param>
    /// <param name="isNeeded">Whether a build writes to it.</param>
    /// <param name="fix">The command that builds with another folder.</param>
    public static DoctorFinding Folder(string id, string folder, bool mayWrite, bool isNeeded, string fix) => mayWrite
        ? new DoctorFinding(id, Health.Good, $"{SafeText.Text(folder)} can be written to")
        : new DoctorFinding(id, isNeeded ? Health.Problem : Health.Warning, $"{SafeText.Text(folder)} cannot be written to")
        {
            Why = isNeeded ? "a build writes there" : "a build that needs nothing new works; nothing new can be kept", Fix = fix,
        };

    /// <summary>Judges the clock by that of servers, otherwise by dates that are certainly past.</summary>
    /// <param name="now">This machine's time.</param>
    /// <param name="servers">The times that servers gave, as of now.</param>
    /// <param name="past">Dates of signed files that exist.</param>
    /// <param name="set">Returns the command that sets the clock to a time.</param>
    public static DoctorFinding Clock(DateTimeOffset now, IReadOnlyList<DateTimeOffset> servers, IReadOnlyList<DateTimeOffset> past, Func<DateTimeOffset, string> set)
    {
        const string id = "clock";
        var text = $"{now.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC";

        // The middle one, since a single server may be wrong itself.
        DateTimeOffset? right = servers.Count > 0 ? servers.Order().ElementAt(servers.Count / 2) : past.Count > 0 && past.Max() > now + _tooWrong ? past.Max() : null;
        if (right is not { } time || (time - now).Duration() <= _wrong)
        {
            return new DoctorFinding(id, Health.Good, servers.Count > 0 ? $"{text}, as the mirrors have it" : text);
        }

        var off = (time - now).Duration();
        return new DoctorFinding(id, off > _tooWrong ? Health.Problem : Health.Warning, $"{text} is {Span(off)} {(time > now ? "behind" : "ahead")}")
        {
            Why = $"{(servers.Count > 0 ? "by the mirrors it is" : "a signed file of the archive is of")} {time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC; signatures, certificates and tokens depend on it",
            Fix = set(time),
        };
    }

    /// <summary>Bytes in the largest decimal unit.</summary>
    internal static string Size(long bytes) => bytes < 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB");

    private static string Span(TimeSpan time) => time.TotalHours < 2 ? Plural.Count((int)time.TotalMinutes, "minute") : time.TotalDays < 2 ? Plural.Count((int)time.TotalHours, "hour") : FormattableString.Invariant($"{(int)time.TotalDays} days");
}

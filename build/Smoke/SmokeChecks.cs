using System.Globalization;
using System.Text.RegularExpressions;

namespace BusyboxGlibc.Smoke;

/// <summary>One check of an image.</summary>
/// <param name="Name">Its name, the header of a column.</param>
/// <param name="Absence">Why the image has nothing to check, or null.</param>
/// <param name="Script">The script to run in the image.</param>
/// <param name="Fault">Returns what is wrong with the output, or null; called only if the script succeeded.</param>
/// <param name="Limit">The time limit under emulation on a busy machine.</param>
internal sealed record SmokeCheck(
    string Name, Func<SmokeImage, string?> Absence, Func<SmokeImage, SmokeScript> Script, Func<SmokeImage, IReadOnlyList<string>, string?> Fault, TimeSpan Limit)
{
    /// <summary>The program that is compiled and put into the image first, or null.</summary>
    public SmokeSource? Source { get; init; }
}

/// <summary>The checks of SmokeTest.</summary>
internal static partial class SmokeChecks
{
    // Part of the stored result: an image checked with another version of the checks counts as not checked.
    internal const string Format = "smoke checks 7";

    private const string Applets = """
        for path in "$@"; do
            [ -x "$path" ] || echo "$path points to no program"
        done
        $RUN /bin/busybox --list-full | {
            line=
            while read -r path; do
                line="$line $path"
                if [ ${#line} -gt 1000 ]; then
                    echo "applets:$line"
                    line=
                fi
            done
            echo "applets:$line"
        }
        """;

    // Nothing listens on that port, or there is no network: in both cases the resolved address is reported. Debian's nc reports it without -v, which
    // it does not support, and only for IPv4; otherwise it only reports that nothing listens there.
    private const string Localhost = """
        nc=$(command -v nc)
        told=$($RUN "$nc" -vv -w 5 localhost 9 </dev/null 2>&1) || :
        case $told in
        *'invalid option'*) told=$($RUN "$nc" -w 5 localhost 9 </dev/null 2>&1) || : ;;
        esac
        echo "$told"
        """;

    // The same as ldd -r: list, bind everything at once, warn about errors. Not the loader's --list, which binds nothing since glibc 2.33.
    // The first argument is the list of plug-ins, each with a blank on both sides: the program that loads them provides their symbols, and the libraries
    // that Verify has found elsewhere in the image.
    private const string Bind = """
        plugins=$1
        loader=$2
        shift 2
        faults() {
            echo "$1" | while read -r line; do
                case $line in
                *'undefined symbol'* | *'not defined in file'*)
                    owner=${line##*\(}
                    case $plugins in
                    *" ${owner%\)} "*) ;;
                    *) echo "  $line" ;;
                    esac
                    ;;
                *' => not found'*)
                    case $plugins in
                    *" $file "*) ;;
                    *) echo "  $line" ;;
                    esac
                    ;;
                *'not found'* | *'cannot '* | *rror* | *invalid*) echo "  $line" ;;
                esac
            done
        }
        bound=0
        for file in "$@"; do
            code=0
            told=$(LD_TRACE_LOADED_OBJECTS=1 LD_BIND_NOW=1 LD_WARN=1 $RUN "$loader" "$file" 2>&1) || code=$?
            lacks=
            case $code$told in
            0*'not found'* | 0*'undefined symbol'* | 0*'not defined in file'* | [1-9]*) lacks=$(faults "$told") ;;
            esac
            if [ "$code$lacks" = 0 ]; then
                bound=$((bound + 1))
            else
                echo "$file: exit code $code"
                [ -z "$lacks" ] || echo "$lacks"
            fi
        done
        echo "bound: $bound of $#"
        """;

    private static readonly TimeSpan _brief = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _long = TimeSpan.FromMinutes(2);

    /// <summary>Returns all checks, in the order in which they run and are shown.</summary>
    public static IReadOnlyList<SmokeCheck> All { get; } =
    [
        new("applets", _ => null, image => new SmokeScript(Applets, image.Applets), AppletFault, _long),

        // As root: it reads programs, too, that the image keeps from others.
        new("libraries", _ => null, image => new SmokeScript(Bind, [$" {string.Join(' ', image.Plugins)} ", image.Platform.Loader, .. image.Linked]) { AsRoot = true }, BindFault, _long),
        Command("ip", "-V", output => output.StartsWith("ip utility, iproute2-", StringComparison.Ordinal)),
        Command("ethtool", "--version", output => output.StartsWith("ethtool version ", StringComparison.Ordinal)),
        new(
            "getconf", image => Absent(image.HasCommand("getconf"), "getconf"), _ => Run("getconf LONG_BIT"),
            (image, lines) => lines is [var bits] && bits == image.Platform.ElfBits.ToString(CultureInfo.InvariantCulture) ? null : $"expected {image.Platform.ElfBits}, not {Show(lines)}", _brief),
        new("nobody", image => Absent(image.HasProgram("id"), "id"), _ => Run("id nobody"), Expect(line => line.StartsWith("uid=65534(nobody) ", StringComparison.Ordinal)), _brief),
        new(
            "localhost", image => Absent(image.HasProgram("nc"), "nc"), _ => new SmokeScript(Localhost, []), (_, lines) => lines.Any(line => Loopback().IsMatch(line)) ? null : $"unexpected: {Show(lines)}", _brief),
        new("date", image => Absent(image.HasProgram("date"), "date"), _ => Run("date '+%Z %z %Y'"), (image, lines) => lines is [var line] && (image.HasOwnZone ? AnyZone() : Utc()).IsMatch(line) ? null : $"unexpected: {Show(lines)}", _brief),
        new(
            "tmp", _ => null, _ => new SmokeScript("umask 077 && echo written >/tmp/smoke && read -r word </tmp/smoke && echo \"$word\"", []), Expect(line => line == "written"), _brief),
        Compiled(SmokeSource.C),
        Compiled(SmokeSource.Cxx),
    ];

    private static SmokeCheck Command(string name, string arguments, Predicate<string> isRight) =>
        new(name, image => Absent(image.HasCommand(name), name), _ => Run($"{name} {arguments}"), Expect(isRight), _brief);

    private static SmokeCheck Compiled(SmokeSource source) => new(
        source.Check, image => source.IsFor(image) ? null : $"the image has no {source.Needs}", image => new SmokeScript($"exec $RUN {source.Inside} \"$@\"", SmokeText.Arguments(image, source)),
        (image, lines) => ProgramFault(source.Expected(image), lines), _long)
    {
        Source = source,
    };

    private static string? ProgramFault(string expected, IReadOnlyList<string> lines) =>
        lines is not [var line] ? $"expected \"{expected}\", not {Show(lines)}" : line == expected ? null : SmokeText.Wrong(line) ?? $"expected \"{expected}\", not {Show(lines)}";

    private static string? Absent(bool present, string program) => present ? null : $"the image has no {program}";

    // By PATH, as users call it: this detects a command that is shadowed by an applet.
    private static SmokeScript Run(string line)
    {
        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        return new SmokeScript($"exec $RUN \"$(command -v {line[..blank]})\"{line[blank..]}", []);
    }

    private static Func<SmokeImage, IReadOnlyList<string>, string?> Expect(Predicate<string> isRight) =>
        (_, lines) => lines is [var line] && isRight(line) ? null : $"unexpected: {Show(lines)}";

    private static string? BindFault(SmokeImage image, IReadOnlyList<string> lines)
    {
        var count = image.Linked.Count;
        return lines is [var line] && line == $"bound: {count} of {count}" ? null : string.Join('\n', lines);
    }

    private static string? AppletFault(SmokeImage image, IReadOnlyList<string> lines)
    {
        const string mark = "applets:";
        var faults = lines.Where(line => !line.StartsWith(mark, StringComparison.Ordinal)).ToList();
        var listed = lines.Where(line => line.StartsWith(mark, StringComparison.Ordinal))
            .SelectMany(line => line[mark.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(path => "/" + path).Where(path => path != "/bin/busybox").ToHashSet(StringComparer.Ordinal);
        var links = image.Applets;
        faults.AddRange(PathFaults(image, links, listed));
        if (links.Count == 0)
        {
            faults.Add("the image has no link to BusyBox");
        }

        return faults.Count == 0 ? null : string.Join('\n', faults);
    }

    // An applet is at the path that BusyBox states and in /bin, unless there is a real command of its name.
    private static IEnumerable<string> PathFaults(SmokeImage image, IReadOnlyList<string> links, HashSet<string> listed)
    {
        var wanted = listed.Concat(listed.Select(path => "/bin/" + Name(path))).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. links.Where(link => !wanted.Contains(link)).Select(NoSuchApplet),
            .. wanted.Except(links, StringComparer.Ordinal).Where(path => !image.HasCommand(Name(path))).Order(StringComparer.Ordinal)
                .Select(path => $"BusyBox has an applet for {path}, but nothing points to it"),
        ];
    }

    private static string NoSuchApplet(string link) => $"{link} points to BusyBox, which has no such applet";

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Show(IReadOnlyList<string> lines) => lines.Count == 0 ? "nothing" : $"\"{string.Join("; ", lines)}\"";

    [GeneratedRegex(@"127\.0\.0\.1|::1|^nc: can't connect to remote host: ")]
    private static partial Regex Loopback();

    [GeneratedRegex(@"^UTC \+0000 \d{4}$")]
    private static partial Regex Utc();

    [GeneratedRegex(@"^\S+ [+-]\d{4} \d{4}$")]
    private static partial Regex AnyZone();
}

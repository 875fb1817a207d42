using System.Text;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Rootfs;

/// <summary>The image's own time zone: <c>/etc/localtime</c>, localtime(5), and <c>/etc/timezone</c>, which Debian's programs read.</summary>
internal static class LocalTime
{
    private const string Zones = "usr/share/zoneinfo/";
    private const string Utc = "Etc/UTC";

    /// <summary>Returns the files that the zones need.</summary>
    /// <param name="zone">The image's own zone; null for UTC.</param>
    /// <param name="zones">Further zones, and regions, which end in a slash.</param>
    internal static IEnumerable<BasePackage> Parts(string? zone, IReadOnlyList<string> zones)
    {
        if (zone is not null)
        {
            yield return new BasePackage("tzdata", [$"/{Zones}{zone}"], "the option Zone");
        }

        if (zones.Count > 0)
        {
            yield return new BasePackage("tzdata", [.. zones.Select(name => $"/{Zones}{name}{(name.EndsWith('/') ? "**" : string.Empty)}")], "the option Zones");
        }
    }

    /// <summary>Adds both files: a link to the zone if the tree contains it, otherwise the UTC zone itself.</summary>
    /// <param name="tree">The tree, with its zones.</param>
    /// <param name="zone">The zone; null for UTC.</param>
    internal static void AddTo(RootfsTree tree, string? zone)
    {
        var name = zone ?? Utc;
        if (tree.Resolve(Zones + name) is not null)
        {
            Skeleton.AddLink(tree, "etc/localtime", $"../{Zones}{name}");
        }
        else
        {
            Skeleton.AddFile(tree, "etc/localtime", UtcZone.TzIf());
        }

        if (zone is not null)
        {
            Skeleton.AddFile(tree, "etc/timezone", Encoding.ASCII.GetBytes(zone + "\n"));
        }
    }
}

using System.Globalization;
using System.Xml.Linq;

namespace BusyboxGlibc.Reports;

/// <summary>The line coverage of each room, from a report in Cobertura format.</summary>
internal static class CoverageTable
{
    /// <summary>One line per room, ordered by name, and one for the total.</summary>
    /// <param name="report">The XML: packages with classes, each with its file and its lines with their number of executions.</param>
    public static IReadOnlyList<string> Of(string report)
    {
        // What the compiler generates is in obj. A line that belongs to several classes, such as an async method's, is covered if one of them covers it.
        var rooms = XDocument.Parse(report).Descendants("class")
            .SelectMany(type => type.Element("lines")!.Elements("line").Select(line => (
                File: type.Attribute("filename")!.Value.Replace('\\', '/'),
                Number: line.Attribute("number")!.Value,
                Ran: line.Attribute("hits")!.Value != "0")))
            .GroupBy(line => (line.File, line.Number), line => line.Ran)
            .Where(line => !line.Key.File.StartsWith("obj/", StringComparison.Ordinal))
            .Select(line => (Room: RoomOf(line.Key.File), Ran: line.Any(ran => ran)))
            .GroupBy(line => line.Room, line => line.Ran, StringComparer.Ordinal)
            .OrderBy(room => room.Key, StringComparer.Ordinal)
            .Select(room => (Name: room.Key, Ran: room.Count(ran => ran), All: room.Count()))
            .ToList();
        return [.. rooms.Append(("all", rooms.Sum(room => room.Ran), rooms.Sum(room => room.All))).Select(Line)];
    }

    private static string RoomOf(string file) => file.Contains('/', StringComparison.Ordinal) ? file[..file.IndexOf('/', StringComparison.Ordinal)] : "(top)";

    private static string Line((string Name, int Ran, int All) room) => string.Create(
        CultureInfo.InvariantCulture, $"{room.Name,-14} {(room.All == 0 ? 100 : 100.0 * room.Ran / room.All),5:F1} %  {room.Ran} of {room.All} lines");
}

using System.Globalization;
using System.Xml.Linq;

namespace BusyboxGlibc.Reports;

/// <summary>Which lines of each room the tests ran, from a report in Cobertura's form.</summary>
internal static class CoverageTable
{
    /// <summary>One line a room, in the order of their names, and one for all.</summary>
    /// <param name="report">The XML: packages with classes, each with the file it is in and its lines with how often each ran.</param>
    public static IReadOnlyList<string> Of(string report)
    {
        // A line that several classes have, such as an async method's, ran if one of them ran it.
        var rooms = XDocument.Parse(report).Descendants("class")
            .SelectMany(type => type.Element("lines")!.Elements("line").Select(line => (
                File: type.Attribute("filename")!.Value.Replace('\\', '/'),
                Number: line.Attribute("number")!.Value,
                Ran: line.Attribute("hits")!.Value != "0")))
            .GroupBy(line => (line.File, line.Number), line => line.Ran)
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

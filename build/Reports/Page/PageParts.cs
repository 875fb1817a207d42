using System.Text;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Reports.Page;

/// <summary>The files that are in every report: style, script, and the layouts of its drawings, d3-hierarchy (ISC) and dagre with graphlib (MIT), which npm brings when the program is compiled.</summary>
internal static class PageParts
{
    private static readonly string[] _layouts = ["reports/d3-hierarchy.js", "reports/dagre.js"];

    /// <summary>The style.</summary>
    public static string Style => EmbeddedFile.ReadText("reports/page.css");

    /// <summary>The program's own script.</summary>
    public static string Script => EmbeddedFile.ReadText("reports/page.js");

    /// <summary>The scripts of the layouts; none if npm was not at hand when the program was compiled.</summary>
    public static IReadOnlyList<string> Layouts => HasLayouts ? [.. _layouts.Select(EmbeddedFile.ReadText).Select(WithoutMap)] : [];

    /// <summary>The licences of the layouts.</summary>
    public static IReadOnlyList<(string Name, string Text)> Licences => HasLayouts
        ? [("d3-hierarchy", EmbeddedFile.ReadText("reports/d3-hierarchy.licence")), ("@dagrejs/dagre", EmbeddedFile.ReadText("reports/dagre.licence")), ("@dagrejs/graphlib", EmbeddedFile.ReadText("reports/graphlib.licence"))]
        : [];

    /// <summary>Whether the layouts are there.</summary>
    public static bool HasLayouts { get; } = typeof(PageParts).Assembly.GetManifestResourceNames() is var names && _layouts.All(names.Contains);

    // The map is not in the report, and nothing may be asked of any place.
    private static string WithoutMap(string script)
    {
        var text = new StringBuilder();
        foreach (var line in script.Split('\n').Where(line => !line.StartsWith("//# sourceMappingURL", StringComparison.Ordinal)))
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }
}

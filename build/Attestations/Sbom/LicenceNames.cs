using System.Text.RegularExpressions;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>Leads from the licence names of Debian's copyright files to SPDX expressions.</summary>
internal static partial class LicenceNames
{
    // The short names that DEP-5 defines, where SPDX has the same licence under another name. Names that both write alike need no row.
    private static readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Expat"] = "MIT",
        ["BSD-2-clause"] = "BSD-2-Clause",
        ["BSD-3-clause"] = "BSD-3-Clause",
        ["BSD-4-clause"] = "BSD-4-Clause",
        ["Zlib"] = "Zlib",
        ["ISC"] = "ISC",
        ["Apache-1.0"] = "Apache-1.0",
        ["Apache-1.1"] = "Apache-1.1",
        ["Apache-2.0"] = "Apache-2.0",
        ["Artistic-2.0"] = "Artistic-2.0",
        ["MPL-1.1"] = "MPL-1.1",
        ["MPL-2.0"] = "MPL-2.0",
        ["CC0-1.0"] = "CC0-1.0",
        ["FTL"] = "FTL",
        ["W3C"] = "W3C",
        ["X11"] = "X11",
    };

    /// <summary>The SPDX expression of a licence as the first line of a <c>License</c> field names it.</summary>
    /// <param name="name">The name: <c>GPL-2+</c>, <c>LGPL-2.1 or BSD-3-clause, and Expat</c>.</param>
    /// <param name="reference">Returns the reference for a licence that SPDX has under no name.</param>
    public static string Expression(string name, Func<string, string> reference)
    {
        // A comma binds less than the words, section "Syntax" of DEP-5.
        var groups = name.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var text = string.Empty;
        foreach (var group in groups)
        {
            var joint = Joint().Match(group);
            var inner = Inner(joint.Success ? group[joint.Length..] : group, reference);
            var word = joint.Success ? joint.Groups[1].Value.ToUpperInvariant() : "AND";
            text = text.Length == 0 ? inner : $"{Bracketed(text)} {word} {Bracketed(inner)}";
        }

        return text.Length == 0 ? reference(name) : text;
    }

    private static string Inner(string text, Func<string, string> reference) => string.Join(
        " OR ", Or().Split(text).Select(one => string.Join(" AND ", And().Split(one).Select(single => Single(single.Trim(), reference)))));

    private static string Bracketed(string expression) => expression.Contains(' ', StringComparison.Ordinal) && !expression.StartsWith('(') ? $"({expression})" : expression;

    // An exception is a text of its own in each package, so the whole is a licence of its own.
    private static string Single(string name, Func<string, string> reference)
    {
        if (_names.TryGetValue(name, out var known))
        {
            return known;
        }

        var gnu = Gnu().Match(name);
        if (!gnu.Success)
        {
            return reference(name);
        }

        var (family, version) = (gnu.Groups[1].Value, gnu.Groups[2].Value);
        version = version.Contains('.', StringComparison.Ordinal) ? version : version + ".0";
        var isKnown = family switch
        {
            "GPL" => version is "1.0" or "2.0" or "3.0",
            "LGPL" => version is "2.0" or "2.1" or "3.0",
            "AGPL" => version is "3.0",
            _ => version is "1.1" or "1.2" or "1.3",
        };
        return isKnown ? $"{family}-{version}-{(gnu.Groups[3].Length > 0 ? "or-later" : "only")}" : reference(name);
    }

    [GeneratedRegex(@"^(GPL|LGPL|AGPL|GFDL)-(\d(?:\.\d)?)(\+?)$")]
    private static partial Regex Gnu();

    [GeneratedRegex(@"^(and|or)\s+", RegexOptions.IgnoreCase)]
    private static partial Regex Joint();

    [GeneratedRegex(@"\s+or\s+", RegexOptions.IgnoreCase)]
    private static partial Regex Or();

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase)]
    private static partial Regex And();
}

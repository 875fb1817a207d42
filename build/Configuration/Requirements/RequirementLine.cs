using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration.Requirements;

/// <summary>
/// Parses one requirement: <c>NAME [= PACKAGE] [[PLATFORMS]] [(plugin)] [(any-cpu)] [?]</c>, the parts after the name in
/// any order, each at most once.
/// </summary>
internal sealed class RequirementLine(RequirementKind kind, List<RequirementToken> tokens, string source, int line)
{
    private int _at;
    private string? _package;
    private string? _packageFile;
    private bool _isOptional;
    private bool _isPlugin;
    private bool _isAnyCpu;
    private PlatformQualifier? _qualifier;

    private string Where => line > 0 ? $"{source}:{line}" : source;

    /// <summary>Returns the requirement, and every platform it applies to.</summary>
    /// <param name="platforms">The platforms of the image.</param>
    /// <exception cref="ConfigurationException">The line is invalid.</exception>
    public (Requirement Requirement, IReadOnlyList<Platform> Meant) Parse(IReadOnlyList<Platform> platforms)
    {
        var first = tokens[_at++];
        if (first.Kind != RequirementTokenKind.Word)
        {
            throw Error(first, $"a line starts with a name, not with {first.Text}", null, "write the name first, like: libnuma [!linux/arm/v6]");
        }

        var isPath = kind == RequirementKind.Library && first.Text.StartsWith('/');
        var name = isPath
            ? string.Empty
            : kind == RequirementKind.Command ? RequirementNames.Command(first.Text, At(first)) : RequirementNames.Library(first.Text, At(first));
        while (_at < tokens.Count)
        {
            ReadPart(first, isPath);
        }

        // The meaning of a path is known only after the whole line is read: with a package it is in the package, without one in the overlay.
        var hasPackage = _package is not null || _packageFile is not null;
        if (isPath)
        {
            name = hasPackage ? RequirementNames.PackagePath(first.Text, At(first)) : RequirementNames.Overlay(first.Text, At(first));
        }

        var meant = KnownPlatforms.All.Where(platform => _qualifier?.Holds(platform) ?? true).ToList();
        var requirement = new Requirement(
            !isPath ? kind : hasPackage ? RequirementKind.Files : RequirementKind.Overlay,
            name,
            _package,
            _packageFile,
            [.. meant.Where(platforms.Contains)],
            _isOptional,
            source,
            line,
            Text(name))
        {
            IsPlugin = _isPlugin,
            IsAnyCpu = _isAnyCpu,
        };
        return (requirement, meant);
    }

    private void ReadPart(RequirementToken name, bool isPath)
    {
        var token = tokens[_at++];
        if (token.Is("?"))
        {
            ReadOptional(token, isPath);
        }
        else if (token.Is("["))
        {
            ReadQualifier(token);
        }
        else if (token.Is("("))
        {
            ReadAllowance(token);
        }
        else if (token.Is("="))
        {
            ReadPackage(token);
        }
        else if (token.Kind == RequirementTokenKind.Word)
        {
            throw kind == RequirementKind.Command
                ? Error(token, $"two commands without a comma: {name.Text} {token.Text}", null, $"write {name.Text},{token.Text}")
                : Error(token, $"two names on one line: {name.Text} and {token.Text}", "each line contains one requirement", $"write one per line:\n{name.Text}\n{token.Text}");
        }
        else
        {
            throw Error(token, $"{token.Text} is not allowed here", null, "platforms are written [linux/amd64 linux/arm64] or [!linux/arm/v6]");
        }
    }

    private void ReadOptional(RequirementToken token, bool isPath)
    {
        if (isPath && token.IsGlued && tokens[_at - 2].Kind == RequirementTokenKind.Word)
        {
            throw Error(token, "? is not a wildcard", "after a space it makes a requirement optional; in a pattern it has no meaning", "write * for the characters that vary");
        }

        if (_isOptional)
        {
            throw Error(token, "? appears twice", null, "write it once");
        }

        _isOptional = true;
    }

    private void ReadAllowance(RequirementToken open)
    {
        const string both = "(plugin) allows a library to take symbols from the program that loads it, (any-cpu) allows build attributes above the platform's CPU";
        var word = _at < tokens.Count ? tokens[_at++] : throw Error(open, "( is not closed", null, both);
        if (_at >= tokens.Count || !tokens[_at++].Is(")"))
        {
            throw Error(open, "( is not closed", null, both);
        }

        if (kind == RequirementKind.Command)
        {
            throw Error(open, $"({word.Text}) applies only to libraries", null, "remove it");
        }

        ref var allowance = ref _isPlugin;
        switch (word.Text)
        {
            case "plugin":
                break;
            case "any-cpu":
                allowance = ref _isAnyCpu;
                break;
            default:
                throw Error(word, $"({word.Text}) is not an exception that can be allowed", null, both);
        }

        if (allowance)
        {
            throw Error(open, $"({word.Text}) appears twice", null, "write it once");
        }

        allowance = true;
    }

    private void ReadQualifier(RequirementToken open)
    {
        if (_qualifier is not null)
        {
            throw Error(open, "the line has two lists of platforms", null, "write all platforms in one pair of brackets");
        }

        List<Platform> named = [];
        int negated = 0, entries = 0;
        while (true)
        {
            var token = _at < tokens.Count ? tokens[_at++] : throw Error(open, "[ is not closed", null, "write ] after the last platform");
            if (token.Is("]"))
            {
                break;
            }

            var isNegated = token.Is("!");
            if (isNegated)
            {
                token = _at < tokens.Count ? tokens[_at++] : throw Error(open, "[ is not closed", null, "write ] after the last platform");
            }

            if (token.Kind != RequirementTokenKind.Word)
            {
                throw Error(token, $"a platform is missing before {token.Text}", null, "write [linux/amd64 linux/arm64] or [!linux/arm/v6]");
            }

            named.Add(KnownPlatforms.FindSpelled(token.Text) is [var platform] ? platform
                : throw new ConfigurationException($"unknown platform {ValueList.Show(token.Text)}", At(token), next: KnownPlatforms.Advice(token.Text)));
            negated += isNegated ? 1 : 0;
            entries++;
            if (negated != 0 && negated != entries)
            {
                throw Error(token, "the list mixes platforms with and without !", "a list either includes or excludes platforms", "write [linux/amd64 linux/arm64] or [!linux/arm/v6 !linux/386]");
            }
        }

        if (named.Count == 0)
        {
            throw Error(open, "the list of platforms is empty", null, "remove the brackets, or name a platform in them");
        }

        _qualifier = new PlatformQualifier(negated > 0, [.. KnownPlatforms.All.Where(named.Contains)]);
        if (!KnownPlatforms.All.Any(_qualifier.Holds))
        {
            throw Error(open, "the list excludes every platform", null, "remove the line, or a platform from its list");
        }
    }

    private void ReadPackage(RequirementToken equals)
    {
        if (_package is not null || _packageFile is not null)
        {
            throw Error(equals, "the line names two packages", null, "name one");
        }

        var token = _at < tokens.Count ? tokens[_at++] : null;
        if (token is null || token.Kind != RequirementTokenKind.Word)
        {
            throw Error(token ?? equals, "= is not followed by a package", null, "write = PACKAGE, or = ./debs/FILE_{arch}.deb");
        }

        if (token.Text.Contains('/', StringComparison.Ordinal) || token.Text.EndsWith(".deb", StringComparison.OrdinalIgnoreCase) || token.Text.StartsWith('.'))
        {
            _packageFile = RequirementNames.PackageFile(token.Text, At(token));
        }
        else
        {
            _package = RequirementNames.Package(token.Text, At(token));
        }
    }

    private string Text(string name)
    {
        var from = _package ?? _packageFile;
        return name + (from is null ? string.Empty : $" = {from}") + (_qualifier is null ? string.Empty : $" {_qualifier}")
            + (_isPlugin ? " (plugin)" : string.Empty) + (_isAnyCpu ? " (any-cpu)" : string.Empty) + (_isOptional ? " ?" : string.Empty);
    }

    private string At(RequirementToken token) => $"{Where}:{token.Column}";

    private ConfigurationException Error(RequirementToken token, string what, string? why, string next) => new(what, At(token), why, next);
}

/// <summary>The platform list in a requirement's brackets.</summary>
/// <param name="IsNegated">Whether the requirement does not apply to the listed platforms.</param>
/// <param name="Named">The listed platforms, in the order of <see cref="KnownPlatforms.All"/>.</param>
internal sealed record PlatformQualifier(bool IsNegated, IReadOnlyList<Platform> Named)
{
    /// <summary>Whether the requirement applies to that platform.</summary>
    public bool Holds(Platform platform) => Named.Contains(platform) != IsNegated;

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(' ', Named.Select(platform => (IsNegated ? "!" : string.Empty) + platform.Name))}]";
}

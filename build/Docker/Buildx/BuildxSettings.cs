using System.Globalization;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Platforms;
using Cake.Core;
using Cake.Docker;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>What <c>docker buildx build</c> is asked for.</summary>
internal static class BuildxSettings
{
    /// <summary>The project as the client's operand.</summary>
    public const string Context = ".";

    /// <summary>One build over all platforms into a layout, every time in it cut at the epoch, without attestations.</summary>
    /// <remarks>The client is started in the project, and what lies in it is named from there: a path of the project itself then stands in no
    /// argument. Blanks, quotes, commas and the like in it would mean something to the client's own lists, and the add-in quotes no operand.</remarks>
    /// <param name="root">The project's folder: where the client is started, with <see cref="Context"/> as operand.</param>
    /// <param name="dockerfile">The joined Dockerfile.</param>
    /// <param name="output">The folder that receives the layout.</param>
    /// <param name="platforms">The platforms.</param>
    /// <param name="contexts">The contexts beside the project, <c>NAME=FOLDER</c>.</param>
    /// <param name="builder">The builder's name.</param>
    /// <param name="options">Where cached steps come from and go to.</param>
    /// <param name="epoch">Seconds since 1970-01-01 UTC.</param>
    /// <param name="onLine">Takes every line the client prints.</param>
    /// <exception cref="BuildxException">A folder outside of the project cannot stand in a list of the client's.</exception>
    public static DockerBuildXBuildSettings For(
        string root,
        string dockerfile,
        string output,
        IReadOnlyList<Platform> platforms,
        IReadOnlyList<string> contexts,
        string builder,
        BuilderOptions options,
        long epoch,
        Action<string?> onLine) => new()
        {
            WorkingDirectory = root,
            File = Relative(root, dockerfile),
            Builder = builder,
            Platform = [string.Join(',', platforms.Select(platform => platform.Name))],
            BuildContext = [.. contexts.Select(context => context.Split('=', 2)).Select(pair => $"{pair[0]}={Relative(root, pair[1])}")],
            BuildArg = [string.Create(CultureInfo.InvariantCulture, $"SOURCE_DATE_EPOCH={epoch}")],
            CacheFrom = [.. options.CacheFrom],
            CacheTo = [.. options.CacheTo],
            Output = [$"type=oci,tar=false,rewrite-timestamp=true,compression=gzip,compression-level=1,dest={Relative(root, output)}"],
            Progress = "plain",
            // The API of the add-in has no properties for these two.
            ArgumentCustomization = arguments => arguments.Append("--provenance=false").Append("--sbom=false"),
            SetupProcessSettings = process =>
            {
                // The client writes its progress to the standard error stream, and nothing that is for people to the other one.
                process.RedirectStandardError = true;
                process.RedirectedStandardErrorHandler = line =>
                {
                    onLine(line);
                    return string.Empty;
                };
            },
        };

    // The client reads its lists as CSV, and Cake puts arguments into double quotes as they are.
    private static string Relative(string root, string path)
    {
        var relative = Path.GetRelativePath(root, path);
        var named = Path.IsPathFullyQualified(relative) || relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
        return named.AsSpan().IndexOfAny(",\"") < 0 ? named
            : throw new BuildxException("Docker cannot be given a folder for the artifacts", path, "its path has a comma or a double quote", "name another: --artifacts=DIR, or leave that out for the folder in the project");
    }
}

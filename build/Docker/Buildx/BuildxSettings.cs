using System.Globalization;
using BusyboxGlibc.Configuration;
using Cake.Core;
using Cake.Docker;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>Creates the settings of <c>docker buildx build</c>.</summary>
internal static class BuildxSettings
{
    /// <summary>The project as the operand of the client.</summary>
    public const string Context = ".";

    /// <summary>Creates the settings of one build over the platforms of a share into a layout, with all times limited to the epoch, without attestations.</summary>
    /// <remarks>The client is started in the project folder, and files in it are named relative to it, so that the project's path occurs in no
    /// argument. Blanks, quotes, commas and similar characters in it would have a meaning in the client's lists, and the add-in does not quote
    /// operands.</remarks>
    /// <param name="root">The project folder: the client is started there, with <see cref="Context"/> as operand.</param>
    /// <param name="dockerfile">The joined Dockerfile.</param>
    /// <param name="share">The platforms, the stage, and the folder that receives the layout.</param>
    /// <param name="contexts">The additional contexts, <c>NAME=FOLDER</c>.</param>
    /// <param name="builder">The builder's name.</param>
    /// <param name="options">The sources and targets of cached steps.</param>
    /// <param name="epoch">Seconds since 1970-01-01 UTC.</param>
    /// <param name="onLine">Called with every line that the client prints.</param>
    /// <exception cref="BuildxException">The path of a folder outside the project is not allowed in a list of the client.</exception>
    public static DockerBuildXBuildSettings For(
        string root,
        string dockerfile,
        BuildxShare share,
        IReadOnlyList<string> contexts,
        string builder,
        BuilderOptions options,
        long epoch,
        Action<string?> onLine) => new()
        {
            WorkingDirectory = root,
            File = Relative(root, dockerfile),
            Builder = builder,
            // Null leaves the switch out, although the package declares the property as never null.
            Target = share.Stage!,
            Platform = [string.Join(',', share.Platforms.Select(platform => platform.Name))],
            BuildContext = [.. contexts.Select(context => context.Split('=', 2)).Select(pair => $"{pair[0]}={Relative(root, pair[1])}")],
            BuildArg = [string.Create(CultureInfo.InvariantCulture, $"SOURCE_DATE_EPOCH={epoch}")],
            CacheFrom = [.. options.CacheFrom],
            // The image's build exports the steps of every stage.
            CacheTo = [.. share.Stage is null ? options.CacheTo : []],
            Output = [$"type=oci,tar=false,rewrite-timestamp=true,compression=gzip,compression-level=1,dest={Relative(root, share.LayoutFolder)}"],
            Progress = "plain",
            // The add-in's API has no properties for these two.
            ArgumentCustomization = arguments => arguments.Append("--provenance=false").Append("--sbom=false"),
            SetupProcessSettings = process =>
            {
                // The client writes its progress to standard error, and no messages to standard output.
                process.RedirectStandardError = true;
                process.RedirectedStandardErrorHandler = line =>
                {
                    onLine(line);
                    return string.Empty;
                };
            },
        };

    // The client parses its lists as CSV, and Cake puts arguments into double quotes without escaping.
    private static string Relative(string root, string path)
    {
        var relative = Path.GetRelativePath(root, path);
        var named = Path.IsPathFullyQualified(relative) || relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
        return named.AsSpan().IndexOfAny(",\"") < 0 ? named
            : throw new BuildxException("Docker cannot use the folder for the artifacts", path, "its path has a comma or a double quote", "choose another: --artifacts=DIR, or omit it to use the folder in the project");
    }
}

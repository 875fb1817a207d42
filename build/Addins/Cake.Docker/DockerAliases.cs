using Cake.Core;
using Cake.Core.Annotations;

namespace Cake.Docker;

/// <summary>Commands of the Docker client. A client that is not found and an exit code other than 0 are errors
/// (<see cref="CakeException"/>).</summary>
[CakeAliasCategory("Docker")]
public static class DockerAliases
{
    /// <summary>Builds an image with buildx.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The switches; null for none.</param>
    /// <param name="target">The folder or URL of the build's context.</param>
    [CakeMethodAlias]
    public static void DockerBuildXBuild(this ICakeContext context, DockerBuildXBuildSettings? settings, string target)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(target);
        new DockerRunner<DockerBuildXBuildSettings>(context).Run("buildx build", settings ?? new(), target);
    }
}

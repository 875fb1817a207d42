using Cake.Core;
using Cake.Core.Annotations;

namespace Cake.Docker;

/// <summary>Commands of the Docker client. A client that is not found and an exit code other than 0 are errors
/// (<see cref="CakeException"/>).</summary>
[CakeAliasCategory("Docker")]
public static partial class DockerAliases
{
    /// <summary>Loads images from an archive into the engine.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The archive.</param>
    [CakeMethodAlias]
    public static void DockerLoad(this ICakeContext context, DockerImageLoadSettings? settings) =>
        Runner<DockerImageLoadSettings>(context).Run("load", settings ?? new());

    /// <summary>Pulls an image.</summary>
    /// <param name="context">The context.</param>
    /// <param name="imageReference">The image.</param>
    [CakeMethodAlias]
    public static void DockerPull(this ICakeContext context, string imageReference) =>
        DockerPull(context, null, imageReference);

    /// <summary>Pulls an image.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The switches; null for none.</param>
    /// <param name="imageReference">The image.</param>
    [CakeMethodAlias]
    public static void DockerPull(this ICakeContext context, DockerImagePullSettings? settings, string imageReference)
    {
        ArgumentException.ThrowIfNullOrEmpty(imageReference);
        Runner<DockerImagePullSettings>(context).Run("pull", settings ?? new(), imageReference);
    }

    /// <summary>Runs a command that has no alias.</summary>
    /// <param name="context">The context.</param>
    /// <param name="command">All after <c>docker</c>, one line: who writes it quotes it.</param>
    /// <returns>The lines of its standard output.</returns>
    [CakeMethodAlias]
    public static IEnumerable<string> DockerCustomCommand(this ICakeContext context, string command) =>
        DockerCustomCommand(context, new DockerCustomCommandSettings(), command);

    /// <summary>Runs a command that has no alias.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">How the client is started.</param>
    /// <param name="command">All after <c>docker</c>, one line: who writes it quotes it.</param>
    /// <returns>The lines of its standard output.</returns>
    [CakeMethodAlias]
    public static IEnumerable<string> DockerCustomCommand(this ICakeContext context, DockerCustomCommandSettings settings, string command)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentException.ThrowIfNullOrEmpty(command);
        return Runner<DockerCustomCommandSettings>(context).Read(command, settings);
    }

    private static DockerRunner<TSettings> Runner<TSettings>(ICakeContext context)
        where TSettings : AutoToolSettings
    {
        ArgumentNullException.ThrowIfNull(context);
        return new DockerRunner<TSettings>(context);
    }
}

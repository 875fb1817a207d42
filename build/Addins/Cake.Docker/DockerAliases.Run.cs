using Cake.Core;
using Cake.Core.Annotations;

namespace Cake.Docker;

/// <content>Containers.</content>
public static partial class DockerAliases
{
    /// <summary>Starts a container.</summary>
    /// <param name="context">The context.</param>
    /// <param name="image">The image.</param>
    /// <param name="command">The command in it; empty for the image's own.</param>
    /// <param name="args">The command's arguments; without a command they do not count.</param>
    /// <returns>The first line of its standard output, or null.</returns>
    [CakeMethodAlias]
    public static string? DockerRun(this ICakeContext context, string image, string command, params string[] args) =>
        DockerRun(context, null, image, command, args);

    /// <summary>Starts a container.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The switches; null for none.</param>
    /// <param name="image">The image.</param>
    /// <param name="command">The command in it; empty for the image's own.</param>
    /// <param name="args">The command's arguments; without a command they do not count.</param>
    /// <returns>The first line of its standard output, or null.</returns>
    [CakeMethodAlias]
    public static string? DockerRun(this ICakeContext context, DockerContainerRunSettings? settings, string image, string command, params string[] args) =>
        Runner<DockerContainerRunSettings>(context).Read("run", settings ?? new(), Operands(image, command, args)) is [var line, ..] ? line : null;

    /// <summary>Starts a container; what it says goes where this process's own words go.</summary>
    /// <param name="context">The context.</param>
    /// <param name="image">The image.</param>
    /// <param name="command">The command in it; empty for the image's own.</param>
    /// <param name="args">The command's arguments; without a command they do not count.</param>
    [CakeMethodAlias]
    public static void DockerRunWithoutResult(this ICakeContext context, string image, string command, params string[] args) =>
        DockerRunWithoutResult(context, null, image, command, args);

    /// <summary>Starts a container; what it says goes where this process's own words go.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The switches; null for none.</param>
    /// <param name="image">The image.</param>
    /// <param name="command">The command in it; empty for the image's own.</param>
    /// <param name="args">The command's arguments; without a command they do not count.</param>
    [CakeMethodAlias]
    public static void DockerRunWithoutResult(this ICakeContext context, DockerContainerRunSettings? settings, string image, string command, params string[] args) =>
        Runner<DockerContainerRunSettings>(context).Run("run", settings ?? new(), Operands(image, command, args));

    private static string[] Operands(string image, string command, string[] args)
    {
        ArgumentException.ThrowIfNullOrEmpty(image);
        return string.IsNullOrEmpty(command) ? [image] : [image, command, .. args];
    }
}

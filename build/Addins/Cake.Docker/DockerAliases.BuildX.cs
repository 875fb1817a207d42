using Cake.Core;
using Cake.Core.Annotations;

namespace Cake.Docker;

/// <content>Building with buildx.</content>
public static partial class DockerAliases
{
    /// <summary>Builds an image.</summary>
    /// <param name="context">The context.</param>
    /// <param name="target">The folder or URL of the build's context.</param>
    [CakeMethodAlias]
    public static void DockerBuildXBuild(this ICakeContext context, string target) => DockerBuildXBuild(context, null, target);

    /// <summary>Builds an image.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The switches; null for none.</param>
    /// <param name="target">The folder or URL of the build's context.</param>
    [CakeMethodAlias]
    public static void DockerBuildXBuild(this ICakeContext context, DockerBuildXBuildSettings? settings, string target)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        Runner<DockerBuildXBuildSettings>(context).Run("buildx build", settings ?? new(), target);
    }

    /// <summary>Makes a builder.</summary>
    /// <param name="context">The context.</param>
    /// <param name="target">The first node's Docker context or address; null for the context in use.</param>
    [CakeMethodAlias]
    public static void DockerBuildXCreate(this ICakeContext context, string? target = null) => DockerBuildXCreate(context, null, target);

    /// <summary>Makes a builder, or changes its nodes.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The switches; null for none.</param>
    /// <param name="target">The node's Docker context or address; null for the context in use.</param>
    [CakeMethodAlias]
    public static void DockerBuildXCreate(this ICakeContext context, DockerBuildXCreateSettings? settings, string? target = null) =>
        Runner<DockerBuildXCreateSettings>(context).Run("buildx create", settings ?? new(), Optional(target));

    /// <summary>Asks about a builder.</summary>
    /// <param name="context">The context.</param>
    /// <param name="name">The builder; null for the one in use.</param>
    /// <returns>The lines of the answer.</returns>
    [CakeMethodAlias]
    public static IEnumerable<string> DockerBuildXInspect(this ICakeContext context, string? name = null) => DockerBuildXInspect(context, null, name);

    /// <summary>Asks about a builder.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The switches; null for none.</param>
    /// <param name="name">The builder; null for the one in use.</param>
    /// <returns>The lines of the answer.</returns>
    [CakeMethodAlias]
    public static IEnumerable<string> DockerBuildXInspect(this ICakeContext context, DockerBuildXInspectSettings? settings, string? name = null) =>
        Runner<DockerBuildXInspectSettings>(context).Read("buildx inspect", settings ?? new(), Optional(name));

    /// <summary>Lists the builders.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The switches; null for none.</param>
    /// <returns>The lines of the table, its head first.</returns>
    [CakeMethodAlias]
    public static IEnumerable<string> DockerBuildXLs(this ICakeContext context, DockerBuildXLsSettings? settings = null) =>
        Runner<DockerBuildXLsSettings>(context).Read("buildx ls", settings ?? new());

    /// <summary>Removes a builder.</summary>
    /// <param name="context">The context.</param>
    /// <param name="name">The builder; null for the one in use.</param>
    [CakeMethodAlias]
    public static void DockerBuildXRm(this ICakeContext context, string? name = null) => DockerBuildXRm(context, null, name);

    /// <summary>Removes a builder.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The switches; null for none.</param>
    /// <param name="name">The builder; null for the one in use.</param>
    [CakeMethodAlias]
    public static void DockerBuildXRm(this ICakeContext context, DockerBuildXRmSettings? settings = null, string? name = null) =>
        Runner<DockerBuildXRmSettings>(context).Run("buildx rm", settings ?? new(), Optional(name));

    /// <summary>Makes a builder the one in use.</summary>
    /// <param name="context">The context.</param>
    /// <param name="name">The builder.</param>
    [CakeMethodAlias]
    public static void DockerBuildXUse(this ICakeContext context, string name) => DockerBuildXUse(context, null, name);

    /// <summary>Makes a builder the one in use.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The switches; null for none.</param>
    /// <param name="name">The builder.</param>
    [CakeMethodAlias]
    public static void DockerBuildXUse(this ICakeContext context, DockerBuildXUseSettings? settings = null, string? name = null) =>
        Runner<DockerBuildXUseSettings>(context).Run("buildx use", settings ?? new(), Optional(name));

    private static string[] Optional(string? operand) => operand is null ? [] : [operand];
}

using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Reasons;

/// <summary>Why something is in the image, or what leaves it with a line.</summary>
/// <param name="Question">What was asked for.</param>
/// <param name="Groups">The answers, platforms with the same answer together.</param>
internal sealed record ReasonAnswer(string Question, IReadOnlyList<ReasonGroup> Groups)
{
    /// <summary>Similar names of the image, if it has nothing of that name.</summary>
    public IReadOnlyList<string> Nearest { get; init; } = [];

    /// <summary>What should be known about the answer.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether the image has it, or the line.</summary>
    public bool IsFound => Groups.Count > 0;
}

/// <summary>The answer of some platforms.</summary>
/// <param name="Platforms">The platforms.</param>
/// <param name="Reason">The answer of the first of them; the others differ only in sizes.</param>
/// <param name="Sizes">For a line: the size of the files that would leave on each platform, and their size in a compressed layer.</param>
internal sealed record ReasonGroup(IReadOnlyList<Platform> Platforms, PlatformReason Reason, IReadOnlyList<(long Unpacked, long Compressed)> Sizes);

/// <summary>The answer of one platform.</summary>
/// <param name="Chains">The chains from requirements, the shortest first; paths with <c>{triplet}</c>.</param>
/// <param name="More">How many other requirements bring it too.</param>
/// <param name="Leaving">For a line: the packages that would leave the image, and those that would lose files.</param>
internal sealed record PlatformReason(IReadOnlyList<ReasonChain> Chains, int More, IReadOnlyList<LeavingPackage> Leaving)
{
    /// <summary>The size of the files that would leave.</summary>
    public long UnpackedBytes { get; init; }

    /// <summary>Their size in a compressed layer.</summary>
    public long CompressedBytes { get; init; }
}

/// <summary>A chain from a requirement to a file.</summary>
/// <param name="Root">The requirement.</param>
/// <param name="Steps">The files, each with the reason why the one before brings it.</param>
internal sealed record ReasonChain(string Root, IReadOnlyList<ReasonStep> Steps);

/// <summary>One step of a chain.</summary>
/// <param name="How">Why the file before it brings it.</param>
/// <param name="Path">The file.</param>
/// <param name="Package">Its package, or what else it comes from.</param>
internal sealed record ReasonStep(string How, string Path, string Package);

/// <summary>A package of which files would leave the image.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsWhole">Whether nothing of it would stay.</param>
/// <param name="Files">The number of files and links that would leave.</param>
internal sealed record LeavingPackage(string Name, bool IsWhole, int Files);

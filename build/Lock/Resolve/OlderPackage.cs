using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>A package that was not in the lock and comes from an older Release, because the newest Release's index is not available.</summary>
/// <param name="Pin">The package.</param>
/// <param name="Gap">The index.</param>
/// <param name="Newer">The version in the newest Release, if it is known; otherwise null.</param>
internal sealed record OlderPackage(PinnedPackage Pin, IndexGap Gap, string? Newer)
{
    /// <summary>The package and both versions, for a message.</summary>
    public string Text => $"{Pin.Name} {Pin.Version}{(Newer is null ? string.Empty : $" (the newer one has {Newer})")}";

    /// <summary>The error if no older Release may be used.</summary>
    public LockException Refused() => new(
        $"{Text} is only available from {IndexGap.Show(Gap.Suite, Gap.Older)}",
        why: Gap.ToString(),
        next: "try again when the mirror is complete, choose another (--mirror=URL, --securitymirror=URL), or omit --no-older-release");
}

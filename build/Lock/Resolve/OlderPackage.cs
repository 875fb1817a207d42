using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>A package that the lock did not have, and that is of an older Release, since the newest's index cannot be had.</summary>
/// <param name="Pin">The package.</param>
/// <param name="Gap">The index.</param>
/// <param name="Newer">The version that the newest Release has, where that is known; else null.</param>
internal sealed record OlderPackage(PinnedPackage Pin, IndexGap Gap, string? Newer)
{
    /// <summary>The package and both versions, for people.</summary>
    public string Text => $"{Pin.Name} {Pin.Version}{(Newer is null ? string.Empty : $" (the newer one has {Newer})")}";

    /// <summary>The error where no older Release may be used.</summary>
    public LockException Refused() => new(
        $"{Text} can only be had from {IndexGap.Show(Gap.Suite, Gap.Older)}",
        why: Gap.ToString(),
        next: "try again when the mirror is whole, name another (--mirror=URL, --securitymirror=URL), or leave out --no-older-release");
}

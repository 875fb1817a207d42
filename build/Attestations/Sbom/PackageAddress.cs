using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>Addresses of packages in Debian's own archive: the same in every document, whichever mirror a run used. The checksum beside it is what counts.</summary>
internal static class PackageAddress
{
    /// <summary>The address of a package; null for a package file of the user.</summary>
    public static string? Of(PinnedPackage pin) => pin.Archive switch
    {
        ArchiveNames.Main => ArchiveAddress.Below(KnownMirrors.Debian.Main, pin.PoolPath).AbsoluteUri,
        ArchiveNames.Security => ArchiveAddress.Below(KnownMirrors.Debian.Security, pin.PoolPath).AbsoluteUri,
        _ => null,
    };
}

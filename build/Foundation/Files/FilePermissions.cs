namespace BusyboxGlibc.Foundation.Files;

/// <summary>The permission bits of files (inode(7)), three bits per octal digit, as in chmod(1).</summary>
internal static class FilePermissions
{
    /// <summary>0400: the owner reads.</summary>
    internal const int Octal400 = 0b100_000_000;

    /// <summary>0600: the owner reads and writes.</summary>
    internal const int Octal600 = 0b110_000_000;

    /// <summary>0640: the owner reads and writes, the group reads.</summary>
    internal const int Octal640 = 0b110_100_000;

    /// <summary>0644: the owner reads and writes, everybody reads.</summary>
    internal const int Octal644 = 0b110_100_100;

    /// <summary>0700: full access for the owner only, for a folder.</summary>
    internal const int Octal700 = 0b111_000_000;

    /// <summary>0111: everybody executes; also the mask of the three execute bits.</summary>
    internal const int Octal111 = 0b001_001_001;

    /// <summary>0755: the owner reads, writes and executes, everybody reads and executes.</summary>
    internal const int Octal755 = 0b111_101_101;

    /// <summary>0777: full access, as for symbolic links; also the mask of all nine bits.</summary>
    internal const int Octal777 = 0b111_111_111;
}

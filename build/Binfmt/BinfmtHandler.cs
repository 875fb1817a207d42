using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Binfmt;

/// <summary>
/// A handler of binfmt_misc: the program that the kernel starts for files that begin with certain bytes
/// (Documentation/admin-guide/binfmt-misc.rst of the kernel).
/// </summary>
/// <param name="Name">The name of its file.</param>
/// <param name="IsEnabled">Whether it is enabled.</param>
/// <param name="Interpreter">The absolute path of the program it starts.</param>
/// <param name="Flags">Its flags: P, O, C and F.</param>
/// <param name="Offset">The position of the magic in the file, in bytes.</param>
/// <param name="Magic">The bytes to match.</param>
/// <param name="Mask">The bits to compare, as long as the magic; empty for all.</param>
internal sealed record BinfmtHandler(string Name, bool IsEnabled, string Interpreter, string Flags, int Offset, ReadOnlyMemory<byte> Magic, ReadOnlyMemory<byte> Mask)
{
    /// <summary>The number of bytes of a file that the kernel examines (<c>BINPRM_BUF_SIZE</c>).</summary>
    public const int LookedAt = 256;

    /// <summary>When it was registered, from the time of its file; the kernel tries the newest first.</summary>
    public DateTime Registered { get; init; }

    /// <summary>Whether the interpreter was opened at registration, so that it is available in every root and container.</summary>
    public bool IsForContainers => Flags.Contains('F', StringComparison.Ordinal);

    /// <summary>Its name, safe to print.</summary>
    public string ShownName => SafeText.Text(Name);

    /// <summary>Its interpreter, safe to print.</summary>
    public string ShownInterpreter => SafeText.Text(Interpreter);

    /// <summary>Whether it matches a file, given the file's first bytes.</summary>
    public bool Takes(ReadOnlySpan<byte> file)
    {
        // The kernel pads a short file with zeros.
        Span<byte> head = stackalloc byte[LookedAt];
        head.Clear();
        file[..Math.Min(file.Length, LookedAt)].CopyTo(head);
        if (Offset < 0 || Magic.IsEmpty || Offset > LookedAt - Magic.Length)
        {
            return false;
        }

        for (var index = 0; index < Magic.Length; index++)
        {
            var mask = Mask.IsEmpty ? (byte)0xff : Mask.Span[index];
            if (((head[Offset + index] ^ Magic.Span[index]) & mask) != 0)
            {
                return false;
            }
        }

        return true;
    }
}

using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Binfmt;

/// <summary>
/// A handler of binfmt_misc: what the kernel starts in place of a file that begins with certain bytes
/// (Documentation/admin-guide/binfmt-misc.rst of the kernel).
/// </summary>
/// <param name="Name">The name of its file.</param>
/// <param name="IsEnabled">Whether the kernel uses it.</param>
/// <param name="Interpreter">The absolute path of the program it starts.</param>
/// <param name="Flags">Its flags: P, O, C and F.</param>
/// <param name="Offset">Where in the file the magic is, in bytes.</param>
/// <param name="Magic">The bytes.</param>
/// <param name="Mask">Which bits of them count, as long as the magic; empty for all.</param>
internal sealed record BinfmtHandler(string Name, bool IsEnabled, string Interpreter, string Flags, int Offset, ReadOnlyMemory<byte> Magic, ReadOnlyMemory<byte> Mask)
{
    /// <summary>How much of a file the kernel looks at (<c>BINPRM_BUF_SIZE</c>).</summary>
    public const int LookedAt = 256;

    /// <summary>When it was registered, as its file says; the kernel asks the newest first.</summary>
    public DateTime Registered { get; init; }

    /// <summary>Whether the interpreter was opened when it was registered, so that it is there in every root and container.</summary>
    public bool IsForContainers => Flags.Contains('F', StringComparison.Ordinal);

    /// <summary>Its name, fit to be printed.</summary>
    public string ShownName => SafeText.Text(Name);

    /// <summary>Its interpreter, fit to be printed.</summary>
    public string ShownInterpreter => SafeText.Text(Interpreter);

    /// <summary>Whether it takes a file, by the beginning of that.</summary>
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

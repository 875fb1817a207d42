namespace BusyboxGlibc.Binfmt;

/// <summary>The kernel's binfmt_misc.</summary>
internal interface IBinfmtKernel
{
    /// <summary>What it says of itself now.</summary>
    BinfmtStatus Read();

    /// <summary>Writes to one of its files, in one piece as it asks for.</summary>
    /// <param name="file">The file's name: a handler's, <c>status</c> or <c>register</c>.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="IOException">It did not take that.</exception>
    /// <exception cref="UnauthorizedAccessException">This is for root.</exception>
    void Write(string file, string text);
}

/// <summary>Whether there is a binfmt_misc to be seen.</summary>
internal enum BinfmtMount
{
    /// <summary>It is mounted.</summary>
    Mounted,

    /// <summary>The kernel has it, but it is not mounted where this process looks.</summary>
    NotMounted,

    /// <summary>The kernel has none.</summary>
    None,

    /// <summary>This is not Linux, or there is no <c>/proc</c>.</summary>
    Elsewhere,
}

/// <summary>What binfmt_misc says of itself.</summary>
/// <param name="Mount">Whether there is one.</param>
/// <param name="IsEnabled">Whether it does anything; false where it is disabled as a whole.</param>
/// <param name="Handlers">Its handlers that go by magic, those that the kernel asks first before others.</param>
internal sealed record BinfmtStatus(BinfmtMount Mount, bool IsEnabled, IReadOnlyList<BinfmtHandler> Handlers)
{
    /// <summary>The handler that the kernel would start for a file, else one that is disabled, else null.</summary>
    public BinfmtHandler? Find(ReadOnlySpan<byte> file)
    {
        BinfmtHandler? disabled = null;
        foreach (var handler in Handlers)
        {
            if (handler.Takes(file))
            {
                if (handler.IsEnabled)
                {
                    return handler;
                }

                disabled ??= handler;
            }
        }

        return disabled;
    }
}

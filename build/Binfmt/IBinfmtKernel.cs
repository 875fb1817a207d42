namespace BusyboxGlibc.Binfmt;

/// <summary>The kernel's binfmt_misc.</summary>
internal interface IBinfmtKernel
{
    /// <summary>Reads the current state.</summary>
    BinfmtStatus Read();

    /// <summary>Writes to one of its files with a single write, as required.</summary>
    /// <param name="file">The file's name: a handler's, <c>status</c> or <c>register</c>.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="IOException">The kernel did not accept the text.</exception>
    /// <exception cref="UnauthorizedAccessException">Writing requires root.</exception>
    void Write(string file, string text);
}

/// <summary>Whether binfmt_misc is available.</summary>
internal enum BinfmtMount
{
    /// <summary>It is mounted.</summary>
    Mounted,

    /// <summary>The kernel supports it, but it is not mounted where this process looks.</summary>
    NotMounted,

    /// <summary>The kernel does not support it.</summary>
    None,

    /// <summary>This is not Linux, or there is no <c>/proc</c>.</summary>
    Elsewhere,
}

/// <summary>The state of binfmt_misc.</summary>
/// <param name="Mount">Whether it is available.</param>
/// <param name="IsEnabled">Whether it is enabled; false if it is disabled as a whole.</param>
/// <param name="Handlers">Its handlers that match by magic, in the order in which the kernel tries them.</param>
internal sealed record BinfmtStatus(BinfmtMount Mount, bool IsEnabled, IReadOnlyList<BinfmtHandler> Handlers)
{
    /// <summary>Returns the handler that the kernel would use for a file, otherwise a disabled one, otherwise null.</summary>
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

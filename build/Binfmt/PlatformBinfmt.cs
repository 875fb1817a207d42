using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>How programs of a platform run on this machine.</summary>
internal enum BinfmtState
{
    /// <summary>Natively.</summary>
    Native,

    /// <summary>With an emulator, also in containers.</summary>
    Emulated,

    /// <summary>Not at all, or not in containers.</summary>
    Unavailable,

    /// <summary>This cannot be determined here.</summary>
    Unknown,
}

/// <summary>What prevents programs of a platform from running.</summary>
internal enum BinfmtGap
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The kernel does not support binfmt_misc.</summary>
    NoBinfmt,

    /// <summary>binfmt_misc is not mounted.</summary>
    NotMounted,

    /// <summary>binfmt_misc is disabled completely.</summary>
    AllDisabled,

    /// <summary>No handler matches them.</summary>
    NoHandler,

    /// <summary>The handler is disabled.</summary>
    Disabled,

    /// <summary>The handler's interpreter does not exist.</summary>
    NoInterpreter,

    /// <summary>They run, but the handler has no F flag, so the interpreter is not available in containers.</summary>
    NotForContainers,

    /// <summary>The program was started and did not end as expected.</summary>
    Failed,
}

/// <summary>The state of one platform on this machine.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="State">How its programs run.</param>
/// <param name="Gap">What prevents them from running.</param>
/// <param name="Handler">The handler that matches them, if any.</param>
/// <param name="Reason">The gap as text; empty if there is none.</param>
internal sealed record PlatformBinfmt(Platform Platform, BinfmtState State, BinfmtGap Gap = BinfmtGap.None, BinfmtHandler? Handler = null, string Reason = "");

/// <summary>The state of all platforms on this machine.</summary>
/// <param name="Status">The state of binfmt_misc.</param>
/// <param name="Platforms">The requested platforms, in order.</param>
internal sealed record BinfmtReport(BinfmtStatus Status, IReadOnlyList<PlatformBinfmt> Platforms)
{
    /// <summary>The platforms whose programs do not run.</summary>
    public IReadOnlyList<PlatformBinfmt> Gaps => [.. Platforms.Where(platform => platform.State == BinfmtState.Unavailable)];
}

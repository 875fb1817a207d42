using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>How programs of a platform run on this machine.</summary>
internal enum BinfmtState
{
    /// <summary>By its own processor.</summary>
    Native,

    /// <summary>By an emulator, in containers too.</summary>
    Emulated,

    /// <summary>Not at all, or not in containers.</summary>
    Unavailable,

    /// <summary>Nothing can be said from here.</summary>
    Unknown,
}

/// <summary>What keeps programs of a platform from running.</summary>
internal enum BinfmtGap
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The kernel has no binfmt_misc.</summary>
    NoBinfmt,

    /// <summary>binfmt_misc is not mounted.</summary>
    NotMounted,

    /// <summary>binfmt_misc is disabled as a whole.</summary>
    AllDisabled,

    /// <summary>No handler takes them.</summary>
    NoHandler,

    /// <summary>The handler is disabled.</summary>
    Disabled,

    /// <summary>The handler's interpreter is not there.</summary>
    NoInterpreter,

    /// <summary>They run, but the handler has no F flag, so that containers do not see the interpreter.</summary>
    NotForContainers,

    /// <summary>The program was started and did not end as it should.</summary>
    Failed,
}

/// <summary>One platform on this machine.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="State">How its programs run.</param>
/// <param name="Gap">What keeps them from it.</param>
/// <param name="Handler">The handler that takes them, where one does.</param>
/// <param name="Reason">The gap in words; empty where there is none.</param>
internal sealed record PlatformBinfmt(Platform Platform, BinfmtState State, BinfmtGap Gap = BinfmtGap.None, BinfmtHandler? Handler = null, string Reason = "");

/// <summary>All platforms on this machine.</summary>
/// <param name="Status">What binfmt_misc says of itself.</param>
/// <param name="Platforms">The platforms asked for, in order.</param>
internal sealed record BinfmtReport(BinfmtStatus Status, IReadOnlyList<PlatformBinfmt> Platforms)
{
    /// <summary>The platforms whose programs do not run.</summary>
    public IReadOnlyList<PlatformBinfmt> Gaps => [.. Platforms.Where(platform => platform.State == BinfmtState.Unavailable)];
}

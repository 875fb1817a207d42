using System.Runtime.InteropServices;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>
/// Determines how programs of each platform run on this machine: a real program is executed, and binfmt_misc is read to find its handler. A handler
/// is found by the bytes it matches, never by its name.
/// </summary>
/// <param name="kernel">Accesses binfmt_misc.</param>
/// <param name="tries">Runs a program of a platform: returns null if it ran, otherwise the error.</param>
/// <param name="machine">This machine's processor.</param>
/// <param name="exists">Whether a file exists.</param>
internal sealed class BinfmtCheck(IBinfmtKernel kernel, Func<Platform, CancellationToken, Task<string?>> tries, Architecture machine, Predicate<string> exists)
{
    /// <summary>Checks the platforms.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<BinfmtReport> LookAsync(IReadOnlyList<Platform> platforms, CancellationToken cancellation)
    {
        var status = kernel.Read();
        var rows = new List<PlatformBinfmt>();
        foreach (var platform in platforms)
        {
            rows.Add(status.Mount == BinfmtMount.Elsewhere
                ? new PlatformBinfmt(platform, BinfmtState.Unknown, Reason: "unknown here: not Linux, or no /proc; Docker Desktop has its own emulators")
                : Judge(platform, status, await tries(platform, cancellation)));
        }

        return new BinfmtReport(status, rows);
    }

    private PlatformBinfmt Judge(Platform platform, BinfmtStatus status, string? fault)
    {
        var handler = status.Find(TinyProgram.For(platform));
        var isTaken = handler is { IsEnabled: true } && status.IsEnabled;
        if (fault is null)
        {
            return isTaken switch
            {
                true when handler!.IsForContainers => new PlatformBinfmt(platform, BinfmtState.Emulated, Handler: handler),
                true => new PlatformBinfmt(
                    platform, BinfmtState.Unavailable, BinfmtGap.NotForContainers, handler, $"the handler {handler!.ShownName} has no F flag: its programs run here, but not in containers, which cannot see {handler.ShownInterpreter}"),
                false => new PlatformBinfmt(platform, IsFamily(platform) ? BinfmtState.Native : BinfmtState.Emulated),
            };
        }

        var (gap, reason) = isTaken ? OfHandler(handler!, fault) : OfStatus(platform, status, handler, fault);
        return new PlatformBinfmt(platform, BinfmtState.Unavailable, gap, handler, reason);
    }

    private (BinfmtGap Gap, string Reason) OfHandler(BinfmtHandler handler, string fault) =>
        !handler.IsForContainers && !exists(handler.Interpreter)
            ? (BinfmtGap.NoInterpreter, $"the handler {handler.ShownName} starts {handler.ShownInterpreter}, which does not exist")
            : (BinfmtGap.Failed, $"a program was started with {handler.ShownInterpreter} and failed: {fault}");

    private (BinfmtGap Gap, string Reason) OfStatus(Platform platform, BinfmtStatus status, BinfmtHandler? handler, string fault) => status switch
    {
        _ when IsOwn(platform) => (BinfmtGap.Failed, $"a program for this machine's own processor failed: {fault}"),
        { Mount: BinfmtMount.None } => (BinfmtGap.NoBinfmt, "this kernel has no binfmt_misc, or its module is not loaded"),
        { Mount: BinfmtMount.NotMounted } => (BinfmtGap.NotMounted, "binfmt_misc is not mounted"),
        { IsEnabled: false } => (BinfmtGap.AllDisabled, "binfmt_misc is disabled completely"),
        _ when handler is not null => (BinfmtGap.Disabled, $"the handler {handler.ShownName} is disabled"),
        _ => (BinfmtGap.NoHandler, IsFamily(platform) ? $"no handler, and this kernel does not run it by itself: {fault}" : "no handler"),
    };

    private bool IsOwn(Platform platform) => Family is [var first, ..] && first == platform.Architecture;

    private bool IsFamily(Platform platform) => Family.Contains(platform.Architecture);

    // OCI architectures that the processor may run natively, its own first; a trial shows whether kernel and processor do.
    private string[] Family => machine switch
    {
        Architecture.X64 => ["amd64", "386"],
        Architecture.X86 => ["386"],
        Architecture.Arm64 => ["arm64", "arm"],
        Architecture.Arm or Architecture.Armv6 => ["arm"],
        Architecture.Ppc64le => ["ppc64le"],
        Architecture.RiscV64 => ["riscv64"],
        Architecture.LoongArch64 => ["loong64"],
        Architecture.S390x => ["s390x"],
        _ => [],
    };
}

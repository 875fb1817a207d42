using System.Runtime.InteropServices;
using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Tests.Foundation.Processes;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed partial class InterruptionTests
{
    [Test]
    public void TheFirstSignalCancelsAndTheSecondEndsTheProcess()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("sends POSIX signals");
        }

        using var ended = new ManualResetEventSlim();
        var code = 0;
        using var interruption = Interruption.OnSignals(given =>
        {
            code = given;
            ended.Set();
        });
        Assert.That(interruption.Requested, Is.False);
        _ = Kill(Environment.ProcessId, 15);
        Assert.That(interruption.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(10)), Is.True);
        Assert.That(ended.IsSet, Is.False);
        _ = Kill(Environment.ProcessId, 15);
        Assert.That(ended.Wait(TimeSpan.FromSeconds(10)), Is.True);
        Assert.That(code, Is.EqualTo(130));
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

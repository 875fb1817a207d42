using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.Faults;

/// <summary>One undisturbed run before all of these tests: it fills the cache they start from and says what is right.</summary>
[SetUpFixture]
internal sealed class FaultSetUp
{
    /// <summary>The cache that no test damages.</summary>
    public static string Cache => RealSuite.Cache;

    /// <summary>The index of linux/amd64 as an undisturbed run makes it.</summary>
    public static string IndexDigest { get; private set; } = string.Empty;

    /// <summary>The repository's lock with Debian's BusyBox in it; null until it is made.</summary>
    public static string? Lock { get; private set; }

    [OneTimeSetUp]
    public async Task RunOnceUndisturbedAsync()
    {
        await RealSuite.RequireAsync();
        using var project = new FaultProject();
        project.Run("--target=Restore").Succeeded();
        Lock = project.LockText;
        IndexDigest = project.Run("--locked").Succeeded().IndexDigest;

        Assert.That(project.Packages().Select(package => FaultProject.FileOf(package, Cache)), Has.All.Exist);
        project.IsClean();
    }
}

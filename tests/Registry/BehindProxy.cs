namespace BusyboxGlibc.Tests.Registry;

/// <summary>Tests on one real registry, each behind a proxy and with images of its own.</summary>
internal abstract class BehindProxy
{
    private protected RealRegistry Registry { get; private set; } = null!;

    private protected RegistryImages Images { get; private set; } = null!;

    private protected FaultyProxy Proxy { get; private set; } = null!;

    /// <summary>A repository of the test's own.</summary>
    private protected static string Repository => $"acme/{TestContext.CurrentContext.Test.ID.Replace('-', '_')}/busybox";

    [OneTimeSetUp]
    public void Start() => Registry = new RealRegistry();

    [OneTimeTearDown]
    public void Stop() => Registry.Dispose();

    [SetUp]
    public void Make()
    {
        Images = new RegistryImages();
        Proxy = new FaultyProxy(Registry.Port);
    }

    [TearDown]
    public void Remove()
    {
        Proxy.Dispose();
        Images.Dispose();
    }
}

using BusyboxGlibc.Configuration;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Tests on a registry that plays others, one for each test.</summary>
internal abstract class PlayedTests
{
    private protected const string Repository = "acme/busybox";

    private protected PlayingRegistry Registry { get; private set; } = null!;

    private protected RegistryImages Images { get; private set; } = null!;

    private protected ToldBoard Board { get; private set; } = null!;

    [SetUp]
    public void Start()
    {
        Registry = new PlayingRegistry();
        Images = new RegistryImages();
        Board = new ToldBoard();
    }

    [TearDown]
    public void Stop()
    {
        Registry.Dispose();
        Images.Dispose();
    }

    private protected PublishPlace Place(string suffix = "") => RegistryImages.Place(Registry.Name, Repository + suffix);

    private protected async Task<PublishedImage> PushAsync(OciLayoutReader layout, RegistryPolicy? policy = null, MediaTypeChoice mediaTypes = MediaTypeChoice.Auto) =>
        (await RegistryImages.Publisher(layout, policy: policy, board: Board, mediaTypes: mediaTypes).PushAsync([Place()], CancellationToken.None))[0];

    /// <summary>Has skopeo, which shares no code with us, find and pull the image there.</summary>
    private protected async Task IsPublishedAsync(OciLayoutReader layout, string suffix = "", bool pulls = true)
    {
        await Task.Delay(Registry.Lag);
        foreach (var tag in new[] { "glibc", "1.38.0-glibc-debian13", RegistryImages.Dated(layout) })
        {
            Assert.That(OciDigest.Of(Registry.Tagged(Repository + suffix, tag).Content), Is.EqualTo(layout.Index.Digest), tag);
        }

        if (pulls)
        {
            await Images.PullAsync($"{Registry.Name}/{Repository}{suffix}:glibc");
        }
    }
}

using System.Collections.Concurrent;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>What progress says of a push is what was sent.</summary>
[Category(Categories.Integration)]
internal sealed class PushProgressTests : BehindProxy
{
    [Test]
    public async Task OnlyWhatIsSentCounts()
    {
        var layout = Images.Make(size: 300_000);
        var first = new Board();
        var published = await PushAsync(first, layout, RegistryImages.Place(Registry.Name, Repository));
        Assert.That(published[0].UploadedBytes, Is.GreaterThan(0));
        Assert.That((first.Line.Amount, first.Line.Total, first.Line.Outcome), Is.EqualTo((published[0].UploadedBytes, published[0].UploadedBytes, (string?)null)));

        var again = new Board();
        published = await PushAsync(again, layout, RegistryImages.Place(Registry.Name, Repository));
        Assert.That((published[0].UploadedBytes, again.Line.Amount, again.Line.Total), Is.EqualTo((0, 0, 0)));
        Assert.That(again.Line.Outcome, Does.Contain("nothing to upload"));
    }

    [Test]
    public async Task WhatIsMountedIsNotSent()
    {
        var layout = Images.Make();
        var board = new Board();
        var published = await PushAsync(board, layout, RegistryImages.Place(Registry.Name, Repository), RegistryImages.Place(Registry.Name, $"{Repository}/second"));
        Assert.That(published.Select(image => image.UploadedBytes > 0), Is.EqualTo(new[] { true, false }));
        var second = board.Lines.Single(line => line.Label.EndsWith("/second", StringComparison.Ordinal) && line.Label.StartsWith("push to ", StringComparison.Ordinal));
        Assert.That((second.Amount, second.Total), Is.EqualTo((0, 0)));
    }

    private static Task<IReadOnlyList<PublishedImage>> PushAsync(Board board, BusyboxGlibc.Oci.Layout.OciLayoutReader layout, params PublishPlace[] places) => new Publisher(
        layout, ImageTags.Of(ImageIdentity.Of(layout), layout.Index.Digest, []), forceTag: false, host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, board).PushAsync(places, CancellationToken.None);

    private sealed class Board : IProgressBoard
    {
        public ConcurrentQueue<Line> Lines { get; } = [];

        /// <summary>The line of the push.</summary>
        public Line Line => Lines.Single(line => line.Label.StartsWith("push to ", StringComparison.Ordinal));

        public IProgressLine Begin(string label, long? total, ProgressUnit unit)
        {
            var line = new Line(label, total ?? 0);
            Lines.Enqueue(line);
            return line;
        }

        public void Note(string text)
        {
        }

        public void Warn(string text)
        {
        }
    }

    private sealed class Line(string label, long total) : IProgressLine
    {
        public void Enter(string phase, bool counts = false)
        {
        }

        private long _amount;
        private long _whole = total;

        public string Label => label;

        public long Amount => _amount;

        public long Total => _whole;

        public string? Outcome { get; private set; }

        public void Add(long more) => Interlocked.Add(ref _amount, more);

        public void SetTotal(long other) => Interlocked.Exchange(ref _whole, other);

        public void Done(string? outcome = null) => Outcome = outcome;

        public void Dispose()
        {
        }
    }
}

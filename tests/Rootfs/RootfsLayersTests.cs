using BusyboxGlibc.Rootfs;
using static BusyboxGlibc.Tests.Rootfs.Trees;

namespace BusyboxGlibc.Tests.Rootfs;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RootfsLayersTests
{
    [Test]
    public void WhatALayerBringsTakesThePlaceOfWhatWasThere()
    {
        var tree = RootfsLayers.Apply(
            Of(File("a", "old"), Folder("d"), File("d/x"), File("f", "file"), Link("l", "a")), Of(File("a", "new"), File("d", "now a file"), Folder("f"), File("f/y"), File("l", "now a file")));
        Assert.That(tree.Paths(), Is.EqualTo(new[] { "a", "d", "f", "f/y", "l" }));
        Assert.That((tree.Text("a"), tree.Text("d"), tree.Text("l")), Is.EqualTo(("new", "now a file", "now a file")));
    }

    [Test]
    public void WhiteoutsTakeAway()
    {
        var lower = Of(File("a"), Folder("d"), File("d/x"), File("d/y"), Folder("o"), File("o/1"), Folder("o/2"), File("o/2/3"));
        var tree = RootfsLayers.Apply(lower, Of(File(".wh.a"), File("d/.wh.x"), Folder("o"), File("o/.wh..wh..opq"), File("o/new"), File(".wh.never-there")));
        Assert.That(tree.Paths(), Is.EqualTo(new[] { "d", "d/y", "o", "o/new" }));
    }

    [Test]
    public void AFileLivesOnUnderItsOtherName()
    {
        var tree = RootfsLayers.Apply(Of(File("a", "text"), Hard("b", "a"), Hard("c", "a")), Of(File(".wh.a")));
        Assert.That(tree.Paths(), Is.EqualTo(new[] { "b", "c" }));
        Assert.That((tree.Text("b"), tree.Text("c")), Is.EqualTo(("text", "text")));
    }

    [Test]
    public void AFolderKeepsItsTimeUnlessItIsAnother()
    {
        var lower = Of(Folder("d") with { ModificationTime = 5 }, Folder("m") with { ModificationTime = 5 });
        var tree = RootfsLayers.Apply(lower, Of(Folder("d") with { ModificationTime = 9 }, File("d/new"), Folder("m", 0x1C0) with { ModificationTime = 9 }));
        Assert.That(tree.Entries.Where(entry => entry.Type == RootfsEntryType.Directory).Select(entry => (entry.Path, entry.ModificationTime)), Is.EqualTo(new[] { ("d", 5L), ("m", 9L) }));
    }

    [Test]
    public void AFolderThatALayerOnlyNamesInPathsStaysAsItWas()
    {
        var tree = RootfsLayers.Apply(Of(Folder("tmp", 0x3FF)), Of(File("tmp/x")));
        Assert.That(tree.Entries.Single(entry => entry.Path == "tmp").Mode, Is.EqualTo(0x3FF));
    }
}

using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Tests.Formats.Elf;

/// <summary>Files that lie elsewhere, of which only tables are held: they say the same as when they are held whole.</summary>
[Category(Categories.Unit)]
internal sealed class LazyFilesTests
{
    [Test]
    public void TheySayTheSame()
    {
        foreach (var path in HostFiles.Some(60))
        {
            var bytes = File.ReadAllBytes(path);
            var whole = ElfFile.Read(bytes, path);
            var lazy = ElfFile.Read(LazyBytes.Of(bytes.Length, () => bytes), path);
            Assert.That(lazy.Exports.List(), Is.EqualTo(whole.Exports.List()), path);
            Assert.That(lazy.UndefinedSymbols, Is.EqualTo(whole.UndefinedSymbols), path);
            Assert.That(lazy.VersionNeeds, Is.EqualTo(whole.VersionNeeds), path);
            Assert.That(lazy.VersionDefinitions, Is.EqualTo(whole.VersionDefinitions), path);
            Assert.That((lazy.Soname, lazy.Interpreter, lazy.X86IsaLevel, lazy.Identity), Is.EqualTo((whole.Soname, whole.Interpreter, whole.X86IsaLevel, whole.Identity)), path);
            foreach (var export in whole.Exports.List().Take(200))
            {
                Assert.That(lazy.Exports.Defines(export.Name, export.Version), path);
            }

            Assert.That(lazy.Exports.Defines("no_such_symbol_anywhere"), Is.False);
        }
    }

    [Test]
    public void OneSourceIsReadOnceWhateverItIsCalled()
    {
        var reads = 0;
        var bytes = File.ReadAllBytes(HostFiles.Some(1).First());
        var source = LazyBytes.Of(bytes.Length, () =>
        {
            reads++;
            return bytes.ToArray();
        });
        Assert.That(ElfFile.IsElf(source));
        var first = ElfFile.Read(source, "first");
        GC.Collect();
        var second = ElfFile.Read(source, "second");
        Assert.That((first.Name, second.Name), Is.EqualTo(("first", "second")));
        Assert.That(second.Needed, Is.EqualTo(first.Needed));
        Assert.That(reads, Is.EqualTo(1));
    }

    [Test]
    public void ADamagedOneSaysWhatItIsCalledEachTime()
    {
        byte[] bytes = [.. "\u007fELF"u8, .. new byte[60]];
        var source = LazyBytes.Of(bytes.Length, () => bytes);
        foreach (var name in new[] { "one", "two" })
        {
            Assert.That(() => ElfFile.Read(source, name), Throws.TypeOf<ElfException>().With.Message.StartsWith(name));
        }
    }
}

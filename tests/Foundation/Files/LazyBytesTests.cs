using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Tests.Foundation.Files;

[Category(Categories.Unit)]
internal sealed class LazyBytesTests
{
    [Test]
    public void BytesAreReadWhenTheyAreLookedAtAndNotBefore()
    {
        var reads = 0;
        var memory = LazyBytes.Of(3, () =>
        {
            reads++;
            return [1, 2, 3];
        });
        Assert.That(memory.Length, Is.EqualTo(3));
        Assert.That(reads, Is.Zero);
        Assert.That(memory.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(memory[1..].Span[0], Is.EqualTo(2));
    }

    [Test]
    public void WhatNobodyHoldsIsGivenBackAndReadAnew()
    {
        var reads = 0;
        var memory = LazyBytes.Of(1 << 20, () =>
        {
            reads++;
            return new byte[1 << 20];
        });
        Look(memory);
        GC.Collect();
        Look(memory);
        Assert.That(reads, Is.EqualTo(2));
        var held = LazyBytes.Loaded(memory[10..20]);
        GC.Collect();
        Assert.That(held.Length, Is.EqualTo(10));
        Look(memory);
        Assert.That(reads, Is.EqualTo(2), "what is held is not read again");
        GC.KeepAlive(held);
    }

    [Test]
    public void TheHeadAndSamenessNeedNoSecondRead()
    {
        var reads = 0;
        var memory = LazyBytes.Of(100, () =>
        {
            reads++;
            return [.. Enumerable.Range(0, 100).Select(number => (byte)number)];
        });
        Assert.That(LazyBytes.AreEqual(memory, memory));
        Assert.That(reads, Is.Zero);
        Assert.That(LazyBytes.Head(memory).ToArray(), Is.EqualTo(Enumerable.Range(0, 16)));
        GC.Collect();
        Assert.That(LazyBytes.Head(memory).ToArray(), Is.EqualTo(Enumerable.Range(0, 16)));
        Assert.That(reads, Is.EqualTo(1));
        Assert.That(LazyBytes.Head(memory[1..]).ToArray(), Is.EqualTo(Enumerable.Range(1, 16)), "a part has a head of its own");
        Assert.That(LazyBytes.Head(new byte[] { 7 }).ToArray(), Is.EqualTo(new byte[] { 7 }));
        Assert.That(LazyBytes.AreEqual(memory[1..], memory[..^1]), Is.False);
        Assert.That(LazyBytes.AreEqual(memory, memory.ToArray()));
    }

    [Test]
    public void ItCanBePinnedAndTakenAsAnArray()
    {
        var memory = LazyBytes.Of(3, () => [1, 2, 3]);
        using (var pin = memory[1..].Pin())
        {
            unsafe
            {
                Assert.That(Marshal.ReadByte((nint)pin.Pointer), Is.EqualTo(2));
            }
        }

        Assert.That(MemoryMarshal.TryGetArray(memory[1..], out var part));
        Assert.That(part, Is.EqualTo(new byte[] { 2, 3 }));
    }

    [Test]
    public void AnotherNumberOfBytesIsAnError() =>
        Assert.That(() => LazyBytes.Of(3, () => [1, 2]).Span.Length, Throws.TypeOf<InvalidDataException>());

    [Test]
    public void NothingIsNeverRead() => Assert.That(LazyBytes.Of(0, () => throw new InvalidOperationException()).IsEmpty);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Look(ReadOnlyMemory<byte> memory) => Assert.That(memory.Span[^1], Is.Zero);
}

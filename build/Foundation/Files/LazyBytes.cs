using System.Buffers;
using System.Runtime.InteropServices;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// Bytes that lie elsewhere, on disk mostly, behind a plain <see cref="ReadOnlyMemory{T}"/>: they are read when they are first looked
/// at, and once nobody holds them the garbage collector may take them, after which they are read again. Thread-safe. Code that looks at
/// the same bytes many times takes them by <see cref="Loaded"/> first.
/// </summary>
internal sealed class LazyBytes : MemoryManager<byte>
{
    private const int HeadBytes = 16;

    private readonly int _length;
    private readonly Func<byte[]> _read;
    private WeakReference<byte[]>? _last;
    private byte[]? _head;

    private LazyBytes(int length, Func<byte[]> read) => (_length, _read) = (length, read);

    /// <inheritdoc/>
    public override Memory<byte> Memory => CreateMemory(_length);

    /// <summary>Memory of that many bytes.</summary>
    /// <param name="length">How many.</param>
    /// <param name="read">Gives them, always the same ones, exactly so many; its exceptions reach the code that looks at the bytes.</param>
    public static ReadOnlyMemory<byte> Of(int length, Func<byte[]> read) => length == 0 ? default : new LazyBytes(length, read).Memory;

    /// <summary>The same bytes, held in memory as long as the result is.</summary>
    public static ReadOnlyMemory<byte> Loaded(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetMemoryManager<byte, LazyBytes>(memory, out var lazy, out var start, out var count) ? lazy.Bytes().AsMemory(start, count) : memory;

    /// <summary>The first bytes, up to 16 of them: what a kind of file is told by, without reading the whole again.</summary>
    public static ReadOnlySpan<byte> Head(ReadOnlyMemory<byte> memory)
    {
        if (Whole(memory) is not { } lazy)
        {
            return memory.Span[..Math.Min(memory.Length, HeadBytes)];
        }

        if (lazy._head is null)
        {
            lazy.Bytes();
        }

        return lazy._head;
    }

    /// <summary>Whether two contents are the same; what is one and the same source is not read for it.</summary>
    public static bool AreEqual(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) =>
        left.Equals(right) || (left.Length == right.Length && left.Span.SequenceEqual(right.Span));

    /// <summary>What gives the bytes, as long as they are the same ones; null where they are in memory, or only a part is meant.</summary>
    internal static LazyBytes? Whole(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetMemoryManager<byte, LazyBytes>(memory, out var lazy, out _, out var count) && count == lazy._length ? lazy : null;

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => Bytes();

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => Bytes().AsMemory(elementIndex).Pin();

    /// <inheritdoc/>
    public override void Unpin()
    {
        // What Pin gave pins the array and ends by itself.
    }

    /// <inheritdoc/>
    protected override bool TryGetArray(out ArraySegment<byte> segment)
    {
        segment = Bytes();
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // It holds nothing that must be given back.
    }

    private byte[] Bytes()
    {
        if (_last is { } reference && reference.TryGetTarget(out var bytes))
        {
            return bytes;
        }

        bytes = _read();
        if (bytes.Length != _length)
        {
            throw new InvalidDataException($"{bytes.Length} bytes were read where {_length} should be");
        }

        _head ??= bytes[..Math.Min(bytes.Length, HeadBytes)];
        _last = new WeakReference<byte[]>(bytes);
        return bytes;
    }
}

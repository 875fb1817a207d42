using System.Buffers;
using System.Runtime.InteropServices;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// Bytes that are stored elsewhere, usually on disk, behind a plain <see cref="ReadOnlyMemory{T}"/>: they are read on first
/// access; when they are no longer referenced, the garbage collector may free them, and they are read again on the next access. Thread-safe. Code that reads
/// the same bytes many times calls <see cref="Loaded"/> first.
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

    /// <summary>Memory of the given length.</summary>
    /// <param name="length">The number of bytes.</param>
    /// <param name="read">Returns the bytes, always the same ones and exactly this many; its exceptions reach the code that accesses the bytes.</param>
    public static ReadOnlyMemory<byte> Of(int length, Func<byte[]> read) => length == 0 ? default : new LazyBytes(length, read).Memory;

    /// <summary>The same bytes, kept in memory as long as the result is referenced.</summary>
    public static ReadOnlyMemory<byte> Loaded(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetMemoryManager<byte, LazyBytes>(memory, out var lazy, out var start, out var count) ? lazy.Bytes().AsMemory(start, count) : memory;

    /// <summary>The first bytes, at most 16: enough to detect a file type without reading everything again.</summary>
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

    /// <summary>Whether two contents are equal; contents with the same source are not read.</summary>
    public static bool AreEqual(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) =>
        left.Equals(right) || (left.Length == right.Length && left.Span.SequenceEqual(right.Span));

    /// <summary>The source of the bytes, if they are all of its bytes; null if they are in memory, or are only a part.</summary>
    internal static LazyBytes? Whole(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetMemoryManager<byte, LazyBytes>(memory, out var lazy, out _, out var count) && count == lazy._length ? lazy : null;

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => Bytes();

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => Bytes().AsMemory(elementIndex).Pin();

    /// <inheritdoc/>
    public override void Unpin()
    {
        // The handle from Pin pins the array and releases it itself.
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
        // There are no resources to release.
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
            throw new InvalidDataException($"{bytes.Length} bytes were read, {_length} were expected");
        }

        _head ??= bytes[..Math.Min(bytes.Length, HeadBytes)];
        _last = new WeakReference<byte[]>(bytes);
        return bytes;
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// Writes a <see cref="PartsFile"/>, completely or not at all. If the folder is not writable or the disk is full, this is not an error:
/// nothing is stored then.
/// </summary>
internal sealed class PartsFileWriter : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly long _limit;
    private readonly List<(int Length, byte[] Sha256)> _parts = [];
    private FileStream? _stream;

    /// <summary>Starts a file.</summary>
    /// <param name="path">The file; its folder is created.</param>
    /// <param name="limit">The maximum total size of its parts in bytes; a larger file is not stored.</param>
    public PartsFileWriter(string path, long limit)
    {
        _path = path;
        _limit = limit;
        _temporary = AtomicFile.TemporaryFor(path);
        Try(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        });
    }

    /// <summary>Adds a part.</summary>
    /// <returns>Its number.</returns>
    public int Add(ReadOnlySpan<byte> content)
    {
        _parts.Add((content.Length, _stream is null ? [] : SHA256.HashData(content)));
        if (_stream is not null)
        {
            try
            {
                _stream.Write(content);
                if (_stream.Position > _limit)
                {
                    GiveUp();
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                GiveUp();
            }
        }

        return _parts.Count - 1;
    }

    /// <summary>Writes the table and renames the file to its final name.</summary>
    /// <param name="head">Writes a description of the parts.</param>
    public void Complete(Action<BinaryWriter> head)
    {
        if (_stream is null)
        {
            return;
        }

        Try(() =>
        {
            using var table = new MemoryStream();
            using var writer = new BinaryWriter(table, CheckedFile.Text);
            writer.Write(_parts.Count);
            foreach (var (length, sha256) in _parts)
            {
                writer.Write(length);
                writer.Write(sha256);
            }

            head(writer);
            writer.Flush();
            Span<byte> size = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(size, (int)table.Length);
            table.WriteTo(_stream);
            _stream.Write(size);
            _stream.Write(SHA256.HashData(table.GetBuffer().AsSpan(0, (int)table.Length)));
            _stream.Dispose();
            _stream = null;
            File.Move(_temporary, _path, overwrite: true);
        });
    }

    /// <summary>Deletes the file if it was not completed.</summary>
    public void Dispose() => GiveUp();

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Text.EncoderFallbackException)
        {
            GiveUp();
        }
    }

    private void GiveUp()
    {
        try
        {
            _stream?.Dispose();
        }
        catch (IOException)
        {
            // Data that was not written yet is no longer needed.
        }

        _stream = null;
        AtomicFile.Discard(_temporary);
    }
}

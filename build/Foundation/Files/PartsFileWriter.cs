using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// Writes a <see cref="PartsFile"/>, whole or not at all. A folder that cannot be written to, or a full disk, is not worth failing for:
/// nothing is kept then.
/// </summary>
internal sealed class PartsFileWriter : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly long _limit;
    private readonly List<(int Length, byte[] Sha256)> _parts = [];
    private FileStream? _stream;

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="limit">The most bytes its parts may have together; a larger one is not kept.</param>
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

    /// <summary>Writes the table and gives the file its name.</summary>
    /// <param name="head">Says what the parts are.</param>
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

    /// <summary>Leaves nothing behind of what was not completed.</summary>
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
            // What was not written yet is not wanted any more.
        }

        _stream = null;
        AtomicFile.Discard(_temporary);
    }
}

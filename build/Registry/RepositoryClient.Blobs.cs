using System.IO.Compression;
using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry;

/// <content>Reads blobs.</content>
internal sealed partial class RepositoryClient
{
    /// <summary>Reads a blob and verifies its digest; its content is not kept.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="received">Called with the number of bytes of each chunk; a negative number for bytes that have to be read again.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>Whether the blob exists.</returns>
    /// <exception cref="RegistryException">The content does not match the digest.</exception>
    public async Task<bool> CheckBlobAsync(OciDescriptor blob, Action<long> received, CancellationToken cancellation)
    {
        var path = $"blobs/{blob.Digest}";
        var digest = await ReadAsync(path, [], (response, stall) => HashAsync(response, blob, received, stall), cancellation);
        return digest is null || digest == blob.Digest ? digest is not null : throw Wrong(path, digest);
    }

    /// <summary>Reads a blob into a file, which exists only if the digest is right.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="file">The file's path.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">The blob does not exist, or its content does not match the digest.</exception>
    public async Task DownloadAsync(OciDescriptor blob, string file, CancellationToken cancellation)
    {
        var path = $"blobs/{blob.Digest}";
        var temporary = AtomicFile.TemporaryFor(file);
        try
        {
            var digest = await ReadAsync(
                path,
                [],
                async (response, stall) =>
                {
                    await using var target = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None);
                    return await HashAsync(response, blob, static _ => { }, stall, target);
                },
                cancellation) ?? throw Missing(path);
            if (digest != blob.Digest)
            {
                throw Wrong(path, digest);
            }

            File.Move(temporary, file, overwrite: true);
        }
        finally
        {
            AtomicFile.Discard(temporary);
        }
    }

    /// <summary>Copies a blob into a stream; the caller verifies its digest.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="target">Writable and seekable; emptied before the first byte is written.</param>
    /// <param name="received">Called with the number of bytes of each chunk; a negative number for bytes that have to be read again.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>Whether the blob exists.</returns>
    /// <exception cref="RegistryException">The blob cannot be read, or has another size.</exception>
    public async Task<bool> CopyBlobAsync(OciDescriptor blob, Stream target, Action<long> received, CancellationToken cancellation) => await ReadAsync(
        $"blobs/{blob.Digest}",
        [],
        (response, stall) =>
        {
            target.SetLength(0);
            return HashAsync(response, blob, received, stall, target);
        },
        cancellation) is not null;

    /// <summary>Reads a blob into memory.</summary>
    /// <param name="blob">The blob; its size is the caller's to limit.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">The blob does not exist, or its content does not match the digest.</exception>
    public async Task<byte[]> ReadBlobAsync(OciDescriptor blob, CancellationToken cancellation)
    {
        var path = $"blobs/{blob.Digest}";
        var read = await ReadAsync(
            path,
            [],
            async (response, stall) =>
            {
                using var content = new MemoryStream((int)blob.Size);
                var digest = await HashAsync(response, blob, static _ => { }, stall, content);
                return digest == blob.Digest ? content.ToArray() : throw Wrong(path, digest);
            },
            cancellation);
        return read ?? throw Missing(path);
    }

    private async Task<string> HashAsync(HttpResponseMessage response, OciDescriptor blob, Action<long> received, Stall stall, Stream? copy = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var sent = await response.Content.ReadAsStreamAsync(stall.Token);
        await using var stream = HttpAnswers.SaysGzip(response) && response.Content.Headers.ContentLength != blob.Size ? new GZipStream(sent, CompressionMode.Decompress) : sent;
        var buffer = new byte[ReadSize];
        var length = 0L;
        int count;
        try
        {
            while ((count = await stream.ReadAsync(buffer, stall.Token)) > 0)
            {
                stall.Moved();
                length += count;
                if (length > blob.Size)
                {
                    break;
                }

                hash.AppendData(buffer, 0, count);
                if (copy is not null)
                {
                    await copy.WriteAsync(buffer.AsMemory(0, count), stall.Token);
                }

                received(count);
            }
        }
        catch (InvalidDataException error)
        {
            received(-Math.Min(length, blob.Size));
            throw new IOException(error.Message, error);
        }
        catch
        {
            received(-Math.Min(length, blob.Size));
            throw;
        }

        return length == blob.Size ? OciDigest.FromHash(hash.GetHashAndReset()) : throw new RegistryException(
            $"{Name} contains something other than what was pushed", $"blobs/{blob.Digest}", $"it has {(length < blob.Size ? length : "more")} bytes instead of {blob.Size}");
    }
}

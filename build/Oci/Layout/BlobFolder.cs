namespace BusyboxGlibc.Oci.Layout;

/// <summary>The files of a layout, which is untrusted input: only regular files inside it are opened.</summary>
internal sealed class BlobFolder(string layout, LayoutLimits limits)
{
    /// <summary>The folder of the blobs.</summary>
    public string Blobs { get; } = Path.Combine(layout, OciLayoutFiles.Blobs, OciLayoutFiles.Sha256);

    /// <summary>The path of a blob.</summary>
    public string PathOf(OciDescriptor blob) => Path.Combine(Blobs, OciDigest.Hex(blob.Digest));

    /// <summary>Reads a small file of the layout by name.</summary>
    /// <exception cref="OciException">It is absent, a link, empty or too long.</exception>
    public byte[] ReadFile(string name)
    {
        var path = Path.Combine(layout, name);
        using var file = Open(path, null);
        return ReadAll(file, path);
    }

    /// <summary>Reads a JSON blob, and verifies its size and digest.</summary>
    /// <exception cref="OciException">It is absent, a link, too long, or does not match its descriptor.</exception>
    public byte[] ReadDocument(OciDescriptor blob)
    {
        var path = PathOf(blob);
        using var file = Open(blob);
        var content = ReadAll(file, path);
        var found = OciDigest.Of(content);
        return found == blob.Digest ? content : throw OciException.Damaged(path, $"its digest is {found}");
    }

    /// <summary>Opens a blob whose size matches its descriptor; the reader must verify the digest.</summary>
    /// <exception cref="OciException">It is absent, a link, or has another size.</exception>
    public FileStream Open(OciDescriptor blob) => Open(PathOf(blob), blob.Size);

    private static FileStream Open(string path, long? size)
    {
        try
        {
            RefuseLinks(path);
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                throw OciException.Damaged(path, Directory.Exists(path) ? "it is a folder" : "it is missing");
            }

            // Devices, pipes and sockets have no length, so none of them is ever opened: opening a pipe could block forever.
            if (file.Length == 0 || (size is not null && file.Length != size))
            {
                throw OciException.Damaged(path, size is null ? "it is empty" : $"its size is {file.Length}, not {size}");
            }

            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw OciException.Damaged(path, error.Message, error);
        }
    }

    private static void RefuseLinks(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw OciException.Damaged(path, "it is a symbolic link; engines that unpack a layout do not follow symbolic links");
        }
    }

    private byte[] ReadAll(FileStream file, string path)
    {
        if (file.Length > limits.MaximumDocumentSize)
        {
            throw OciException.Damaged(path, $"it is longer than {limits.MaximumDocumentSize} bytes");
        }

        try
        {
            var content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (IOException error)
        {
            throw OciException.Damaged(path, error.Message, error);
        }
    }
}

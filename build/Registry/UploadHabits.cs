namespace BusyboxGlibc.Registry;

/// <summary>How a blob is sent (distribution-spec, pushing blobs).</summary>
internal enum UploadWay
{
    /// <summary>A session, and one PUT with the whole blob.</summary>
    Put,

    /// <summary>A session, PATCH requests with one chunk each, and a PUT that completes it.</summary>
    Chunks,

    /// <summary>One POST with the whole blob, without a session.</summary>
    Post,
}

/// <summary>
/// The detected capabilities of a registry: the number of bytes per request, the methods, and the supported requests. Learned from refusals, and then
/// used for all further uploads; each refusal removes an option, so the search ends. Thread-safe.
/// </summary>
/// <param name="chunkSize">The initial number of bytes per request.</param>
internal sealed class UploadHabits(int chunkSize)
{
    // If a registry still refuses below this size, the size is not the reason.
    private const int SmallestChunk = 256 << 10;

    private readonly System.Threading.Lock _gate = new();
    private bool _takesPut = true;
    private bool _takesChunks = true;
    private bool _needsChunks;
    private bool _headFails;
    private bool _lookingFails;
    private int _chunk = chunkSize;

    /// <summary>The maximum number of bytes per request.</summary>
    public int ChunkSize
    {
        get
        {
            lock (_gate)
            {
                return _chunk;
            }
        }
    }

    /// <summary>Whether HEAD fails where GET works, so that only GET is used.</summary>
    public bool HeadFails
    {
        get => Volatile.Read(ref _headFails);
        set => Volatile.Write(ref _headFails, value);
    }

    /// <summary>Whether requests for absent content fail permanently, so that they are not retried.</summary>
    public bool LookingFails
    {
        get => Volatile.Read(ref _lookingFails);
        set => Volatile.Write(ref _lookingFails, value);
    }

    /// <summary>Returns how to send a blob of that size.</summary>
    public UploadWay For(long size)
    {
        lock (_gate)
        {
            return _takesChunks && (size > _chunk || !_takesPut) ? UploadWay.Chunks : _takesPut ? UploadWay.Put : UploadWay.Post;
        }
    }

    /// <summary>Applies <c>OCI-Chunk-Min-Length</c>.</summary>
    public void AtLeast(long length)
    {
        lock (_gate)
        {
            // One request may contain a whole blob, so this also raises the size above which a blob is split.
            _chunk = length > _chunk && length <= int.MaxValue && !_needsChunks ? (int)length : _chunk;
        }
    }

    /// <summary>Handles a request refused for its size: from now on, a quarter of it is sent per request.</summary>
    /// <param name="refused">The size of the request in bytes.</param>
    /// <returns>Whether a smaller size can be tried.</returns>
    public bool Smaller(long refused)
    {
        lock (_gate)
        {
            _needsChunks = true;
            if (refused > _chunk)
            {
                // Another upload has already learned this.
                return _takesChunks;
            }

            var next = (int)Math.Max(SmallestChunk, Math.Min(refused, _chunk) / 4);
            if (!_takesChunks || next >= Math.Min(refused, _chunk))
            {
                return false;
            }

            _chunk = next;
            return true;
        }
    }

    /// <summary>Records that the registry does not accept blobs with this method.</summary>
    /// <returns>Whether another method can be tried.</returns>
    public bool Without(UploadWay way)
    {
        lock (_gate)
        {
            (_takesPut, _takesChunks) = (_takesPut && way != UploadWay.Put, _takesChunks && way != UploadWay.Chunks);
            return way != UploadWay.Post;
        }
    }
}

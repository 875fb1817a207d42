namespace BusyboxGlibc.Registry;

/// <summary>How a blob is sent (distribution-spec, pushing blobs).</summary>
internal enum UploadWay
{
    /// <summary>A session, and one PUT with all of it.</summary>
    Put,

    /// <summary>A session, PATCHes with a part each, and a PUT that ends it.</summary>
    Chunks,

    /// <summary>One POST with all of it, without a session.</summary>
    Post,
}

/// <summary>
/// What a registry was found to take: how many bytes in one request, by which methods, and which questions. Learnt from refusals, and
/// then kept for everything that follows; each refusal takes something away, so that there is an end. Thread-safe.
/// </summary>
/// <param name="chunkSize">The bytes of one request to start with.</param>
internal sealed class UploadHabits(int chunkSize)
{
    // Below this a registry that still refuses means something else than the size.
    private const int SmallestChunk = 256 << 10;

    private readonly System.Threading.Lock _gate = new();
    private bool _takesPut = true;
    private bool _takesChunks = true;
    private bool _needsChunks;
    private bool _headFails;
    private bool _lookingFails;
    private int _chunk = chunkSize;

    /// <summary>The most bytes of one request.</summary>
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

    /// <summary>Whether HEAD fails where GET is answered, so that only GET is used.</summary>
    public bool HeadFails
    {
        get => Volatile.Read(ref _headFails);
        set => Volatile.Write(ref _headFails, value);
    }

    /// <summary>Whether a question for what is not there fails for good, so that one failure is answer enough.</summary>
    public bool LookingFails
    {
        get => Volatile.Read(ref _lookingFails);
        set => Volatile.Write(ref _lookingFails, value);
    }

    /// <summary>How to send a blob of that many bytes.</summary>
    public UploadWay For(long size)
    {
        lock (_gate)
        {
            return _takesChunks && (size > _chunk || !_takesPut) ? UploadWay.Chunks : _takesPut ? UploadWay.Put : UploadWay.Post;
        }
    }

    /// <summary>Heeds <c>OCI-Chunk-Min-Length</c>.</summary>
    public void AtLeast(long length)
    {
        lock (_gate)
        {
            // One request may hold a whole blob, so this raises the size above which a blob is cut, too.
            _chunk = length > _chunk && length <= int.MaxValue && !_needsChunks ? (int)length : _chunk;
        }
    }

    /// <summary>Heeds a refusal of a request for its size: sends a quarter at once from now on.</summary>
    /// <param name="refused">The bytes of the request.</param>
    /// <returns>Whether there is something smaller to try.</returns>
    public bool Smaller(long refused)
    {
        lock (_gate)
        {
            _needsChunks = true;
            if (refused > _chunk)
            {
                // Somebody else's blob has taught the same meanwhile.
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

    /// <summary>Heeds that the registry does not take blobs this way.</summary>
    /// <returns>Whether there is another way to try.</returns>
    public bool Without(UploadWay way)
    {
        lock (_gate)
        {
            (_takesPut, _takesChunks) = (_takesPut && way != UploadWay.Put, _takesChunks && way != UploadWay.Chunks);
            return way != UploadWay.Post;
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>
/// A registry on the loopback interface that behaves as the world's registries and the proxies before them do: each of their ways is one
/// switch. Without any it does what distribution-spec 1.1 asks for. Whatever it stores is checked against its digest.
/// </summary>
internal sealed partial class PlayingRegistry : LoopbackServer
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, (string MediaType, byte[] Content, DateTime Since)> _manifests = new();
    private readonly ConcurrentDictionary<string, List<(string Digest, DateTime Since)>> _tags = new();
    private readonly ConcurrentDictionary<string, bool> _sessions = new();
    private readonly ConcurrentQueue<PlayedRequest> _seen = [];
    private int _made;
    private int _tagging;
    private int _tokensAsked;

    public PlayingRegistry(IPAddress? address = null)
        : base(address: address)
    {
        Name = new IPEndPoint(address ?? IPAddress.Loopback, Port).ToString();
        Serve();
    }

    /// <summary>The name it is published to by.</summary>
    public string Name { get; }

    /// <summary>Answers in place of the registry; null lets it answer. Called once for each request.</summary>
    public Func<PlayedRequest, PlayedAnswer?> Rule { get; set; } = _ => null;

    /// <summary>Changes an answer before it is sent, as a proxy on the way does.</summary>
    public Func<PlayedRequest, PlayedAnswer, PlayedAnswer> Change { get; set; } = (_, answer) => answer;

    /// <summary>Decides over a manifest that is put, by its media type and content; null takes it.</summary>
    public Func<string, JsonElement, PlayedAnswer?> Judge { get; set; } = (_, _) => null;

    /// <summary>OCI 1.1: artifacts that refer to a manifest are listed.</summary>
    public bool ListsReferrers { get; set; }

    /// <summary>Quay: a manifest is not to be seen until a tag leads to it.</summary>
    public bool HidesUntagged { get; set; }

    /// <summary>GHCR: what was put is to be seen after a while only; a tag names its old image until then.</summary>
    public TimeSpan Lag { get; set; }

    /// <summary>What a mount is answered; 201 mounts, 202 starts an upload.</summary>
    public int MountStatus { get; set; } = 201;

    /// <summary>What is answered to a manifest that is taken.</summary>
    public int ManifestStatus { get; set; } = 201;

    /// <summary>What is answered to a part that is taken.</summary>
    public int PatchStatus { get; set; } = 202;

    /// <summary>What is answered to a question for a tag that is not there.</summary>
    public int AbsentStatus { get; set; } = 404;

    /// <summary>The methods that are unknown, with the status they get.</summary>
    public Dictionary<string, int> Unknown { get; } = [];

    /// <summary>The most bytes of one request, and the status of longer ones.</summary>
    public (long Length, int Status)? Most { get; set; }

    /// <summary>The fewest bytes of a part but the last; told in OCI-Chunk-Min-Length.</summary>
    public long? Fewest { get; set; }

    /// <summary>Answers a question for what is there with its status alone.</summary>
    public bool TellsNothing { get; set; }

    /// <summary>How many bytes of a part are kept, of so many that came.</summary>
    public Func<long, long> PatchKeeps { get; set; } = length => length;

    /// <summary>What <c>Range</c> says after a part, of where the part begins and where it ends; the specification's 0 to the last byte of all.</summary>
    public Func<long, long, string> RangeAfter { get; set; } = (_, end) => $"0-{end - 1}";

    /// <summary>Artifactory: an upload that no part came to is unknown when it is ended, whatever the request that ends it holds.</summary>
    public bool NeedsParts { get; set; }

    /// <summary>GHCR: how many uploads are forgotten when they are ended.</summary>
    public int Forgotten { get; set; }

    /// <summary>Artifactory's virtual repositories: 403 for whatever is absent.</summary>
    public bool DeniesAbsent { get; set; }

    /// <summary>Nexus: blobs that a HEAD finds although they are gone, until they are sent again.</summary>
    public HashSet<string> Ghosts { get; } = [];

    /// <summary>Gitea: what is put under a tag while another tag is being put is answered 500; whether it is kept all the same.</summary>
    public (bool Keeps, string Body)? OneTagAtATime { get; set; }

    /// <summary>GitLab: a token is needed, and so many questions for one are answered with that status first.</summary>
    public (int Count, int Status)? Tokens { get; set; }

    /// <summary>Makes the Location of an upload out of its path.</summary>
    public Func<string, string> Location { get; set; } = path => path;

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<PlayedRequest> Seen => [.. _seen];

    public void Forget() => _seen.Clear();

    /// <summary>The media type and bytes that a tag names now.</summary>
    public (string MediaType, byte[] Content) Tagged(string repository, string tag) =>
        _tags[$"{repository}:{tag}"][^1].Digest is var digest ? (_manifests[$"{repository}@{digest}"].MediaType, _manifests[$"{repository}@{digest}"].Content) : default;

    /// <summary>The bytes of a manifest.</summary>
    public byte[] Read(string repository, string digest) => _manifests[$"{repository}@{digest}"].Content;

    /// <summary>Whether a manifest is there.</summary>
    public bool Has(string repository, string digest) => _manifests.ContainsKey($"{repository}@{digest}");

    /// <summary>The tags of a repository.</summary>
    public IReadOnlyList<string> Tags(string repository) => [.. _tags.Keys.Where(key => key.StartsWith(repository + ":", StringComparison.Ordinal)).Select(key => key[(repository.Length + 1)..])];

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    /// <summary>Forgets a blob, as a registry does whose copies differ.</summary>
    public void Lose(string repository, string digest) => File.Delete(BlobPath(repository, digest));

    protected override async Task ServeAsync(NetworkStream client)
    {
        while (await PlayedRequest.ReadAsync(client, End) is { } request)
        {
            _seen.Enqueue(request);
            var answer = Change(request, Rule(request) ?? await AnswerAsync(request));
            if (answer.Does)
            {
                await AnswerAsync(request);
            }

            if (!answer.Hangs)
            {
                await request.CopyToAsync(Stream.Null, End);
            }

            await answer.SendAsync(client, request, TellsNothing, End);
            if (answer.Stays)
            {
                await Task.Delay(Timeout.Infinite, End);
            }

            if (answer.Hangs || (TellsNothing && request.Method == "HEAD"))
            {
                return;
            }
        }
    }

    private async Task<PlayedAnswer> AnswerAsync(PlayedRequest request)
    {
        if (Unknown.TryGetValue(request.Method, out var status))
        {
            return PlayedAnswer.Error(status, "UNSUPPORTED", "The operation is unsupported");
        }

        if (Tokens is { } tokens && TokenAnswer(request, tokens.Count, tokens.Status) is { } login)
        {
            return login;
        }

        var path = request.Path["/v2/".Length..];
        if (path.EndsWith("/tags/list", StringComparison.Ordinal))
        {
            var listed = path[..^"/tags/list".Length];
            return PlayedAnswer.Of(200, JsonSerializer.Serialize(new { name = listed, tags = Tags(listed) }), ("Content-Type", "application/json"));
        }

        if (ListsReferrers && path.Split("/referrers/") is [var subjects, var subject])
        {
            return Referrers(subjects, subject);
        }

        var at = new[] { "/blobs/uploads/", "/blobs/", "/manifests/" }.Select(part => (Part: part, Index: path.IndexOf(part, StringComparison.Ordinal))).FirstOrDefault(found => found.Index > 0);
        if (at.Part is null)
        {
            return PlayedAnswer.Of(path.Length == 0 ? 200 : 404);
        }

        var (repository, name) = (path[..at.Index], path[(at.Index + at.Part.Length)..]);
        return at.Part switch
        {
            "/blobs/" => File.Exists(BlobPath(repository, name)) && (request.Method == "HEAD" || !Ghosts.Contains(name))
                ? new PlayedAnswer(200, []) { File = BlobPath(repository, name), Headers = TellsNothing ? [] : new() { ["Docker-Content-Digest"] = name } }
                : Absent("BLOB_UNKNOWN", "blob unknown to registry"),
            "/manifests/" when request.Method == "PUT" => await PutManifestAsync(request, repository, name),
            "/manifests/" => Manifest(repository, name),
            _ => await UploadAsync(request, repository, name),
        };
    }

    private async Task<PlayedAnswer> UploadAsync(PlayedRequest request, string repository, string session)
    {
        if (Most is { } most && request.Length > most.Length)
        {
            return PlayedAnswer.Error(most.Status, "SIZE", "the request body is too large") with { Hangs = true };
        }

        if (request.Method == "POST")
        {
            return await StartAsync(request, repository);
        }

        var file = _folder[session];
        if (!_sessions.ContainsKey(session))
        {
            return PlayedAnswer.Error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
        }

        var length = new FileInfo(file).Length;
        (string, string)[] headers = [("Location", Location(request.Path)), ("Range", $"0-{Math.Max(0, length - 1)}")];
        switch (request.Method)
        {
            case "GET":
                return PlayedAnswer.Of(204, headers: headers);
            case "DELETE":
                _sessions.TryRemove(session, out _);
                return PlayedAnswer.Of(204);
            case "PATCH":
                if (request.Headers.TryGetValue("Content-Range", out var range) && long.Parse(range.Split('-')[0], CultureInfo.InvariantCulture) != length)
                {
                    return PlayedAnswer.Of(416, headers: headers);
                }

                await AppendAsync(request, file);
                await using (var kept = new FileStream(file, FileMode.Open))
                {
                    kept.SetLength(length + PatchKeeps(kept.Length - length));
                }

                return PlayedAnswer.Of(PatchStatus, headers: [("Location", Location(request.Path)), ("Range", RangeAfter(length, new FileInfo(file).Length))]);
            default:
                if (NeedsParts && length == 0)
                {
                    return PlayedAnswer.Error(404, "BLOB_UNKNOWN", "blob unknown to registry");
                }

                if (Forgotten-- > 0)
                {
                    _sessions.TryRemove(session, out _);
                    return PlayedAnswer.Error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
                }

                await AppendAsync(request, file);
                _sessions.TryRemove(session, out _);
                return Keep(file, repository, request.Query["digest"]!);
        }
    }

    private async Task<PlayedAnswer> StartAsync(PlayedRequest request, string repository)
    {
        if (request.Query["mount"] is { } digest)
        {
            var source = BlobPath(request.Query["from"]!, digest);
            if (MountStatus == 201 && File.Exists(source))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(BlobPath(repository, digest))!);
                File.Copy(source, BlobPath(repository, digest), overwrite: true);
                return PlayedAnswer.Of(201, headers: ("Location", $"/v2/{repository}/blobs/{digest}"));
            }

            if (MountStatus is not (201 or 202))
            {
                return PlayedAnswer.Error(MountStatus, "DENIED", "requested access to the resource is denied");
            }
        }

        var session = $"upload-{Interlocked.Increment(ref _made)}";
        File.WriteAllBytes(_folder[session], []);
        if (request.Query["digest"] is { } whole && request.Length > 0)
        {
            await AppendAsync(request, _folder[session]);
            return Keep(_folder[session], repository, whole);
        }

        _sessions[session] = true;
        var answer = PlayedAnswer.Of(202, headers: ("Location", Location($"/v2/{repository}/blobs/uploads/{session}")));
        if (Fewest is { } fewest)
        {
            answer.Headers["OCI-Chunk-Min-Length"] = fewest.ToString(CultureInfo.InvariantCulture);
        }

        return answer;
    }

    private async Task AppendAsync(PlayedRequest request, string file)
    {
        await using var stream = new FileStream(file, FileMode.Append);
        await request.CopyToAsync(stream, End);
    }

    private PlayedAnswer Keep(string file, string repository, string digest)
    {
        using (var content = File.OpenRead(file))
        {
            if (OciDigest.FromHash(System.Security.Cryptography.SHA256.HashData(content)) != digest)
            {
                return PlayedAnswer.Error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(BlobPath(repository, digest))!);
        File.Move(file, BlobPath(repository, digest), overwrite: true);
        lock (Ghosts)
        {
            Ghosts.Remove(digest);
        }

        return PlayedAnswer.Of(201, headers: [("Location", $"/v2/{repository}/blobs/{digest}"), ("Docker-Content-Digest", digest)]);
    }

    public string BlobPath(string repository, string digest) => _folder[$"{repository.Replace('/', '+')}/{digest.Replace(':', '-')}"];
}

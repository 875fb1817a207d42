using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.EndToEnd.Examples;

/// <summary>The programs of <c>examples/</c>: compiled, built into their images, and used in these on both platforms.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class ExampleTests
{
    private static readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };

    private readonly ExampleImages _images = new();

    [OneTimeSetUp]
    public async Task StartTheCompilers()
    {
        await RealSuite.RequireAsync();
        Requires.That(Environment.UserName == "root", "root, to mount and to chroot");
        Requires.That(PreparedBuildRoot.HostArchitecture() == "amd64", "an amd64 machine");
        new List<string> { "dpkg-deb", "unshare", "dotnet" }.ForEach(Requires.Tool);
        _images.Start();
    }

    [OneTimeTearDown]
    public void Drop() => _images.Dispose();

    [TestCaseSource(typeof(ExampleImages), nameof(ExampleImages.Platforms))]
    public async Task TheCProgramCompressesAndRefusesWhatIsDamaged(Platform platform)
    {
        using var container = new ExampleContainer(await _images.ImageAsync("c-zlib", platform));
        byte[] text = [.. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("as often as not ", 20_000))), .. RandomNumberGenerator.GetBytes(100_000)];
        var packed = await RunAsync([], text);
        Assert.That(packed.ExitCode, Is.Zero);
        Assert.That(packed.Output, Has.Length.LessThan(120_000));
        using var stream = new GZipStream(new MemoryStream(packed.Output), CompressionMode.Decompress);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.That(copy.ToArray(), Is.EqualTo(text));
        Assert.That((await RunAsync(["-d"], [.. packed.Output, .. packed.Output])).Output, Is.EqualTo(text.Concat(text)), "both members");
        Assert.That((await RunAsync(["-d"], packed.Output[..^9])).ExitCode, Is.EqualTo(1), "its end is missing");
        Assert.That((await RunAsync(["-d"], text)).ExitCode, Is.EqualTo(1), "not of gzip");
        Assert.That((await RunAsync(["-x"], [])).ExitCode, Is.EqualTo(2));

        async Task<(int ExitCode, byte[] Output)> RunAsync(string[] arguments, byte[] input)
        {
            using var process = container.Start(arguments);
            return await process.FinishAsync(input);
        }
    }

    [TestCaseSource(typeof(ExampleImages), nameof(ExampleImages.Platforms))]
    public async Task TheCxxServiceServesItsFolderAndNothingElse(Platform platform)
    {
        using var container = new ExampleContainer(await _images.ImageAsync("cpp-service", platform));
        var served = $"{container.Root}/opt/fileserver/www";
        File.CreateSymbolicLink($"{served}/passwd", "/etc/passwd");
        Directory.CreateDirectory($"{served}-private");
        await File.WriteAllTextAsync($"{served}-private/secret", "secret");
        await File.WriteAllTextAsync($"{served}/50%.txt", "half");
        var port = ExampleContainer.FreePort();
        using var process = container.Serve(port, ["serve", "/opt/fileserver/www", $"{port}"]);
        Assert.That(await AskAsync(port, "GET / HTTP/1.1"), Does.StartWith("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n").And.EndWith("</p>\n"));
        Assert.That(await AskAsync(port, "GET /style.css?v=2 HTTP/1.1"), Does.Contain("Content-Type: text/css;").And.EndWith("}\n"));
        Assert.That(await AskAsync(port, "HEAD / HTTP/1.1"), Does.Match(@"\AHTTP/1\.1 200 OK\r\n(.+\r\n)*Content-Length: [1-9]\d*\r\n(.+\r\n)*\r\n\z"));
        Assert.That(await AskAsync(port, "GET /50%25.txt HTTP/1.1"), Does.EndWith("\r\n\r\nhalf"));
        foreach (var path in new[]
        {
            "/nothing", "/../../../etc/passwd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd", "/%252e%252e/%252e%252e/etc/passwd", "//etc/passwd", "/..%5c..%5cetc%5cpasswd",
            "/passwd", "/../www-private/secret", "/%2e%2e/www-private/secret", "/index.html/../../../../etc/passwd", "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
        })
        {
            Assert.That(await AskAsync(port, $"GET {path} HTTP/1.1"), Does.StartWith("HTTP/1.1 404 Not Found\r\n").And.EndWith("there is no such file\n"), path);
        }

        foreach (var (line, answer) in new[]
        {
            ("GET /%00 HTTP/1.1", "400"), ("GET /%zz HTTP/1.1", "400"), ("GET /% HTTP/1.1", "400"), ("GET HTTP/1.1", "400"), ("nonsense", "400"), ("GET /", "400"), ("GET http://x/ HTTP/1.1", "400"),
            ("POST / HTTP/1.1", "405"), ($"GET /{new string('a', 9000)} HTTP/1.1", "431"),
        })
        {
            Assert.That(await AskAsync(port, line), Does.StartWith($"HTTP/1.1 {answer} "), line);
        }

        // More at once than there are threads, one of which says nothing.
        using var silent = new TcpClient();
        await silent.ConnectAsync(IPAddress.Loopback, port);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => AskAsync(port, "GET /style.css HTTP/1.1")));
        Assert.That(answers, Is.All.EndWith("}\n"));
        silent.Close();
        Assert.That(await process.StopAsync("TERM"), Is.Zero, "process 1 has no default for SIGTERM");
        Assert.That(process.Said, Does.StartWith("serving /opt/fileserver/www").And.Contain("stopping\n"));
    }

    [TestCaseSource(typeof(ExampleImages), nameof(ExampleImages.Platforms))]
    public async Task TheCxxClientTrustsTheAuthoritiesOfTheImage(Platform platform)
    {
        using var container = new ExampleContainer(await _images.ImageAsync("cpp-service", platform));
        using var stranger = new Authority();
        Assert.That(await FetchAsync(_images.Authority, "localhost"), Is.EqualTo((0, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfor localhost, GET /path HTTP/1.1")));
        Assert.That(await FetchAsync(stranger, "localhost"), Is.EqualTo((1, "fileserver: localhost: certificate signature failure\n")), "of the same name");
        Assert.That(await FetchAsync(_images.Authority, "other.lan"), Is.EqualTo((1, "fileserver: localhost: hostname mismatch\n")));

        // Half an answer is none, whoever cut it; a server that does not say that it ends has to have said how long the answer is.
        var cut = await FetchAsync(_images.Authority, "localhost", saysItsEnd: false);
        Assert.That(cut.Code, Is.EqualTo(1), cut.Said);
        Assert.That(cut.Said, Does.EndWith("GET /path HTTP/1.1fileserver: localhost: error:0A000126:SSL routines::unexpected eof while reading\n"));
        Assert.That((await FetchAsync(_images.Authority, "localhost", missing: 0, saysItsEnd: false)).Code, Is.Zero);
        var half = await FetchAsync(_images.Authority, "localhost", missing: 1);
        Assert.That(half.Code, Is.EqualTo(1));
        Assert.That(half.Said, Does.EndWith("HTTP/1.1fileserver: localhost: the connection was closed\n"));

        // The port follows the bracket; an address is no name to ask for. The last one ends before it connects.
        Assert.That((await FetchAsync(_images.Authority, "localhost", "[::ffff:127.0.0.1]:")).Said, Does.EndWith("\r\n\r\nfor , GET /path HTTP/1.1"));
        Assert.That((await FetchAsync(_images.Authority, "localhost", "::1:")).Said, Is.EqualTo("fileserver: a server is HOST or HOST:PORT, an address of IPv6 in brackets: [::1]:443\n"));

        async Task<(int Code, string Said)> FetchAsync(Authority authority, string name, string server = "localhost:", int? missing = null, bool saysItsEnd = true)
        {
            using var folder = new TemporaryFolder();
            authority.Sign(folder.Path, name, IPAddress.Parse("::ffff:127.0.0.1"));
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var serving = AnswerAsync(listener, folder, missing, saysItsEnd);
            using var process = container.Start(["fetch", $"{server}{((IPEndPoint)listener.LocalEndpoint).Port}", "/path"]);
            var (code, _) = await process.FinishAsync();
            listener.Stop();
            await serving;
            return (code, process.Said);
        }
    }

    [TestCaseSource(typeof(ExampleImages), nameof(ExampleImages.Platforms))]
    public async Task TheGoServiceKeepsItsDatabaseInTheFolderOfItsUser(Platform platform)
    {
        var image = await _images.ImageAsync("go-cgo", platform);
        Assert.That((image.Config.Run.User, image.Config.Run.WorkingDirectory), Is.EqualTo(("nonroot", "/data")));
        using var container = new ExampleContainer(image);
        var port = ExampleContainer.FreePort();
        for (var round = 0; round < 2; round++)
        {
            using var process = container.Serve(port, environment: $"PORT={port}");
            Assert.That(await _client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/it's")), Is.EqualTo($"/it's {1 + (round * 2)}\n"));
            Assert.That(await _client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/it's")), Is.EqualTo($"/it's {2 + (round * 2)}\n"));
            Assert.That(await process.StopAsync("TERM"), Is.Zero);
            Assert.That(process.Said, Does.Contain("counting in visits.db with SQLite 3."));
        }

        Assert.That(container.Root + "/data/visits.db", Does.Exist);
    }

    [TestCaseSource(typeof(ExampleImages), nameof(ExampleImages.Platforms))]
    public async Task TheServiceInDotNetKnowsTimeZonesInAnImageWithoutAShell(Platform platform)
    {
        using var container = new ExampleContainer(await _images.ImageAsync("dotnet-aot", platform));
        Assert.That(container.Root + "/bin/sh", Does.Not.Exist);
        var port = ExampleContainer.FreePort();
        using var process = container.Serve(port, environment: $"ASPNETCORE_HTTP_PORTS={port}");
        using var answer = JsonDocument.Parse(await _client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/Asia/Shanghai")));
        Assert.That(answer.RootElement.GetProperty("zone").GetString(), Is.EqualTo("Asia/Shanghai"));
        Assert.That(answer.RootElement.GetProperty("time").GetString(), Does.EndWith("+08:00"));
        using var unknown = await _client.GetAsync(new Uri($"http://127.0.0.1:{port}/No/Such"));
        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await process.StopAsync("TERM"), Is.Zero, "it ends what it began");
    }

    [TestCaseSource(typeof(ExampleImages), nameof(ExampleImages.Platforms))]
    public async Task NginxRunsAsAnOrdinaryUserAndKnowsMediaTypes(Platform platform)
    {
        var image = await _images.ImageAsync("nginx", platform);
        Assert.That((image.Config.Run.User, image.Config.Run.StopSignal), Is.EqualTo(("nonroot", "SIGQUIT")));
        using var container = new ExampleContainer(image);
        var port = ExampleContainer.FreePort();
        var configuration = $"{container.Root}/etc/nginx/nginx.conf";
        var text = await File.ReadAllTextAsync(configuration);
        await File.WriteAllTextAsync(configuration, text.Replace("listen 8080", $"listen 127.0.0.1:{port}", StringComparison.Ordinal));
        using var process = container.Serve(port);
        using var page = await _client.GetAsync(new Uri($"http://127.0.0.1:{port}/"));
        Assert.That((page.Content.Headers.ContentType!.MediaType, page.Headers.Server.ToString()), Is.EqualTo(("text/html", "nginx")));
        using var style = await _client.GetAsync(new Uri($"http://127.0.0.1:{port}/style.css"));
        Assert.That(style.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/css"));
        Assert.That(await process.StopAsync("QUIT"), Is.Zero);
        Assert.That(process.Said, Does.Contain("\"GET /style.css HTTP/1.1\" 200").And.Not.Contain("[alert]").And.Not.Contain("[emerg]"));
    }

    [Test]
    public async Task TheBaseHasWhatTheDockerfilesPutOnIt() => (await _images.CheckBaseAsync()).Succeeded();

    // As it is: HttpClient would tidy the path up.
    private static async Task<string> AskAsync(int port, string line)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\nHost: localhost\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException error) when (error.InnerException is SocketException)
        {
            return string.Empty;
        }
    }

    // One client, or none until the listener is stopped. Without a length, what is missing cannot be known.
    private static async Task AnswerAsync(TcpListener listener, TemporaryFolder folder, int? missing, bool saysItsEnd)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(folder.File("server.pem"), folder.File("server.key"));
        try
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
            using var reader = new StreamReader(stream, leaveOpen: true);
            var line = await reader.ReadLineAsync();
            if (line is not null)
            {
                var body = $"for {stream.TargetHostName}, {line}";
                var length = missing is { } more ? $"Content-Length: {body.Length + more}\r\n" : string.Empty;
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{length}Connection: close\r\n\r\n{body}"));
                if (saysItsEnd)
                {
                    await stream.ShutdownAsync();
                }
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client ended the handshake, or never came.
        }
    }
}

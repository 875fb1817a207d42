using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.Foundation.Net;

/// <summary>Which proxy an address goes through, and what is said of it.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ProxyRulesTests
{
    [TestCase("example.com", "http://example.com/", true)]
    [TestCase("example.com", "http://EXAMPLE.com:8080/", true)]
    [TestCase("example.com", "http://www.example.com/", true)]
    [TestCase(".example.com", "http://www.example.com/", true)]
    [TestCase(".example.com", "http://example.com/", true)]
    [TestCase("example.com.", "http://example.com/", true)]
    [TestCase("example.com", "http://example.com./", true)]
    [TestCase("example.com", "http://badexample.com/", false)]
    [TestCase("example.com", "http://example.com.evil/", false)]
    [TestCase("a, example.com b", "http://example.com/", true)]
    [TestCase("*", "http://anything/", true)]
    [TestCase("*,a", "http://anything/", false)]
    [TestCase("*.example.com", "http://www.example.com/", false)]
    [TestCase("10.0.0.0/8", "http://10.1.2.3/", true)]
    [TestCase("10.0.0.0/8", "http://11.1.2.3/", false)]
    [TestCase("192.168.1.0/25", "http://192.168.1.127/", true)]
    [TestCase("192.168.1.0/25", "http://192.168.1.128/", false)]
    [TestCase("10.0.0.0/33", "http://10.0.0.0/", false)]
    [TestCase("10.0.0.0/0", "http://1.2.3.4/", true)]
    [TestCase("10.0.0.0/x", "http://10.0.0.0/", false)]
    [TestCase("10.0.0.0/8", "http://10.example/", false)]
    [TestCase("127.0.0.1", "http://127.0.0.1:5000/", true)]
    [TestCase("0.0.1", "http://127.0.0.1/", false)]
    [TestCase("::1", "http://[::1]/", true)]
    [TestCase("[::1]", "http://[::1]:80/", true)]
    [TestCase("fd00::/8", "http://[fd12::1]/", true)]
    [TestCase("[fd00::]/8", "http://[fe80::1]/", false)]
    [TestCase("::ffff:10.0.0.1", "http://10.0.0.1/", true)]
    [TestCase("example.com:8080", "http://example.com:8080/", true)]
    [TestCase("example.com:8080", "http://example.com/", false)]
    [TestCase("[::1]:443", "https://[::1]/", true)]
    [TestCase("[::1]:443", "http://[::1]/", false)]
    [TestCase("", "http://a/", false)]
    [TestCase(".", "http://a/", false)]
    public void NoProxyIsReadAsCurlReadsIt(string value, string address, bool isDirect) =>
        Assert.That(new NoProxy(value).Matches(new Uri(address)), Is.EqualTo(isDirect));

    [TestCase("http_proxy=http://p:1", "http://a/", "http://p:1/")]
    [TestCase("HTTP_PROXY=http://p:1", "http://a/", "http://p:1/")]
    [TestCase("HTTP_PROXY=http://p:1 GATEWAY_INTERFACE=CGI/1.1", "http://a/", null)]
    [TestCase("http_proxy=p:1", "http://a/", "http://p:1/")]
    [TestCase("http_proxy=http://p:1", "https://a/", null)]
    [TestCase("https_proxy=http://p:1 http_proxy=http://q:1", "https://a/", "http://p:1/")]
    [TestCase("ALL_PROXY=socks5h://p:1080", "https://a/", "socks5://p:1080/")]
    [TestCase("all_proxy=http://p:1 no_proxy=a", "https://a/", null)]
    [TestCase("http_proxy=http://u:hunter2@p:1", "http://a/", "http://p:1/")]
    [TestCase("http_proxy=ftp://p:1", "http://a/", null)]
    [TestCase("http_proxy=", "http://a/", null)]
    public void TheEnvironmentIsRead(string environment, string address, string? proxy) =>
        Assert.That(Rules(environment).GetProxy(new Uri(address))?.AbsoluteUri, Is.EqualTo(proxy));

    [Test]
    public void AHostsOwnRuleWinsOverTheEnvironment()
    {
        var rules = new ProxyRules(name => name switch { "http_proxy" => "http://env:1", "no_proxy" => "b.lan", _ => null }, new Dictionary<Uri, Uri?>
        {
            [new Uri("http://a.lan/debian")] = null,
            [new Uri("http://b.lan/debian")] = new Uri("http://apt:3142"),
        });
        Assert.That(rules.GetProxy(new Uri("http://a.lan/x")), Is.Null);
        Assert.That(rules.GetProxy(new Uri("http://b.lan/x")), Is.EqualTo(new Uri("http://apt:3142")));
        Assert.That(rules.GetProxy(new Uri("http://c.lan/x")), Is.EqualTo(new Uri("http://env:1")));
        Assert.That(rules.GetProxy(new Uri("file:///x")), Is.Null);
    }

    [Test]
    public async Task AFileComesThroughTheProxyWithItsLogin()
    {
        using var bench = new ArchiveBench();
        var content = new byte[] { 1, 2, 3 };
        bench.Mirror.Once("http://mirror.invalid/x", new Fault(407, "Proxy-Authenticate: Basic realm=\"corp\"\r\n"));
        bench.Mirror.Once("http://mirror.invalid/x", Fault.Gives(content));
        var rules = Rules($"http_proxy=http://me:hunter%202@127.0.0.1:{bench.Mirror.Root.Port}");
        using var client = Downloader.NewClient(rules);
        using var target = new MemoryStream();
        await new Downloader(client, ArchiveBench.Quick, rules).FetchAsync("it", [new Uri("http://mirror.invalid/x")], target, 3, 3, null, default);
        Assert.That(target.ToArray(), Is.EqualTo(content));
        Assert.That(bench.Mirror.Authorizations.Single(), Is.EqualTo($"Basic {Convert.ToBase64String("me:hunter 2"u8)}"));
    }

    [Test]
    public async Task AnErrorNamesTheProxyWithoutItsPassword()
    {
        using var bench = new ArchiveBench();
        var rules = Rules($"http_proxy=http://me:hunter2@127.0.0.1:{bench.Mirror.Root.Port}");
        using var client = Downloader.NewClient(rules);
        using var target = new MemoryStream();
        foreach (var fault in new[] { Fault.NotFound, new Fault(502), new Fault(407) })
        {
            bench.Mirror.Always("http://mirror.invalid/x", fault);
            var error = (await Assert.ThrowsAsync<DownloadException>(
                () => new Downloader(client, ArchiveBench.Quick, rules).FetchAsync("it", [new Uri("http://mirror.invalid/x")], target, 3, 3, null, default)))!;
            Assert.That(error.ToString(), Does.Contain($"http://mirror.invalid/x (through the proxy http://127.0.0.1:{bench.Mirror.Root.Port})").And.Not.Contain("hunter2"));
        }

        var gone = Rules("http_proxy=http://me:hunter2@127.0.0.1:1");
        using var other = Downloader.NewClient(gone);
        Assert.That(
            (await Assert.ThrowsAsync<DownloadException>(() => new Downloader(other, ArchiveBench.Quick, gone).FetchAsync("it", [new Uri("http://mirror.invalid/x")], target, 3, 3, null, default)))!.ToString(),
            Does.Contain("(through the proxy http://127.0.0.1:1)").And.Not.Contain("hunter2"));
    }

    private static ProxyRules Rules(string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new ProxyRules(variables.GetValueOrDefault);
    }
}

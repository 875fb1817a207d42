using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.EndToEnd.Examples;

/// <summary>A copy of <c>examples/</c>, whose programs are compiled with the lock's compilers and whose images are built as their page says.</summary>
internal sealed class ExampleImages : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<ExampleCompilers>> _compilers;
    private readonly Dictionary<string, Lazy<Task<OciLayoutReader>>> _layouts;

    public ExampleImages()
    {
        foreach (var file in Files())
        {
            var copy = _folder.File(Path.Combine("examples", Path.GetRelativePath(Root, file)));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        // As a company does it whose services have certificates of its own authority.
        File.WriteAllText(_folder.File("examples/cpp-service/authority.pem"), Authority.Certificate.ExportCertificatePem());
        File.AppendAllText(_folder.File("examples/cpp-service/cake.config"), "Authorities=authority.pem\n");
        _compilers = new Lazy<Task<ExampleCompilers>>(() => ExampleCompilers.OpenAsync(_folder));
        _layouts = Names.ToDictionary(name => name, name => new Lazy<Task<OciLayoutReader>>(() => Task.Run(() => BuildAsync(name))), StringComparer.Ordinal);
    }

    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = Path.Combine(ProjectCopy.RepositoryFolder, "examples");

    /// <summary>The examples that are programs; <c>base</c> is what their Dockerfiles start from.</summary>
    public static IReadOnlyList<string> Names { get; } = ["c-zlib", "cpp-service", "dotnet-aot", "go-cgo", "nginx"];

    /// <summary>The platforms.</summary>
    public static IReadOnlyList<Platform> Platforms { get; } = [KnownPlatforms.Amd64, KnownPlatforms.Find("linux/arm64")!];

    /// <summary>The authority that the image of <c>cpp-service</c> trusts.</summary>
    public Authority Authority { get; } = new();

    /// <summary>The files of the examples, without what a build makes there.</summary>
    public static IEnumerable<string> Files() => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Root, file).Split('/').Any(part => part is "artifacts" or "bin" or "obj" or "out" or "image.lock.json"));

    /// <summary>Starts all compilers, so that they work while others are tested.</summary>
    public void Start() => _layouts.Values.ToList().ForEach(layout => _ = layout.Value);

    /// <summary>An example's image.</summary>
    public async Task<OciImage> ImageAsync(string name, Platform platform) => (await _layouts[name].Value).ReadImages().Single(image => image.Platform == platform);

    /// <summary>Builds the image that the Dockerfiles start from, and asks whether it has what the programs need that they put there.</summary>
    public async Task<ProgramRun> CheckBaseAsync()
    {
        List<string> programs = [.. Names.Where(name => name != "nginx")];
        await Task.WhenAll(programs.Select(name => _layouts[name].Value));
        string[] options = ["--project=examples/base", "--engine=embedded", "--busybox=debian"];
        ProjectTests.Run(_folder, options).Succeeded();
        return ProjectTests.Run(_folder, [.. options, "--target=CheckBinary", $"--binary={string.Join(',', programs.Select(name => $"examples/{name}/out"))}"]);
    }

    public void Dispose()
    {
        Task.WaitAll([.. _layouts.Values.Where(layout => layout.IsValueCreated).Select(layout => layout.Value.ContinueWith(_ => { }, TaskScheduler.Default))]);
        Authority.Dispose();
        _folder.Dispose();
    }

    private async Task<OciLayoutReader> BuildAsync(string name)
    {
        if (name != "nginx")
        {
            await (await _compilers.Value).CompileAsync(name);
        }

        // The service in .NET alone, and the filter in C with a BusyBox that was compiled before, by the lock that --target=New writes.
        string[] busybox = name switch { "dotnet-aot" => ["--only-binary", "--busybox=none"], "c-zlib" => [], _ => ["--busybox=debian"] };
        if (busybox.Length == 0)
        {
            File.Copy(Path.Combine(ProjectCopy.RepositoryFolder, "image.lock.json"), _folder.File($"examples/{name}/image.lock.json"));
        }

        ProjectTests.Run(_folder, [$"--project=examples/{name}", "--engine=embedded", .. busybox]).Succeeded();
        return OciLayoutReader.Open(_folder.File($"examples/{name}/artifacts/oci"));
    }
}

/// <summary>The lock's compilers, with the headers and libraries that the examples use, on the files of this machine.</summary>
internal sealed class ExampleCompilers
{
    private const string GoRoot = "usr/lib/go-1.24";

    private static readonly string[] _libraries = ["zlib1g", "zlib1g-dev", "libssl3t64", "libssl-dev", "libzstd1", "libsqlite3-0", "libsqlite3-dev"];

    private readonly TemporaryFolder _folder;
    private readonly PreparedBuildRoot _root;

    private ExampleCompilers(TemporaryFolder folder, PreparedBuildRoot root) => (_folder, _root) = (folder, root);

    /// <summary>Fetches and unpacks all that is needed; a test is skipped where that cannot be.</summary>
    public static async Task<ExampleCompilers> OpenAsync(TemporaryFolder folder)
    {
        using var store = new PackageStore(RealSuite.Client(), RealSuite.HostMirrors, RealSuite.Cache, new SilentProgressBoard());
        var locked = PreparedBuildRoot.For(LockFile.Read(Path.Combine(ProjectCopy.RepositoryFolder, "image.lock.json"))!).WithCxx();
        var root = await PreparedBuildRoot.PrepareAsync(locked, ExampleImages.Platforms, store, RealSuite.Cache, new SilentProgressBoard(), Environment.ProcessorCount, default);
        var compilers = new ExampleCompilers(folder, root);
        using var suite = await RealSuite.OpenAsync("trixie");
        foreach (var platform in ExampleImages.Platforms)
        {
            await UnpackAsync(store, suite, platform.DebianArchitecture, folder.File($"sysroot/{platform.DebianArchitecture}"), _libraries);
        }

        await UnpackAsync(store, suite, PreparedBuildRoot.HostArchitecture()!, folder.File("go"), ["golang-1.24-go", "golang-1.24-src"]);

        // The linker of .NET's compiler: its options are clang's, of which gcc lacks one.
        foreach (var platform in ExampleImages.Platforms)
        {
            var script = folder.File($"link-{platform.DebianArchitecture}");
            await File.WriteAllTextAsync(script, $"""
                #!/bin/sh
                for word do
                    shift
                    case $word in --target=*) ;; *) set -- "$@" "$word" ;; esac
                done
                exec {string.Join(' ', compilers.Inside().Select(word => $"'{word}'"))} {platform.CrossPrefix}gcc "$@"

                """);
            Shell.Run("chmod", "+x", script).Succeeded();
        }

        return compilers;
    }

    /// <summary>Compiles an example for its platforms, as its Dockerfile does; Go and .NET without optimizing, which takes a quarter of the time.</summary>
    public async Task CompileAsync(string name)
    {
        await Task.WhenAll(ExampleImages.Platforms.Select(platform => Task.Run(() =>
        {
            var output = _folder.File($"examples/{name}/out/{platform}");
            var (include, library) = (Sysroot(platform, "usr/include"), Sysroot(platform, $"usr/lib/{platform.Triplet}"));
            var (compile, link) = ($"-I{include} -I{include}/{platform.Triplet}", $"-L{library} -Wl,-rpath-link,{library}");
            string[] make = ["make", "-C", _folder.File($"examples/{name}"), $"CPPFLAGS={compile}", $"LDFLAGS={link}"];
            var goRoot = _folder.File($"go/{GoRoot}");
            var command = name switch
            {
                "c-zlib" => Inside([.. make, $"CC={platform.CrossPrefix}gcc", $"OUT={output}"]),
                "cpp-service" => Inside([.. make, $"CXX={platform.CrossPrefix}g++", $"OUT={output}/fileserver"]),
                "go-cgo" => Inside(
                [
                    "env", $"GOROOT={goRoot}", $"GOCACHE={_folder.File("go/cache")}", $"GOPATH={_folder.File("go/path")}", "GOTOOLCHAIN=local", "CGO_ENABLED=1", $"GOARCH={platform.DebianArchitecture}",
                    $"CC={platform.CrossPrefix}gcc", $"CGO_CFLAGS=-O2 {compile}", $"CGO_LDFLAGS={link}",
                    $"{goRoot}/bin/go", "build", "-C", _folder.File($"examples/{name}"), "-trimpath", "-gcflags=all=-N -l", "-ldflags=-s", "-o", $"{output}/visits", ".",
                ]),
                _ => PublishOn(platform, name),
            };
            Shell.Run(command[0], command[1..]).Succeeded();
            if (name == "dotnet-aot")
            {
                Directory.CreateDirectory(output);
                File.Copy(_folder.File($"publish/{platform.DebianArchitecture}/clock"), Path.Combine(output, "clock"));
            }
        })));
    }

    // Without symbols, which take a third of the time. Each platform has a copy, because they compile at once.
    private string[] PublishOn(Platform platform, string name)
    {
        var copy = _folder.File($"compile/{platform.DebianArchitecture}");
        Directory.CreateDirectory(copy);
        foreach (var file in new[] { "Clock.csproj", "Program.cs" })
        {
            File.Copy(_folder.File($"examples/{name}/{file}"), Path.Combine(copy, file));
        }

        return
        [
            "dotnet", "publish", copy, "-c", "Debug", "-r", platform == KnownPlatforms.Amd64 ? "linux-x64" : "linux-arm64", "-o", _folder.File($"publish/{platform.DebianArchitecture}"), "-p:DebugType=none", "-p:StripSymbols=false",
            $"-p:CppCompilerAndLinker={_folder.File($"link-{platform.DebianArchitecture}")}", "--disable-build-servers", "-v:q",
        ];
    }

    private string Sysroot(Platform platform, string path) => _folder.File($"sysroot/{platform.DebianArchitecture}/{path}");

    // In a mount namespace whose /usr is the build root's, and all other files this machine's.
    private string[] Inside(params string[] command) =>
        ["unshare", "--mount", "sh", "-c", "mount -n --bind \"$1/usr\" /usr && shift && exec \"$@\"", "sh", _root.Folder, .. command];

    private static async Task UnpackAsync(PackageStore store, BusyboxGlibc.Debian.Suite.DebianSuite suite, string architecture, string folder, IEnumerable<string> packages)
    {
        Directory.CreateDirectory(folder);
        var index = await suite.PackagesAsync(architecture, default);
        foreach (var package in packages)
        {
            var found = index.Find(package);
            Assert.That(found, Is.Not.Null, $"{package} of {architecture}");
            Shell.Run("dpkg-deb", "-x", await store.FetchAsync(found!.Pin, default), folder).Succeeded();
        }
    }
}

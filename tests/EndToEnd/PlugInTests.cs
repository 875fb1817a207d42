using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Field;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Plug-ins of real packages, in folders where only their program looks: on every platform, and in use.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class PlugInTests
{
    // One of each kind that people ask for: ODBC, SASL, OpenSSL, PKCS #11, GStreamer, PAM, Kerberos, MariaDB, ALSA, GIO, and one that ld.so.conf.d leads to.
    private const string Lines = """
        libtdsodbc = tdsodbc
        /usr/lib/{triplet}/sasl2/*.so* = libsasl2-modules
        /usr/lib/{triplet}/sasl2/*.so* = libsasl2-modules-gssapi-mit
        /lib/{triplet}/ossl-modules/legacy.so = openssl-provider-legacy
        /usr/lib/{triplet}/pkcs11/p11-kit-trust.so = p11-kit-modules
        /usr/lib/{triplet}/gstreamer-1.0/libgstcoreelements.so = libgstreamer1.0-0
        /usr/lib/{triplet}/security/pam_unix.so = libpam-modules
        /usr/lib/{triplet}/krb5/plugins/preauth/pkinit.so = krb5-pkinit
        /usr/lib/{triplet}/libmariadb3/plugin/*.so = libmariadb3
        libasound_module_pcm_upmix = libasound2-plugins
        libgiognutls = glib-networking
        libfakeroot = libfakeroot
        /etc/ssl/openssl.cnf = openssl

        """;

    private static readonly Lazy<ProjectCopy> _built = new(Build);

    private static readonly string[] _names = [.. KnownPlatforms.Default.Select(platform => platform.Name)];

    [OneTimeTearDown]
    public void Clean()
    {
        if (_built.IsValueCreated)
        {
            _built.Value.Dispose();
        }
    }

    [TestCaseSource(nameof(_names))]
    public async Task TheImagesLoaderLoadsEachOfThem(string name)
    {
        await BusyboxGlibc.Tests.Debian.RealSuite.RequireAsync();
        var platform = KnownPlatforms.Find(name)!;
        var locked = LockFile.Read(_built.Value.PathOf("image.lock.json"))!.Platforms.Single(candidate => candidate.Platform == platform);
        var image = SmokeImage.Read(
            OciLayoutReader.Open(_built.Value.Layout).ReadImages().Single(one => one.Platform == platform),
            FileOrigins.Of(locked, RequirementFile.Read(_built.Value.PathOf("lib-requires.txt"), KnownPlatforms.Default)));
        var files = image.Tree.Entries
            .Where(entry => entry.Type == RootfsEntryType.File && entry.Path.StartsWith($"usr/lib/{platform.Triplet}/", StringComparison.Ordinal) && RootfsPath.Name(entry.Path).Contains(".so", StringComparison.Ordinal))
            .Select(entry => "/" + entry.Path)
            .ToList();
        Assert.That(files, Has.Count.GreaterThan(15), "one file at least of each line");
        var answers = await LoaderListing.AskAsync(image, files);
        Assert.That(answers.Keys, Is.EquivalentTo(files));
        Assert.Multiple(() =>
        {
            foreach (var (file, answer) in answers)
            {
                Assert.That(answer.Faults, Is.Empty, file);
            }
        });
    }

    [Test]
    public async Task AProgramUsesThem()
    {
        await OverlayLibraryTests.RequireAsync();
        using var project = new ProjectCopy();
        project.Append("lib-requires.txt", Lines + "libcrypto.so.3\n/usr/local/bin/use\n");
        var program = project.PathOf("overlay/linux-amd64/usr/local/bin/use");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        await File.WriteAllTextAsync(project.PathOf("use.c"), """
            #include <dlfcn.h>
            #include <stdio.h>

            int main(void)
            {
                void *crypto = dlopen("libcrypto.so.3", RTLD_NOW);
                void *(*load)(void *, const char *) = crypto ? (void *(*)(void *, const char *))dlsym(crypto, "OSSL_PROVIDER_load") : 0;
                if (!load || !load(0, "legacy"))
                    return 1;
                const char *plugins[] = {"odbc/libtdsodbc.so", "sasl2/libplain.so", "sasl2/libgssapiv2.so", "pkcs11/p11-kit-trust.so",
                    "gstreamer-1.0/libgstcoreelements.so", "security/pam_unix.so", "krb5/plugins/preauth/pkinit.so", "libmariadb3/plugin/dialog.so",
                    "gio/modules/libgiognutls.so"};
                for (unsigned i = 0; i < sizeof plugins / sizeof *plugins; i++) {
                    char path[200];
                    snprintf(path, sizeof path, "/usr/lib/x86_64-linux-gnu/%s", plugins[i]);
                    if (!dlopen(path, RTLD_NOW)) {
                        fprintf(stderr, "%s\n", dlerror());
                        return 2 + i;
                    }
                }
                return dlopen("libfakeroot-sysv.so", RTLD_NOW) || dlopen("libfakeroot-0.so", RTLD_NOW) ? 42 : 99;
            }
            """);
        Shell.Run("gcc", "-o", program, project.PathOf("use.c")).Succeeded();
        project.Run("--platforms=linux/amd64", "--busybox=debian", "--engine=embedded").Succeeded();
        Assert.That(OverlayLibraryTests.ExitCode(project, "/usr/local/bin/use"), Is.EqualTo(42));
    }

    private static ProjectCopy Build()
    {
        var project = new ProjectCopy();
        project.Append("lib-requires.txt", Lines);
        project.Run("--busybox=debian", "--engine=embedded", "--target=Verify").Succeeded();
        return project;
    }
}

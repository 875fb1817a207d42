using System.Text;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Certificate authorities of the user, in an image.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class AuthorityTests
{
    // OpenSSL finds the bundle by itself. The second server's authority is not in the image.
    private const string Handshakes = """
        ip link set lo up
        for server in known:24431 stranger:24432; do
            name=${server%:*} port=${server#*:}
            openssl s_server -accept 127.0.0.1:$port -cert /srv/$name/server.pem -key /srv/$name/server.key -quiet >/tmp/$name 2>&1 </dev/null &
            : >/tmp/out
            until grep -q "^CONNECTED" /tmp/out; do
                sleep 0.1
                openssl s_client -connect 127.0.0.1:$port -servername $name.lan -verify_hostname $name.lan -verify_return_error </dev/null >/tmp/out 2>&1 && said=trusted || said=refused
            done
            echo "$name $said: $(grep -o 'Verification: OK\|certificate verify failed' /tmp/out | sort -u)"
            kill $!
        done
        """;

    [TestCase("certificates,locale,netbase")]
    [TestCase("none")]
    public async Task AHandshakeTrustsThemAndNoOthers(string features)
    {
        await OverlayLibraryTests.RequireAsync();
        using var project = new ProjectCopy();
        using var known = new Authority();
        using var stranger = new Authority();
        Sign(project, known, "known");
        Sign(project, stranger, "stranger");
        File.Copy(project.PathOf("overlay/all/srv/known/authority.pem"), project.PathOf("corp.pem"));
        project.Append("lib-requires.txt", "/srv/known/*\n/srv/stranger/*\n");
        project.Run("--platforms=linux/amd64", "--busybox=debian", "--engine=embedded", "--commands=+openssl", $"--features={features}", "--authorities=corp.pem").Succeeded();

        var image = SmokeImage.Read(OciLayoutReader.Open(project.Layout).ReadImages().Single());
        Assert.That(image.Tree.TryGet("etc/ssl/certs/ca-certificates.crt", out var bundle));
        Assert.That(Encoding.ASCII.GetString(bundle!.Content.Span), Does.EndWith(known.Certificate.ExportCertificatePem() + "\n"));
        using var folder = new TemporaryFolder();
        var opening = await new PrivateRoot(folder.File("roots"), new CommandRunner(keptLines: int.MaxValue), BuildRootEntry.Ways).OpenAsync(image, default);
        Assert.That(opening.Place, Is.Not.Null, opening.Reason);
        await using var place = opening.Place!;
        var run = await place.RunAsync(new SmokeScript(Handshakes, []), TimeSpan.FromMinutes(1), default);
        Assert.That(run.Output.Concat(run.Error).ToArray(), Is.EqualTo(new[] { "known trusted: Verification: OK", "stranger refused: certificate verify failed" }));
    }

    [Test]
    public void ARefusedFileEndsTheBuildBeforeAnythingIsResolved()
    {
        using var project = new ProjectCopy();
        using var authority = new Authority();
        Sign(project, authority, "leaf");
        var run = project.Run("--target=Restore", "--platforms=linux/amd64", "--authorities=overlay/all/srv/leaf/*,nowhere.pem");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("3 files cannot be used as authorities").And.Contains("a private key").And.Contains("CN=leaf.lan is not an authority").And.Contains("nowhere.pem: no such file"));
        Assert.That(run.Output, Does.Not.Contain(File.ReadAllLines(project.PathOf("overlay/all/srv/leaf/server.key"))[1]));
    }

    private static void Sign(ProjectCopy project, Authority authority, string name)
    {
        var folder = Directory.CreateDirectory(project.PathOf($"overlay/all/srv/{name}")).FullName;
        authority.Sign(folder, $"{name}.lan");
    }
}

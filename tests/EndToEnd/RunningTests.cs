using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Real programs run from the image of amd64 in a chroot; SmokeTest runs those of every platform.</summary>
[Category(Categories.EndToEnd)]
internal sealed class RunningTests
{
    private const string CppProgram = """
        #include <filesystem>
        #include <iostream>
        #include <stdexcept>
        #include <thread>
        #include <netdb.h>
        #include <pwd.h>
        int main() {
            int sum = 0;
            std::thread adder([&] { for (int i = 1; i <= 8; i++) sum += i; });
            adder.join();
            try { throw std::runtime_error("caught"); } catch (const std::exception &error) { std::cout << error.what() << ' '; }
            struct addrinfo *found = nullptr;
            std::cout << sum << ' ' << std::filesystem::is_directory("/tmp") << ' ' << getpwnam("nobody")->pw_uid << ' '
                      << getpwuid(65532)->pw_name << ' ' << getservbyname("https", "tcp")->s_port << ' '
                      << getaddrinfo("127.0.0.1", "80", nullptr, &found) << std::endl;
        }
        """;

    private string _root = string.Empty;

    [OneTimeSetUp]
    public async Task Unpack()
    {
        Requires.That(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "an amd64 machine");
        _root = await RealImage.UnpackAsync(KnownPlatforms.Amd64);
    }

    [OneTimeTearDown]
    public void Remove()
    {
        if (_root.Length > 0)
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    [TestCase("ls /", "bin")]
    [TestCase("ip -V", "iproute2")]
    [TestCase("ethtool --version", "ethtool version")]
    [TestCase("getconf LONG_BIT", "64")]
    [TestCase("getconf -a", "GNU_LIBC_VERSION")]
    [TestCase("busybox id root", "uid=0(root) gid=0(root)")]
    [TestCase("id nobody", "uid=65534(nobody)")]
    [TestCase("id nonroot", "uid=65532(nonroot)")]
    [TestCase("echo $((6*7))", "42")]
    [TestCase("cryptpw secret", "$6$")]
    [TestCase("echo secret | mkpasswd -P 0", "$6$")]
    [TestCase("ip route help 2>&1; ip rule", "lookup main")]
    [TestCase("/bin/env /usr/bin/env /bin/[ 1 -eq 1 ] && echo yes", "yes")]
    [TestCase("cd /var/run && pwd -P", "/run")]
    [TestCase("LD_DEBUG=libs /usr/bin/ip -V 2>&1", "search cache=/etc/ld.so.cache")]
    [TestCase("date +%Z", "UTC")]
    [TestCase("env", "PATH=")]
    [TestCase("LD_TRACE_LOADED_OBJECTS=1 /usr/bin/ip", "libc.so.6")]
    public void InAChroot(string command, string expected) =>
        Assert.That(Shell.Run("chroot", _root, "/bin/sh", "-c", command).Succeeded().Output, Does.Contain(expected));

    [Test]
    public void AnOrdinaryUserMayWriteToTmpAndNowhereElse()
    {
        Shell.Run("chroot", "--userspec=65532:65532", _root, "/bin/sh", "-c", "echo x > /tmp/mine && echo x > /home/nonroot/mine").Succeeded();
        Assert.That(Shell.Run("chroot", "--userspec=65532:65532", _root, "/bin/sh", "-c", "echo x > /bin/mine || cat /etc/shadow").ExitCode, Is.Not.Zero);
    }

    [Test]
    public void ACppProgramOfTheHostRunsInIt()
    {
        Requires.Tool("g++");
        var source = Path.Combine(_root, "tmp", "program.cpp");
        File.WriteAllText(source, CppProgram);
        Shell.Run("g++", "-std=c++17", "-O1", "-pthread", "-o", Path.Combine(_root, "tmp", "program"), source).Succeeded();
        Assert.That(Shell.Run("chroot", _root, "/tmp/program").Succeeded().Output, Is.EqualTo("caught 36 1 65534 nonroot 47873 0\n"));
    }
}

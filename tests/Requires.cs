namespace BusyboxGlibc.Tests;

/// <summary>Skips a test whose surroundings lack what it needs, saying what; with REQUIRE_ALL=1, as CI sets it, that is a failure.</summary>
internal static class Requires
{
    public static void That(bool present, string what)
    {
        if (present)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable("REQUIRE_ALL") == "1")
        {
            Assert.Fail($"missing here: {what}");
        }

        throw new IgnoreException($"needs {what}");
    }

    /// <summary>Skips a test where nothing can listen on <c>::1</c>.</summary>
    public static void IPv6Loopback()
    {
        try
        {
            using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.IPv6Loopback, 0);
            listener.Start();
        }
        catch (System.Net.Sockets.SocketException)
        {
            That(false, "the loopback address of IPv6");
        }
    }

    public static void Tool(string name) => That(Find(name) is not null, $"the program {name} on PATH");

    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(':')
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}

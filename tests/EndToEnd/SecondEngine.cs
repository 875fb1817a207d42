namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>An engine of its own beside the one of the tests, out of what that one downloaded where <c>tests/engine/engine.sh</c> brought it up.</summary>
internal sealed class SecondEngine : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("second-").FullName;

    public SecondEngine()
    {
        Requires.That(Environment.IsPrivilegedProcess, "root, which an engine needs");
        var first = Path.GetDirectoryName(RealEngine.Socket)!;
        foreach (var name in (string[])["downloads", "base.tar"])
        {
            if (Path.Exists(Path.Combine(first, name)))
            {
                Shell.Run("cp", "-r", Path.Combine(first, name), _folder).Succeeded();
            }
        }

        try
        {
            Control("up").Succeeded();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The engine's socket.</summary>
    public string Socket => Path.Combine(_folder, "docker.sock");

    public void Dispose()
    {
        Control("down");
        Directory.Delete(_folder, recursive: true);
    }

    private ProgramRun Control(string verb) => Shell.Run("sh", Path.Combine(ProjectCopy.RepositoryFolder, "tests/engine/engine.sh"), verb, _folder);
}

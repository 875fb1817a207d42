namespace BusyboxGlibc.Tests.Addins;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("host-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

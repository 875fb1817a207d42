using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.EndToEnd;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Field;

/// <summary>The image of all libraries of <c>libraries.txt</c>, for all platforms, packed once a test run by the built program.</summary>
[SetUpFixture]
internal sealed class FieldImage
{
    private static readonly Lazy<Task<ProjectCopy>> _packed = new(PackAsync);

    /// <summary>The file of names.</summary>
    public static string Requirements { get; } = Path.Combine(ProjectCopy.RepositoryFolder, "tests", "Field", "libraries.txt");

    /// <summary>The project whose layout it is; what its Verify says is up to the tests.</summary>
    public static Task<ProjectCopy> ProjectAsync() => _packed.Value;

    /// <summary>One platform's image, with what the lines of the file ask for and allow.</summary>
    public static async Task<SmokeImage> ReadAsync(Platform platform)
    {
        var project = await ProjectAsync();
        var locked = LockFile.Read(project.PathOf("image.lock.json"))!.Platforms.Single(candidate => candidate.Platform == platform);
        return SmokeImage.Read(
            OciLayoutReader.Open(project.Layout).ReadImages().Single(image => image.Platform == platform), FileOrigins.Of(locked, RequirementFile.Read(Requirements, KnownPlatforms.Default)));
    }

    [OneTimeTearDown]
    public void Clean()
    {
        if (_packed.IsValueCreated && _packed.Value.IsCompletedSuccessfully)
        {
            _packed.Value.Result.Dispose();
        }
    }

    private static async Task<ProjectCopy> PackAsync()
    {
        await RealSuite.RequireAsync();
        var project = new ProjectCopy();
        File.Copy(Requirements, project.PathOf("lib-requires.txt"), overwrite: true);

        // Debian's BusyBox: nothing of this is about compiling one.
        project.Run("--busybox=debian", "--target=Pack").Succeeded();
        return project;
    }
}

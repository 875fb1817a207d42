using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Setup;

/// <summary>Makes what strangers can check about the image and its variants.</summary>
/// <param name="services">The services of the run.</param>
public sealed class Attesting(IServiceProvider services)
{
    private IEnumerable<ImageAttesting> Images => services.Get<BuildResults>().Plan.All.Select(plan => new ImageAttesting(services, plan));

    /// <summary>Writes what is in each image, unless it is written already.</summary>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The number of documents.</returns>
    /// <exception cref="Foundation.Errors.BuildException">A layout is damaged, or a package is not available.</exception>
    internal async Task<int> WriteSbomsAsync(CancellationToken cancellation)
    {
        var count = 0;
        foreach (var image in Images)
        {
            count += (await image.WriteSbomsAsync(cancellation)).Count;
        }

        return count;
    }

    /// <summary>Writes all statements.</summary>
    /// <param name="revision">The commit of the project; null if git names none.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The number of statements.</returns>
    /// <exception cref="Foundation.Errors.BuildException">A layout is damaged, or a package is not available.</exception>
    internal async Task<int> WriteAsync(SourceRevision? revision, CancellationToken cancellation)
    {
        var count = 0;
        foreach (var image in Images)
        {
            count += await image.WriteAsync(revision, cancellation);
        }

        return count;
    }
}

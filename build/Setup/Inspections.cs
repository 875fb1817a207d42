using BusyboxGlibc.Inspect.Libraries;

namespace BusyboxGlibc.Setup;

/// <summary>What answers questions about libraries and the image, made when it is asked.</summary>
/// <param name="services">The host's services.</param>
public sealed class Inspections(IServiceProvider services)
{
    /// <summary>Finds libraries and commands.</summary>
    internal LibraryFinder Libraries => services.Get<LibraryFinder>();
}

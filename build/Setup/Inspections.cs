using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Inspect.Reasons;

namespace BusyboxGlibc.Setup;

/// <summary>What answers questions about libraries and the image, made when it is asked.</summary>
/// <param name="services">The host's services.</param>
public sealed class Inspections(IServiceProvider services)
{
    /// <summary>Finds libraries and commands.</summary>
    internal LibraryFinder Libraries => services.Get<LibraryFinder>();

    /// <summary>Explains why files are in the image.</summary>
    internal ReasonFinder Reasons => services.Get<ReasonFinder>();
}

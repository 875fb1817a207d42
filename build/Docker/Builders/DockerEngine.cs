namespace BusyboxGlibc.Docker.Builders;

/// <summary>The properties of the engine that the client uses.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Context">The client's context, which is also the name of the builder inside the engine.</param>
/// <param name="HasContainerdStore">Whether it keeps images in containerd's store, so that the builder inside it can build for several platforms and
/// write a layout (docs.docker.com/engine/storage/containerd).</param>
internal sealed record DockerEngine(string Version, string Context, bool HasContainerdStore);

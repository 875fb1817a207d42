namespace Cake.Docker;

/// <summary>How the client is started for a command that has no alias of its own.</summary>
public sealed class DockerCustomCommandSettings : AutoToolSettings;

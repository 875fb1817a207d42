namespace BusyboxGlibc.Lock;

/// <summary>A package the image takes files from whatever is required: accounts, os-release, certificates.</summary>
/// <param name="Package">The package's name.</param>
/// <param name="Patterns">What is taken: absolute paths, where <c>*</c> stands for any characters but a slash and
/// <c>**</c> for any characters. A pattern that matches nothing is an error.</param>
/// <param name="Reason">What it is for, for an error: <c>the certificates feature</c>.</param>
public sealed record BasePackage(string Package, IReadOnlyList<string> Patterns, string Reason);

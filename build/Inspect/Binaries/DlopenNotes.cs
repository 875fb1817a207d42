using System.Text.Json;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>The libraries that a file says it loads with <c>dlopen</c>, in its notes <c>.note.dlopen</c>.</summary>
internal static class DlopenNotes
{
    // The notes of systemd's own library name seven.
    private const int Most = 64;

    /// <summary>Returns a finding for each feature of which no library is there.</summary>
    /// <param name="elf">The file.</param>
    /// <param name="has">Whether the loader finds a library for the file.</param>
    /// <param name="find">Finds the package of a missing library.</param>
    public static async Task<IReadOnlyList<BinaryFinding>> FindingsAsync(ElfFile elf, Func<string, bool> has, Func<string, Task<LibrarySource>> find)
    {
        var findings = new List<BinaryFinding>();
        foreach (var (sonames, feature, priority) in ElfNotes.Read(elf.Image)
            .Where(note => note is { Owner: ElfNotes.FreeDesktop, Type: ElfNotes.DlopenType }).SelectMany(note => Parse(note.Text)).Take(Most).Where(entry => !entry.Sonames.Exists(name => has(name))))
        {
            var source = await find(sonames[0]);
            findings.Add(new BinaryFinding(
                "missing-dlopen", priority == "required" ? FindingWeight.Missing : FindingWeight.Note,
                SafeText.Text($"loads {string.Join(" or ", sonames)} while it runs{(feature.Length == 0 ? string.Empty : $", for {feature}")} ({priority}): not found"))
            {
                Name = sonames[0],
                Package = source.Package,
                Line = priority == "required" ? source.Line : null,
                Next = priority == "required" || source.Line is null ? source.Next : $"if you use it, add: {source.Line}",
            });
        }

        return findings;
    }

    private static List<(List<string> Sonames, string Feature, string Priority)> Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return [.. document.RootElement.EnumerateArray().Select(entry => (
                entry.GetProperty("soname").EnumerateArray().Select(name => name.GetString()).OfType<string>().Where(name => name.Length > 0).ToList(),
                Text(entry, "feature"),
                Text(entry, "priority") is { Length: > 0 } priority ? priority : "recommended"))
                .Where(entry => entry.Item1.Count > 0)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // A note that cannot be read says nothing; the loader does not read it either.
            return [];
        }
    }

    private static string Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;
}

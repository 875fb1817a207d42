using System.Security.Cryptography;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>Rules for package records: everything listed in <c>status.d</c> is in the tree, unchanged, with its copyright file.</summary>
internal static class RecordRules
{
    private const string Folder = "var/lib/dpkg/status.d/";
    private const string SumsSuffix = ".md5sums";

    internal static void Check(VerificationContext context)
    {
        var names = context.Tree.Entries
            .Where(entry => entry.Type != RootfsEntryType.Directory && entry.Path.StartsWith(Folder, StringComparison.Ordinal))
            .Select(entry => entry.Path[Folder.Length..])
            .ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0)
        {
            context.Add(Folder.TrimEnd('/'), "contains no package");
        }

        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (name.EndsWith(SumsSuffix, StringComparison.Ordinal))
            {
                if (!names.Contains(name[..^SumsSuffix.Length]))
                {
                    context.Add(Folder + name, "belongs to no package");
                }

                continue;
            }

            CheckPackage(context, name, names.Contains(name + SumsSuffix));
        }
    }

    private static void CheckPackage(VerificationContext context, string name, bool hasSums)
    {
        var control = context.Lines(Folder + name) ?? [];
        if (!control.Contains("Package: " + name) || !control.Any(line => line.StartsWith("Version: ", StringComparison.Ordinal)))
        {
            context.Add(Folder + name, $"is not the control file of a package {name}");
        }

        if (!hasSums)
        {
            context.Add(Folder + name, "has no md5sums file");
        }
        else
        {
            CheckSums(context, Folder + name + SumsSuffix);
        }

        // Must be a regular file: scanners take the package's name from the path, and do not follow symbolic or hard links.
        var copyright = $"usr/share/doc/{name}/copyright";
        if (!context.Tree.TryGet(copyright, out var entry) && context.Origins.IsOwnPackage(name))
        {
            return;
        }

        if (entry is null || entry.Type != RootfsEntryType.File)
        {
            context.Add(copyright, entry is null ? "is missing" : "is not a regular file", "/" + Folder + name);
        }
    }

    private static void CheckSums(VerificationContext context, string path)
    {
        foreach (var line in context.Lines(path) ?? [])
        {
            // 32 digits, two blanks and a path without its leading slash, deb-md5sums(5).
            if (line.Length < 35 || line[32..34] != "  " || !line[..32].All(char.IsAsciiHexDigitLower))
            {
                context.Add(path, $"has a malformed line: {line}");
            }
            else if (!context.TryFile(line[34..], out var file))
            {
                context.Add(line[34..], "is missing", "/" + path);
            }
            else if (Md5(file.Content) != line[..32])
            {
                context.Add(line[34..], "is not the file that its package ships", "/" + path);
            }
        }
    }

    // dpkg's own checksum; the signature of the archive protects against malicious changes.
#pragma warning disable CA5351
    private static string Md5(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(MD5.HashData(content.Span));
#pragma warning restore CA5351
}

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Takes the copyright file of every package that provides a file, even if its documentation folder is a link into another
/// package, and the licence texts that the copyright files refer to.
/// </summary>
internal sealed class DocumentWalk(ResolvedFiles resolved, Action<string> note)
{
    private const string DocFolder = "/usr/share/doc/";
    private const string LicenceFolder = "/usr/share/common-licenses/";
    private const string LicencePackage = "base-files";

    /// <summary>Continues until every package has its copyright file.</summary>
    public async Task DocumentAsync()
    {
        // The list grows during the loop: a documentation link adds its target package.
        for (var i = 0; i < resolved.Packages.Count; i++)
        {
            var package = resolved.Packages[i];
            if (!package.IsDocumented)
            {
                package.IsDocumented = true;
                await resolved.OpenAsync(package.Name);
                if (await TakeCopyrightAsync(package, package.Name, hops: 0) is { } copyright)
                {
                    await TakeLicencesAsync(copyright);
                }
                else
                {
                    note($"{package.Name} {package.Choice.Pin.Version} has no copyright file");
                }
            }
        }
    }

    // The copyright file in a package's documentation folder; if the file is in another package, it is taken from there.
    private async Task<DebMember?> TakeCopyrightAsync(ResolvedPackage package, string folder, int hops)
    {
        var contents = package.Contents!;
        if (contents.Find($"{DocFolder}{folder}/copyright") is { } copyright)
        {
            resolved.Take(package, copyright, null, outward: false);
            return contents.End(copyright) ?? await ElsewhereAsync(copyright.LinkTarget!, hops);
        }

        if (contents.Find(DocFolder + folder) is { IsSymbolicLink: true } link)
        {
            resolved.Take(package, link, null, outward: false);
            return await ElsewhereAsync($"{link.LinkTarget}/copyright", hops);
        }

        return null;
    }

    private async Task<DebMember?> ElsewhereAsync(string path, int hops)
    {
        if (hops > 8 || !path.StartsWith(DocFolder, StringComparison.Ordinal))
        {
            return null;
        }

        var folder = path[DocFolder.Length..].Split('/')[0];
        return await resolved.OpenAsync(folder) is { } package
            ? await TakeCopyrightAsync(package, folder, hops + 1)
            : null;
    }

    private async Task TakeLicencesAsync(DebMember copyright)
    {
        if (copyright.Licences.Count == 0 || await resolved.OpenAsync(LicencePackage) is not { } package)
        {
            return;
        }

        foreach (var name in copyright.Licences)
        {
            // A text may refer to the file GPL-2 as "GPL-2+"; a licence that is not in base-files is not available from Debian.
            if ((package.Contents!.Find(LicenceFolder + name) ?? package.Contents.Find(LicenceFolder + name.TrimEnd('+', '.'))) is { } licence)
            {
                resolved.Take(package, licence, null, outward: false);
            }
        }
    }
}

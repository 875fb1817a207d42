using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Busybox.Releases;

/// <summary>The releases that can be compiled, from <c>busybox-releases.json</c> at the top of the project.</summary>
/// <param name="Default">The version used if none is requested.</param>
/// <param name="Releases">The releases, newest first.</param>
internal sealed partial record BusyboxReleases(string Default, IReadOnlyList<BusyboxRelease> Releases)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "busybox-releases.json";

    private const int MaximumBytes = 256 * 1024;

    private static readonly JsonSerializerOptions _strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>Reads the file.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="BusyboxException">The file cannot be read, is not valid, or contains an invalid release.</exception>
    public static BusyboxReleases Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > MaximumBytes)
            {
                throw new BusyboxException($"{FileName} is too large", path, $"more than {MaximumBytes / 1024} KiB");
            }

            var releases = JsonSerializer.Deserialize<BusyboxReleases>(stream, _strict)
                ?? throw new BusyboxException($"{FileName} is empty", path, next: "restore the committed file");
            releases.Check(path);
            return releases;
        }
        catch (JsonException error)
        {
            throw new BusyboxException(
                $"{FileName} is not a list of releases",
                $"{path}:{(error.LineNumber ?? 0) + 1}",
                error.Message.Split(" Path:")[0],
                "write it like the existing entries",
                error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BusyboxException($"cannot read {FileName}", path, error.Message, "restore the committed file", error);
        }
    }

    /// <summary>Returns the release of that version.</summary>
    /// <param name="version">The version; null for the default.</param>
    /// <param name="where">The source of the request, for error messages.</param>
    /// <exception cref="BusyboxException">There is no such release: the error lists the known ones, and how to add one.</exception>
    public BusyboxRelease Find(string? version, string where) =>
        Releases.FirstOrDefault(release => release.Version == (version ?? Default))
        ?? throw new BusyboxException(
            $"BusyBox {ValueList.Show(version ?? Default)} is not known",
            where,
            $"known releases: {string.Join(", ", Releases.Select(release => release.Version))}",
            $"choose one of them, or add it to {FileName}: version, date, sha256, size and sources of its tarball (for example "
                + "https://busybox.net/downloads/busybox-VERSION.tar.bz2), then its patches and options if it needs any");

    [GeneratedRegex("^[0-9]+(\\.[0-9]+){1,3}$")]
    private static partial Regex VersionForm { get; }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Sha256Form { get; }

    [GeneratedRegex("^pool/[A-Za-z0-9.+~_-]+(/[A-Za-z0-9.+~_-]+)*$")]
    private static partial Regex PoolForm { get; }

    [GeneratedRegex("^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")]
    private static partial Regex FolderForm { get; }

    [GeneratedRegex("^(CONFIG_[A-Z0-9_]+=[^\\r\\n]*|# CONFIG_[A-Z0-9_]+ is not set)$")]
    private static partial Regex OptionForm { get; }

    private void Check(string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var release in Releases)
        {
            // Nullability annotations apply only to members: the items of a list or a map may still be null.
            Require(
                release is not null && release.Sources.Concat(release.Patches).All(text => text is not null) && release.Options.Values.All(lines => lines is not null && lines.All(line => line is not null)),
                "an entry is null", "each release, source, folder and option must have a value", path);
            Require(VersionForm.IsMatch(release!.Version), $"{ValueList.Show(release.Version)} is not a version", "a version consists of digits and dots", path);
            Require(seen.Add(release.Version), $"{release.Version} appears twice", "a version has one tarball", path);
            Require(
                DateOnly.TryParseExact(release.Date, BusyboxRelease.DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year >= 1999,
                $"{release.Version} has no release date", $"{ValueList.Show(release.Date)} is not year-month-day", path);
            Require(Sha256Form.IsMatch(release.Sha256), $"{release.Version} has no SHA-256", "64 lower-case hexadecimal digits are required", path);
            Require(release.Size is > 0 and < 1 << 30, $"{release.Version} has no valid size", $"{release.Size} bytes", path);
            Require(release.Sources.Count > 0, $"{release.Version} has no source", "at least one URL or pool path is required", path);
            foreach (var source in release.Sources)
            {
                Require(IsSource(source), $"{release.Version}: {ValueList.Show(source)} is not a source", "a source is an http, https or file URL without a user name or password, or a pool/ path", path);
            }

            foreach (var folder in release.Patches)
            {
                Require(FolderForm.IsMatch(folder), $"{release.Version}: {ValueList.Show(folder)} is not a patch folder", "a path inside the project without spaces is required", path);
            }

            foreach (var (platform, lines) in release.Options)
            {
                Require(
                    platform == BusyboxRelease.AllPlatforms || KnownPlatforms.All.Any(known => known.Name == platform),
                    $"{release.Version} has options for {ValueList.Show(platform)}", $"the platforms are all, {string.Join(", ", KnownPlatforms.All.Select(known => known.Name))}", path);
                foreach (var line in lines)
                {
                    Require(OptionForm.IsMatch(line), $"{release.Version}: {ValueList.Show(line)} is not a configuration line", "CONFIG_NAME=VALUE or # CONFIG_NAME is not set", path);
                }
            }
        }

        Require(seen.Contains(Default), $"the default {ValueList.Show(Default)} is not among the releases", $"known releases: {string.Join(", ", seen)}", path);
    }

    private static bool IsSource(string source) => source.StartsWith("pool/", StringComparison.Ordinal)
        ? PoolForm.IsMatch(source) && !source.Split('/').Contains("..")
        : WebAddress.TryParse(source) is { } url && url.Scheme is "http" or "https" or "file" && url.UserInfo.Length == 0;

    private static void Require(bool holds, string what, string why, string path)
    {
        if (!holds)
        {
            throw new BusyboxException(what, path, why, $"fix {FileName}");
        }
    }
}

namespace BusyboxGlibc.Formats.Spdx;

/// <summary>A package of an SPDX document (SPDX 2.3, section 7); what is null or empty is left out.</summary>
/// <param name="Id">Its identifier, <c>SPDXRef-…</c>.</param>
/// <param name="Name">Its name.</param>
internal sealed record SpdxPackage(string Id, string Name)
{
    /// <summary>Its version.</summary>
    public string? Version { get; init; }

    /// <summary>Where this build has it from: <c>Organization: …</c> or NOASSERTION.</summary>
    public string? Supplier { get; init; }

    /// <summary>Its address.</summary>
    public string DownloadLocation { get; init; } = SpdxDocument.NoAssertion;

    /// <summary>The SHA-1 values of its files in the document, lowercase; empty if the document lists none of its files.</summary>
    public IReadOnlyList<string> FileSums { get; init; } = [];

    /// <summary>Its home page.</summary>
    public string? Homepage { get; init; }

    /// <summary>What it was built from. trivy reads the name of the source package here.</summary>
    public string? SourceInfo { get; init; }

    /// <summary>The SHA-256 of its file, lowercase.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Its licence as this build concludes.</summary>
    public string? LicenseConcluded { get; init; } = SpdxDocument.NoAssertion;

    /// <summary>Its licence as it says itself.</summary>
    public string? LicenseDeclared { get; init; } = SpdxDocument.NoAssertion;

    /// <summary>What kind of thing it is: <c>CONTAINER</c>, <c>SOURCE</c>.</summary>
    public string? Purpose { get; init; }

    /// <summary>What a reader should know.</summary>
    public string? Comment { get; init; }

    /// <summary>Its package URL.</summary>
    public string? Purl { get; init; }

    /// <summary>Its CPE 2.3 name.</summary>
    public string? Cpe { get; init; }
}

/// <summary>A file of an SPDX document (section 8).</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Path">Its path, relative to the root of the image.</param>
/// <param name="Sha1">Its SHA-1, which SPDX 2.3 demands.</param>
/// <param name="Sha256">Its SHA-256.</param>
internal sealed record SpdxFile(string Id, string Path, string Sha1, string Sha256);

/// <summary>A relationship of two elements (section 11).</summary>
/// <param name="From">The element it is about.</param>
/// <param name="Type">What it is to the other, <c>CONTAINS</c>.</param>
/// <param name="To">The other.</param>
/// <param name="Comment">What a reader should know; null for nothing.</param>
internal sealed record SpdxRelationship(string From, string Type, string To, string? Comment = null);

/// <summary>A licence that is not on SPDX's list, with its text (section 10).</summary>
/// <param name="Id">Its identifier, <c>LicenseRef-…</c>.</param>
/// <param name="Name">Its name, as found.</param>
/// <param name="Text">Its text, as found.</param>
internal sealed record SpdxLicense(string Id, string Name, string Text);

/// <summary>Another document that this one refers to (section 6.6).</summary>
/// <param name="Id">Its identifier here, <c>DocumentRef-…</c>.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Sha1">The SHA-1 of its bytes.</param>
internal sealed record SpdxExternalDocument(string Id, string Namespace, string Sha1);

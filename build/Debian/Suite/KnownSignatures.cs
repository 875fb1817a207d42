using System.Globalization;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>
/// Signatures that were verified before, kept under <c>derived/signatures</c> of the cache: the same bytes, keys and program give the same answer, and most of a
/// short question's time would be spent on asking it again. Who can write there can write what is derived from the indices too. The folder may be deleted at any time.
/// </summary>
/// <param name="cache">The cache folder.</param>
internal sealed class KnownSignatures(string cache)
{
    private readonly DerivedCache _known = new(Path.Combine(cache, "derived", "signatures"), 2L * ClearSignedFile.LargestFile);

    /// <summary>Verifies a file, or finds that it was verified.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="sha256">Their checksum.</param>
    /// <param name="name">Name for error messages.</param>
    /// <param name="keyring">The trusted keys.</param>
    /// <param name="now">The current time, UTC.</param>
    /// <exception cref="DebianException">As of <see cref="ClearSignedFile.Verify"/>.</exception>
    public SignedText Verify(ReadOnlySpan<byte> file, string sha256, string name, ArchiveKeyring keyring, DateTime now)
    {
        var key = InputKey.Of("busybox-glibc signature 1", typeof(KnownSignatures).Assembly.ManifestModule.ModuleVersionId.ToString(), keyring.Id, sha256);
        if (_known.Find(key, Read) is { } known && ClearSignedFile.IsGoodAt(known, now))
        {
            return known;
        }

        var signed = ClearSignedFile.Verify(file, name, keyring, now);
        _known.Keep(key, writer => Write(writer, signed));
        return signed;
    }

    private static SignedText Read(BinaryReader reader) => new(reader.ReadBytes(reader.ReadInt32()), reader.ReadString(), ReadTime(reader) ?? throw new FormatException("an entry has no time"))
    {
        KeysExpire = ReadTime(reader),
        SignaturesExpire = ReadTime(reader),
    };

    private static void Write(BinaryWriter writer, SignedText signed)
    {
        writer.Write(signed.Text.Length);
        writer.Write(signed.Text);
        writer.Write(signed.SignedBy);
        WriteTime(writer, signed.SignedAt);
        WriteTime(writer, signed.KeysExpire);
        WriteTime(writer, signed.SignaturesExpire);
    }

    private static DateTime? ReadTime(BinaryReader reader) =>
        reader.ReadString() is { Length: > 0 } text ? DateTime.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null;

    private static void WriteTime(BinaryWriter writer, DateTime? time) => writer.Write(time?.ToString("O", CultureInfo.InvariantCulture) ?? string.Empty);
}

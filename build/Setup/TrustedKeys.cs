using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Setup;

/// <summary>The keys that sign the archive: those of the suite that are part of the program, or a keyring of the user's instead.</summary>
/// <param name="inputs">The options.</param>
/// <param name="board">Receives a line about the user's keyring.</param>
public sealed class TrustedKeys(BuildInputs inputs, IProgressBoard board)
{
    private readonly Lazy<ArchiveKeyring?> _own = new(() =>
        inputs.Options.Debian.Keyring is { Files.Count: > 0 } keyring ? KeyringFile.Read(keyring.Files, keyring.Where) : null);

    private bool _isTold;

    /// <summary>The fingerprints of the user's keys; empty if the program's are used.</summary>
    /// <exception cref="Debian.DebianException">The keyring cannot be used.</exception>
    internal IReadOnlyList<string> OwnFingerprints => _own.Value?.Fingerprints ?? [];

    /// <summary>The keys that may sign a suite.</summary>
    /// <exception cref="Debian.DebianException">The keyring cannot be used.</exception>
    internal ArchiveKeyring Of(SuiteFacts suite) => _own.Value ?? ArchiveKeyring.For(suite.KeysOf ?? suite.Codename);

    /// <summary>Tells the user once which keys are trusted instead of Debian's.</summary>
    internal void Tell()
    {
        if (_own.Value is { } own && !_isTold)
        {
            _isTold = true;
            board.Note($"Release files must be signed by a key of {own.Own}, instead of Debian's: {string.Join(", ", own.Fingerprints)}");
        }
    }
}

using BusyboxGlibc.Attestations;
using BusyboxGlibc.Attestations.Publishing;
using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Attachments;

namespace BusyboxGlibc.Setup;

/// <summary>Signs the attestations of the layout, with the key that the run's options name.</summary>
/// <param name="inputs">The options.</param>
/// <param name="commands">Starts cosign, if it is to sign.</param>
public sealed class AttestationSigning(BuildInputs inputs, ICommandRunner commands)
{
    /// <summary>Writes the Sigstore bundles of the statements in the folder; deletes those of earlier runs.</summary>
    /// <param name="files">The paths of the image's files.</param>
    /// <returns>The number of bundles.</returns>
    /// <exception cref="AttestationException">The key cannot be used, or a statement is about another image.</exception>
    internal int WriteBundles(BuildPaths files)
    {
        using var key = FindKey();
        var bundles = Attach(OciLayoutReader.Open(files.Layout), files, key).Bundles;
        BundleFiles.Write(files.Attestations, bundles);
        return bundles.Count;
    }

    /// <summary>Reads the key, before work that would be lost without it.</summary>
    /// <exception cref="AttestationException">It cannot be used.</exception>
    internal void CheckKey()
    {
        if (inputs.Options.Publish is { SignsWithCosign: true, DryRun: false })
        {
            NewCosign().Check();
        }

        FindKey()?.Dispose();
    }

    /// <summary>Signs the image in a repository with cosign; null if that is not asked for.</summary>
    internal Func<PublishPlace, CancellationToken, Task<int>>? CosignOf(OciLayoutReader layout, BuildPaths files) => !inputs.Options.Publish.SignsWithCosign ? null : async (place, cancellation) =>
    {
        // cosign knows neither the variables of this program nor all of the files it reads; a token for the registry itself has no form there.
        var account = await place.Account.FindAsync(cancellation) is { IsRegistryToken: false } found ? found : null;
        var folder = account is null ? null : CosignProgram.WriteDockerConfig(place.Host.CredentialKey, account.IsIdentityToken ? null : account.User, account.Reveal());
        try
        {
            var statements = new AttestationFolder(files.Attestations).Read().Select(attestation => SubjectStatement.Of(layout, attestation)).ToList();
            return await NewCosign().SignAsync(
                new CosignPlace(place.Name, inputs.Options.Publish.InsecureRegistries.Contains(place.Host.Name, StringComparer.OrdinalIgnoreCase), inputs.Options.Publish.CertificateAuthority),
                folder, [.. SubjectStatement.Signatures(layout).Select(one => one.Subject.Digest)], statements, cancellation);
        }
        finally
        {
            if (folder is not null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    };

    /// <summary>What is stored beside the image in a repository of that name; nothing if that is not wanted.</summary>
    internal Func<string, IReadOnlyList<Attachment>> AttachmentsOf(OciLayoutReader layout, BuildPaths files)
    {
        if (inputs.Options.Publish.SignsWithCosign)
        {
            return _ => [];
        }

        // What is in the index needs nothing beside it but signatures.
        if (inputs.Options.Publish.Attest is AttestChoice.File or AttestChoice.None || (inputs.Options.Publish is { Attest: AttestChoice.Index, Sign: null }))
        {
            return _ => [];
        }

        var lazy = new Lazy<ImageAttachments>(() => Attach(layout, files, FindKey()));
        return repository => lazy.Value.For(repository);
    }

    private static ImageAttachments Attach(OciLayoutReader layout, BuildPaths files, SigningKey? key) => new(layout, new AttestationFolder(files.Attestations).Read(), key);

    private CosignProgram NewCosign() => new(commands, Environment.GetEnvironmentVariable);

    private SigningKey? FindKey()
    {
        if (inputs.Options.Publish is not { SignsWithCosign: false, Sign: { } sign })
        {
            return null;
        }

        var password = Environment.GetEnvironmentVariable(KeyFiles.PasswordVariable);
        if (sign.StartsWith(PublishOptions.KeyVariable, StringComparison.Ordinal))
        {
            var variable = sign[PublishOptions.KeyVariable.Length..];
            return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
                ? KeyFiles.Read(text, sign, password)
                : throw new AttestationException("there is no key to sign with", sign, $"{variable} is not set or empty", $"set {variable} to the PEM text of the key, in a CI job from a secret");
        }

        return KeyFiles.Read(KeyFiles.ReadText(sign), sign, password);
    }
}

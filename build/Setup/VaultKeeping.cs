using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Supply;
using BusyboxGlibc.Supply.Vault;

namespace BusyboxGlibc.Setup;

/// <summary>The vault that the run's options name: read before the mirrors, and written by the target Vault.</summary>
/// <param name="services">The services of the run.</param>
public sealed class VaultKeeping(IServiceProvider services)
{
    private readonly Lazy<VaultReader?> _reader = new(() => NewReader(services));

    /// <summary>What is asked before the mirrors; null for nothing.</summary>
    internal VaultReader? Reader => _reader.Value;

    /// <summary>Writes everything that the lock names to the place of <c>--to</c>.</summary>
    /// <returns>What was written, for the user.</returns>
    /// <exception cref="BuildException">No place is named, a file is not available, or the place refuses it.</exception>
    internal async Task<string> KeepAsync(CancellationToken cancellation)
    {
        var (inputs, plan, board) = (services.Get<BuildInputs>(), services.Get<BuildResults>().Plan, services.Get<IProgressBoard>());
        var place = SupplyPlace.Of(
            inputs.Options.Inspect.To ?? inputs.Options.Debian.Vault ?? throw new BuildException(
                "Vault is not told where to keep the files", "argument --to", next: "name a folder or a repository: ./build.sh --target=Vault --to=HOST/NAME:TAG"), inputs.RootFolder);
        var wanted = new LockedFiles(services.Get<PackageStore>(), services.Get<ReleaseTarball>(), token => DebianServices.OpenSuiteAsync(services, insists: false, token), board);
        var files = await wanted.FetchAsync([.. plan.All.Select(one => one.Lock)], inputs.Options.Image.Platforms, inputs.Release, cancellation);
        var artifact = new FileArtifact(VaultArtifact.Type, files, new Dictionary<string, string> { [VaultArtifact.LockKey] = plan.LockSha256 });
        var (where, sent) = await new SupplyStore(services).StoreAsync(place, artifact, "vault", cancellation);
        return $"vault: {Plural.Count(files.Count, "file")}, {HumanReadable.Bytes(files.Sum(file => file.Size))}, of which {HumanReadable.Bytes(sent)} new, in {where}; use it with --vault={place.Name}";
    }

    private static VaultReader? NewReader(IServiceProvider services)
    {
        var (inputs, board) = (services.Get<BuildInputs>(), services.Get<IProgressBoard>());
        if (inputs.Options.Debian.Vault is not { } given)
        {
            return null;
        }

        var place = SupplyPlace.Of(given, inputs.RootFolder);
        var name = $"the vault {place.Name}";
        if (place.Repository is not { } repository)
        {
            return Reader(new FolderVault(place.Folder!, name));
        }

        if (inputs.Options.Run.Offline)
        {
            board.Note($"{name} is in a registry, which --offline does not use");
            return null;
        }

        return Reader(new RegistryVault(() => services.Get<Publishing>().Open(repository, RegistryPolicy.Replaceable), place.Reference, name));

        VaultReader Reader(IFileVault vault) => new(vault, board.Note, board.Warn) { TakesAnything = inputs.IsTarget("Vault") };
    }
}

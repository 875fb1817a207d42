using Cake.Core;
using Cake.Core.IO;

namespace BusyboxGlibc.Setup;

/// <summary>
/// Cake's context, whose processes end when the run is interrupted. Cake's tools wait for their process and do not support
/// cancellation; Ctrl-C reaches the process through the terminal, but a CI system that cancels a job signals only this process.
/// </summary>
/// <param name="context">Cake's context.</param>
/// <param name="cancellation">Ends running processes.</param>
internal sealed class InterruptibleContext(ICakeContext context, CancellationToken cancellation) : ICakeContext
{
    /// <inheritdoc/>
    public IFileSystem FileSystem => context.FileSystem;

    /// <inheritdoc/>
    public ICakeEnvironment Environment => context.Environment;

    /// <inheritdoc/>
    public IGlobber Globber => context.Globber;

    /// <inheritdoc/>
    public Cake.Core.Diagnostics.ICakeLog Log => context.Log;

    /// <inheritdoc/>
    public ICakeArguments Arguments => context.Arguments;

    /// <inheritdoc/>
    public IProcessRunner ProcessRunner { get; } = new Runner(context.ProcessRunner, cancellation);

    /// <inheritdoc/>
    public IRegistry Registry => context.Registry;

    /// <inheritdoc/>
    public Cake.Core.Tooling.IToolLocator Tools => context.Tools;

    /// <inheritdoc/>
    public ICakeDataResolver Data => context.Data;

    /// <inheritdoc/>
    public Cake.Core.Configuration.ICakeConfiguration Configuration => context.Configuration;

    private sealed class Runner(IProcessRunner runner, CancellationToken cancellation) : IProcessRunner
    {
        public IProcess? Start(FilePath filePath, ProcessSettings settings)
        {
            cancellation.ThrowIfCancellationRequested();
            var process = runner.Start(filePath, settings);
            if (process is not null)
            {
                cancellation.Register(() => End(process));
            }

            return process;
        }

        private static void End(IProcess process)
        {
            try
            {
                process.Kill();
            }
            catch (InvalidOperationException)
            {
                // The process ended by itself.
            }
        }
    }
}

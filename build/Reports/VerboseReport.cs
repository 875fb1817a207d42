using Cake.Core;
using Cake.Core.Diagnostics;

namespace BusyboxGlibc.Reports;

/// <summary>Cake's headings and its table of task times, which are shown with <c>--verbosity=verbose</c> only: the tasks themselves print what they do.</summary>
/// <param name="console">The console.</param>
/// <param name="context">Cake's context, whose log has the verbosity.</param>
internal sealed class VerboseReport(IConsole console, ICakeContext context) : ICakeReportPrinter
{
    private readonly CakeReportPrinter _printer = new(console, context);

    /// <inheritdoc/>
    public void Write(CakeReport report) => Show(() => _printer.Write(report));

    /// <inheritdoc/>
    public void WriteStep(string name, Verbosity verbosity) => Show(() => _printer.WriteStep(name, verbosity));

    /// <inheritdoc/>
    public void WriteLifeCycleStep(string name, Verbosity verbosity) => Show(() => _printer.WriteLifeCycleStep(name, verbosity));

    /// <inheritdoc/>
    public void WriteSkippedStep(string name, Verbosity verbosity) => Show(() => _printer.WriteSkippedStep(name, verbosity));

    private void Show(Action print)
    {
        if (context.Log.Verbosity >= Verbosity.Verbose)
        {
            print();
        }
    }
}

using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Reports;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace BusyboxGlibc.Tests.Reports;

/// <summary>What the host gets for the output of a run.</summary>
[Category(Categories.Unit)]
internal sealed class ReportServicesTests
{
    [Test]
    public void AHostWithoutTheConsoleOfDescriptionsGetsOne() =>
        Assert.That(Resolve(new ServiceCollection()), Is.SameAs(AnsiConsole.Console));

    [Test]
    public void TheHostsOwnConsoleStays()
    {
        var own = AnsiConsole.Create(new AnsiConsoleSettings());
        Assert.That(Resolve(new ServiceCollection().AddSingleton(own)), Is.SameAs(own));
    }

    private static IAnsiConsole Resolve(IServiceCollection services)
    {
        using var board = ConsoleProgressBoard.OfProcess();
        using var interruption = Interruption.OnSignals();
        using var provider = services.AddReports(board, interruption, new Fault()).BuildServiceProvider();
        return provider.GetRequiredService<IAnsiConsole>();
    }
}

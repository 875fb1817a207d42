using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Reports.Help;
using BusyboxGlibc.Setup;
using Cake.Frosting;

// Consoles that are not in UTF-8, such as one with LANG=zh_CN.GBK, get their own encoding only if .NET knows it.
Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
using var interruption = Interruption.OnSignals();
using var board = ConsoleProgressBoard.OfProcess();
try
{
    var tasks = TaskList.Of(typeof(BuildContext).Assembly);
    string[] words = [.. CommandLine.Read(args, tasks.Names)];
    if (ProgramHelp.Answer(words, typeof(BuildContext).Assembly, ProjectRoot.Find, Console.Out))
    {
        return 0;
    }

    ArgumentGuard.Check(words, OptionTable.ArgumentNames, () => tasks.Names);
    HostConfiguration.Check(ProjectRoot.Find());
    var fault = new Fault();
    var code = fault.ExitCode(new CakeHost()
        .UseContext<BuildContext>()
        .UseLifetime<BuildLifetime>()
        .UseTaskLifetime<BuildTaskLifetime>()
        .UseWorkingDirectory(ProjectRoot.Find())
        .ConfigureServices(services => services.AddReports(board, interruption, fault).AddBuild(EngineTasks.Of(typeof(BuildContext).Assembly)))
        .Run(words));
    if (code == 0 || !interruption.Requested)
    {
        return code;
    }

    board.Error("interrupted: no partly written file is left; a download resumes where it stopped");
    return Interruption.ExitCode;
}
catch (Exception error)
{
    board.Error(ErrorText.Render(error, diagnostic: args.Contains("--verbosity=diagnostic", StringComparer.OrdinalIgnoreCase)));
    return TaskAnswer.ExitCodeWithout(args);
}

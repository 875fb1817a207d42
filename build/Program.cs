using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Reports.Help;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Setup.Projects;
using Cake.Frosting;

// Consoles that are not in UTF-8, such as one with LANG=zh_CN.GBK, get their own encoding only if .NET knows it.
Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
using var interruption = Interruption.OnSignals();
using var console = CommandConsole.OfProcess();
using var board = ConsoleProgressBoard.OfProcess();
try
{
    var tasks = TaskList.Of(typeof(BuildContext).Assembly);
    var (projects, rest) = ProjectArgument.Read(args, Environment.CurrentDirectory);
    string[] words = [.. CommandLine.Read(rest, tasks.Names)];
    console.Command = CommandConsole.CommandOf(projects);
    if (ProgramHelp.Answer(words, typeof(BuildContext).Assembly, ProjectFolders.FindTool, Console.Out))
    {
        return 0;
    }

    ArgumentGuard.Check(words, OptionTable.ArgumentNames, () => tasks.Names);
    if (projects.Count > 1)
    {
        return new ProjectRuns(projects, rest, board, interruption).Run();
    }

    var project = projects is [var named] ? named : null;
    var folders = NewProject.IsAsked(words) ? ProjectFolders.OfNew(project) : ProjectFolders.Find(project);
    words = [.. ArgumentPaths.Read(words, OptionTable.All, folders.Started, folders.Project, projects.Count > 0)];
    HostConfiguration.Check(folders.Project);
    var fault = new Fault();
    var code = fault.ExitCode(new CakeHost()
        .UseContext<BuildContext>()
        .UseLifetime<BuildLifetime>()
        .UseTaskLifetime<BuildTaskLifetime>()
        .UseWorkingDirectory(folders.WorkingFolder)
        .ConfigureServices(services => services.AddReports(board, interruption, fault).AddBuild(EngineTasks.Of(typeof(BuildContext).Assembly), folders))
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

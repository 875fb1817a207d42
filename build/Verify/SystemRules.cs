using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Verify;

/// <summary>Rules for what every image has: a shell, accounts without passwords, name service, time zone, identity.</summary>
internal static class SystemRules
{
    private const int ShadowMode = FilePermissions.Octal640;

    internal static void Check(VerificationContext context)
    {
        if (!context.TryFile("bin/sh", out var shell))
        {
            if (context.Origins.HasShell)
            {
                context.Add("bin/sh", "is missing");
            }
        }
        else if ((shell.Mode & FilePermissions.Octal111) != FilePermissions.Octal111)
        {
            context.Add("bin/sh", "is not executable by everyone");
        }

        CheckUsers(context);
        CheckShadow(context);
        if (context.Lines("etc/group") is { } groups && !groups.Any(line => line.Split(':') is ["root", _, "0", _]))
        {
            context.Add("etc/group", "has no group root with ID 0");
        }

        if (context.Lines("etc/nsswitch.conf") is { } services && !services.Any(line => line.StartsWith("hosts:", StringComparison.Ordinal)))
        {
            context.Add("etc/nsswitch.conf", "does not define where host names are looked up");
        }

        if (context.Lines("etc/os-release") is { } release)
        {
            // A release has its number when it is released; until then there is its codename (os-release(5)).
            var version = Suites.All.Any(suite => suite.IsTesting && release.Contains($"VERSION_CODENAME={suite}", StringComparer.Ordinal)) ? "VERSION_CODENAME=" : "VERSION_ID=";
            foreach (var key in new[] { "ID=", version, "PRETTY_NAME=" }.Where(key => !release.Any(line => line.StartsWith(key, StringComparison.Ordinal))))
            {
                context.Add("etc/os-release", $"has no {key[..^1]}");
            }
        }

        if (!context.TryFile("etc/localtime", out var zone))
        {
            context.Add("etc/localtime", "is missing");
        }
        else if (!zone.Content.Span.StartsWith("TZif"u8))
        {
            context.Add("etc/localtime", "is not a time zone");
        }
    }

    private static void CheckUsers(VerificationContext context)
    {
        if (context.Lines("etc/passwd") is not { } users)
        {
            return;
        }

        var isRootThere = false;
        foreach (var line in users)
        {
            if (line.Split(':') is not [var name, var password, var id, _, _, _, var shell])
            {
                context.Add("etc/passwd", $"has a malformed line: {line}");
                continue;
            }

            if (password is not ("x" or "*"))
            {
                context.Add("etc/passwd", password.Length == 0 ? $"allows {name} to log in without a password" : $"contains a password of {name}");
            }

            isRootThere |= name == "root" && id == "0";
            if (id == "0" && name != "root")
            {
                context.Add("etc/passwd", $"gives {name} the user ID of root");
            }

            if (name == "root" && context.Origins.HasShell && !context.TryFile(shell, out _))
            {
                context.Add("etc/passwd", $"gives root the shell {shell}, which does not exist");
            }
        }

        if (!isRootThere)
        {
            context.Add("etc/passwd", "has no user root with ID 0");
        }
    }

    private static void CheckShadow(VerificationContext context)
    {
        if (context.Lines("etc/shadow") is not { } passwords)
        {
            return;
        }

        if (context.TryFile("etc/shadow", out var file) && (file.Mode != ShadowMode || file.UserId != 0))
        {
            context.Add("etc/shadow", $"has mode {Convert.ToString(file.Mode, 8).PadLeft(4, '0')} and owner {file.UserId}, not 0640 and root");
        }

        // A password field that matches no hash begins with one of these, shadow(5).
        foreach (var fields in passwords.Select(line => line.Split(':')).Where(fields => fields.Length < 2 || fields[1] is not ['*' or '!', ..]))
        {
            context.Add("etc/shadow", $"does not lock {fields[0]}");
        }

        if (!passwords.Any(line => line.StartsWith("root:", StringComparison.Ordinal)))
        {
            context.Add("etc/shadow", "does not lock root");
        }
    }
}

namespace BusyboxGlibc.Debian.Archive.Apt;

/// <summary>The host's logins for its apt sources, apt_auth.conf(5): entries <c>machine [SCHEME://]HOST[:PORT][/PATH] login NAME password SECRET</c>.</summary>
internal sealed class AptAuth
{
    private readonly List<(string Machine, string Login, string Password)> _entries = [];

    private AptAuth()
    {
    }

    /// <summary>Reads <c>auth.conf</c> and the files of <c>auth.conf.d</c>; a file that this user may not read is skipped.</summary>
    public static AptAuth Read(IHostFiles host)
    {
        var auth = new AptAuth();
        foreach (var path in host.List("/etc/apt/auth.conf.d").Where(path => path.EndsWith(".conf", StringComparison.Ordinal)).Prepend("/etc/apt/auth.conf"))
        {
            auth.Parse(host.Read(path) ?? string.Empty);
        }

        return auth;
    }

    /// <summary>Adds the matching login, percent-encoded, to the address; returns the address unchanged if it already has a login or none matches.</summary>
    public Uri Add(Uri address)
    {
        if (address.IsFile || address.UserInfo.Length > 0 || _entries.FirstOrDefault(entry => IsFor(entry.Machine, address)) is not { Machine: not null } found)
        {
            return address;
        }

        return new UriBuilder(address) { UserName = Uri.EscapeDataString(found.Login), Password = Uri.EscapeDataString(found.Password) }.Uri;
    }

    // An entry without a scheme applies only to encrypted sources: a password is not sent in the clear unless the entry asks for it.
    private static bool IsFor(string machine, Uri address)
    {
        var scheme = machine.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 ? address.Scheme != Uri.UriSchemeHttps : machine[..scheme] != address.Scheme)
        {
            return false;
        }

        var rest = scheme < 0 ? machine : machine[(scheme + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash < 0 ? (rest, string.Empty) : (rest[..slash], rest[slash..]);

        // The colons of an IPv6 address are in brackets.
        var own = host[(host.LastIndexOf(']') + 1)..].Contains(':', StringComparison.Ordinal) ? address.Authority : address.Host;
        return host.Equals(own, StringComparison.OrdinalIgnoreCase) && (path.TrimEnd('/').Length == 0 || $"{address.AbsolutePath.TrimEnd('/')}/".StartsWith(path, StringComparison.Ordinal));
    }

    private void Parse(string text)
    {
        var words = string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith('#'))).Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        string? machine = null, login = null, password = null;
        void End()
        {
            if (machine is not null && login is not null && password is not null)
            {
                _entries.Add((machine, login, password));
            }

            login = password = null;
        }

        for (var index = 0; index + 1 < words.Length; index += 2)
        {
            switch (words[index])
            {
                case "machine":
                    End();
                    machine = words[index + 1];
                    break;
                case "login":
                    login = words[index + 1];
                    break;
                case "password":
                    password = words[index + 1];
                    break;
            }
        }

        End();
    }
}

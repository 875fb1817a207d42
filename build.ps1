#!/usr/bin/env pwsh
# Builds the build program when one of its sources changed, and runs it with all arguments.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$item = Get-Item -LiteralPath $PSCommandPath
if ($item.LinkType) {
    $target = @($item.Target)[0]
    if (-not [IO.Path]::IsPathRooted($target)) {
        $target = Join-Path $root $target
    }
    $root = Split-Path -Parent ([IO.Path]::GetFullPath($target))
}

if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    [Console]::Error.WriteLine('Error: dotnet is not on PATH: install the .NET SDK 10 (https://dotnet.microsoft.com/download), then run the command again')
    exit 127
}

$build = Join-Path $root 'build'
$obj = Join-Path $build 'obj'
$output = Join-Path $build 'bin/run/Build.dll'
$stamp = Join-Path $obj 'build.stamp'

# Everything the program is made from, by content: a file may be edited, deleted or added, and an older one put back with an
# older time. What editors leave beside a file is none of it.
function Get-Inputs {
    $files = [Collections.Generic.SortedDictionary[string, string]]::new([StringComparer]::Ordinal)
    $folders = [Collections.Generic.Queue[IO.DirectoryInfo]]::new()
    $folders.Enqueue([IO.DirectoryInfo]::new($build))
    while ($folders.Count) {
        foreach ($entry in $folders.Dequeue().EnumerateFileSystemInfos()) {
            if ($entry -is [IO.DirectoryInfo]) {
                if ($entry.Name -notin 'bin', 'obj') {
                    $folders.Enqueue($entry)
                }
            } elseif ($entry.Name -notlike '*~' -and $entry.Name -notlike '.*.sw?' -and $entry.Name -notlike '.#*' -and $entry.Name -notlike '#*#') {
                $files[$entry.FullName] = ''
            }
        }
    }
    foreach ($entry in [IO.DirectoryInfo]::new($root).EnumerateFiles()) {
        if ($entry.Extension -in '.props', '.targets' -or $entry.Name -in 'global.json', 'nuget.config', '.editorconfig') {
            $files[$entry.FullName] = ''
        }
    }
    $lines = foreach ($file in @($files.Keys)) {
        if ([IO.File]::Exists($file)) {
            $hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([IO.File]::ReadAllBytes($file)))
            "$hash $([IO.Path]::GetRelativePath($root, $file).Replace('\', '/'))"
        }
    }
    return $lines -join "`n"
}

# The drawings of the report are missing if npm did not answer; after a day it may.
function Test-WorthATry {
    $missing = Get-Item -LiteralPath (Join-Path $obj 'report/missing') -ErrorAction SilentlyContinue
    return $missing -and (Get-Command npm -ErrorAction SilentlyContinue) -and $missing.LastWriteTimeUtc -lt [DateTime]::UtcNow.AddDays(-1)
}

function Test-Fresh {
    return -not (Test-WorthATry) -and (Test-Path -LiteralPath $output) -and (Test-Path -LiteralPath $stamp) -and [IO.File]::ReadAllText($stamp) -ceq (Get-Inputs)
}

# Two MSBuilds in one obj folder break each other. The system releases the lock of a process that dies.
function Wait-Lock {
    while ($true) {
        try {
            return [IO.File]::Open((Join-Path $obj 'build.flock'), 'OpenOrCreate', 'ReadWrite', 'None')
        } catch [IO.IOException] {
            Start-Sleep -Milliseconds 300
        }
    }
}

if (-not (Test-Fresh)) {
    $null = New-Item -ItemType Directory -Force -Path $obj, (Join-Path $build 'bin')
    $lock = Wait-Lock
    try {
        if (-not (Test-Fresh)) {
            # Taken before compiling: what changes meanwhile is not in it.
            $next = "$stamp.next"
            [IO.File]::WriteAllText($next, (Get-Inputs))
            $publish = 'publish', (Join-Path $build 'Build.csproj'), '--configuration', 'Release', '--nologo', '--verbosity', 'quiet', '-consoleLoggerParameters:NoSummary', '-property:RunAnalyzers=false'
            [Console]::Error.WriteLine('Compiling the build program, once: about half a minute')
            $log = & dotnet @publish 2>&1
            # The packages that compile ahead: there are none for some machines.
            if ($LASTEXITCODE -ne 0 -and "$log" -match 'Microsoft\.NETCore\.App\.(Crossgen2|Runtime)|NETSDK1094') {
                $log = & dotnet @publish '-property:PublishReadyToRun=false' 2>&1
            }
            if ($LASTEXITCODE -ne 0) {
                $log | ForEach-Object { [Console]::Error.WriteLine($_) }
                [Console]::Error.WriteLine('Error: the build program does not compile, see above')
                exit 1
            }
            Move-Item -Force -LiteralPath $next -Destination $stamp
        }
    } finally {
        $lock.Dispose()
    }
}

$env:BUSYBOX_GLIBC_ROOT = $root
& dotnet $output @args
exit $LASTEXITCODE

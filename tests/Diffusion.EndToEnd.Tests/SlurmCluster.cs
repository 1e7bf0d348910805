using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>
/// A Slurm cluster of two nodes on this machine, with a key, ports and a folder of its own, for as long as its tests run. SLURM_CONF of this process, which
/// the processes that it starts inherit, names it.
/// </summary>
public sealed class SlurmCluster : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Daemons = ["munged", "slurmctld", "slurmd"];

    private readonly string _folder = Directory.CreateTempSubdirectory("diffusion-slurm").FullName;
    private bool _runs;

    /// <summary>Elements that an array may have: few, so that tests meet the limit.</summary>
    public const int MaxArraySize = 6;

    private string ConfigurationFile => Path.Combine(_folder, "slurm.conf");

    /// <summary>Skips the test where Slurm is not installed.</summary>
    public void Require() => Assert.SkipUnless(_runs, "Slurm is not installed: apt-get install slurm-wlm munge");

    /// <summary>Runs one of Slurm's commands.</summary>
    /// <returns>Its output.</returns>
    public static async Task<string> AskAsync(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Trim();
    }

    /// <summary>Starts the controller, again after it was stopped.</summary>
    public Task StartControllerAsync() => StartAsync("slurmctld", "-f", ConfigurationFile);

    /// <summary>Stops the controller; jobs go on.</summary>
    public Task StopControllerAsync() => StopAsync(Path.Combine(_folder, "run", "slurmctld.pid"), TestContext.Current.CancellationToken);

    public async ValueTask InitializeAsync()
    {
        if (OperatingSystem.IsWindows())
            return;
        if (Daemons.Append("sbatch").Any(program => Find(program) is null))
            return;
        foreach (string name in new[] { "run", "log", "state" })
            Directory.CreateDirectory(Path.Combine(_folder, name));
        // Munge wants its socket where everyone may pass, and its key where nobody may.
        File.SetUnixFileMode(_folder, (UnixFileMode)Convert.ToInt32("755", 8));
        string key = Path.Combine(_folder, "munge.key"), configuration = ConfigurationFile;
        await File.WriteAllBytesAsync(key, System.Security.Cryptography.RandomNumberGenerator.GetBytes(1024));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(configuration, Configuration());
        Environment.SetEnvironmentVariable("SLURM_CONF", configuration);

        await StartAsync(
            "munged", $"--key-file={key}", $"--socket={_folder}/munge.sock", $"--pid-file={_folder}/run/munged.pid", $"--log-file={_folder}/log/munged.log",
            $"--seed-file={_folder}/run/munged.seed");
        await StartControllerAsync();
        await StartAsync("slurmd", "-f", configuration, "-N", "n1");
        await StartAsync("slurmd", "-f", configuration, "-N", "n2");
        _runs = true;
        using var patience = new CancellationTokenSource(Patience);
        while (await AskAsync("sinfo", "--noheader", "--Node", "--format", "%N %T") != "n1 idle\nn2 idle")
        {
            if (patience.IsCancellationRequested)
                throw new InvalidOperationException(
                    $"The nodes do not come up.\n{string.Join('\n', Directory.GetFiles(Path.Combine(_folder, "log")).Select(File.ReadAllText))}");
            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_runs)
            await AskAsync("scancel", "--user", Environment.UserName);
        using var patience = new CancellationTokenSource(Patience);
        while (_runs && (await AskAsync("squeue", "--noheader")).Length > 0 && !patience.IsCancellationRequested)
            await Task.Delay(100);
        foreach (string name in new[] { "slurmd.n1", "slurmd.n2", "slurmctld", "munged" })
            await StopAsync(Path.Combine(_folder, "run", $"{name}.pid"), patience.Token);
        Environment.SetEnvironmentVariable("SLURM_CONF", null);
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task StopAsync(string pidFile, CancellationToken patience)
    {
        if (!File.Exists(pidFile))
            return;
        int id = int.Parse(await File.ReadAllTextAsync(pidFile, CancellationToken.None), CultureInfo.InvariantCulture);
        await AskAsync("kill", $"{id}");
        while (Directory.Exists($"/proc/{id}") && !patience.IsCancellationRequested)
            await Task.Delay(20, CancellationToken.None);
    }

    private async Task StartAsync(string program, params string[] arguments)
    {
        // What goes on in the background would keep a pipe open, and be waited for.
        using Process process = Process.Start("/bin/sh", [
            "-c",
            "exec \"$0\" \"$@\" > \"$LOG\" 2>&1 < /dev/null".Replace("$LOG", $"{_folder}/log/start.{program}", StringComparison.Ordinal),
            Find(program)!,
            .. arguments,
        ]);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} does not start: {await File.ReadAllTextAsync($"{_folder}/log/start.{program}")}");
    }

    // Daemons are not in everyone's PATH.
    private static string? Find(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin".Split(':')
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
            listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
            listener.Dispose();
        return ports;
    }

    private string Configuration()
    {
        int[] ports = FreePorts(4);
        return $"""
            ClusterName=local
            SlurmctldHost=localhost
            AuthType=auth/munge
            AuthInfo=socket={_folder}/munge.sock
            CredType=cred/munge
            MpiDefault=none
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SwitchType=switch/none
            SlurmUser={Environment.UserName}
            SlurmdUser={Environment.UserName}
            SlurmctldPort={ports[0]}
            SlurmdPort={ports[1]}
            SlurmctldPidFile={_folder}/run/slurmctld.pid
            SlurmdPidFile={_folder}/run/slurmd.%n.pid
            SlurmctldLogFile={_folder}/log/slurmctld.log
            SlurmdLogFile={_folder}/log/slurmd.%n.log
            StateSaveLocation={_folder}/state
            SlurmdSpoolDir={_folder}/spool.%n
            ReturnToService=2
            SchedulerType=sched/backfill
            SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            AccountingStorageType=accounting_storage/none
            JobCompType=jobcomp/none
            JobAcctGatherType=jobacct_gather/none
            MaxArraySize={MaxArraySize}
            KillWait=2
            PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
            NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 RealMemory=500 State=UNKNOWN
            NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[3]} CPUs=1 RealMemory=500 State=UNKNOWN

            """;
    }
}

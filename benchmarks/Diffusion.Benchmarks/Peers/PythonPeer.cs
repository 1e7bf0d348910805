using System.Diagnostics;
using System.Globalization;

namespace Diffusion.Benchmarks.Peers;

/// <summary>A Python process that runs the same loops with PyTorch and times them itself, in CPU time.</summary>
internal sealed class PythonPeer : IDisposable
{
    private readonly Process _process;

    private PythonPeer(Process process, string description)
    {
        _process = process;
        Description = description;
    }

    /// <summary>What it runs on, in its own words.</summary>
    public string Description { get; }

    /// <summary>Starts it, or returns null with the reason where that Python has no torch.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="script">peers/peer.py.</param>
    /// <param name="threads">Threads of libtorch.</param>
    /// <param name="reason">Why there is none.</param>
    public static PythonPeer? TryStart(string python, string script, int threads, out string reason)
    {
        try
        {
            reason = "";
            Process process = Process.Start(new ProcessStartInfo(python, [script, threads.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            if (process.StandardOutput.ReadLine() is { } description)
                return new PythonPeer(process, description);

            reason = process.StandardError.ReadToEnd().TrimEnd().Split('\n')[^1];
            process.Dispose();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            reason = e.Message;
        }

        return null;
    }

    /// <summary>CPU seconds a step.</summary>
    public double Time(string workload, int batch, int steps)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workload} {batch} {steps}"));
        string answer = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"The Python peer ended: {_process.StandardError.ReadToEnd()}");
        return double.Parse(answer, CultureInfo.InvariantCulture) / steps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Diffusion.Benchmarks.Peers;

/// <summary>A Python process that runs the same loops with PyTorch and times them itself.</summary>
internal sealed class PythonPeer : IDisposable
{
    private readonly Process _process;

    /// <param name="python">The interpreter.</param>
    /// <param name="script">peers/peer.py.</param>
    /// <param name="threads">Threads of libtorch.</param>
    public PythonPeer(string python, string script, int threads)
    {
        _process = Process.Start(new ProcessStartInfo(python, [script, threads.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Description = Read();
    }

    /// <summary>What it runs on, in its own words.</summary>
    public string Description { get; }

    /// <summary>Seconds a step.</summary>
    public double Time(string workload, int batch, int steps)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workload} {batch} {steps}"));
        return double.Parse(Read(), CultureInfo.InvariantCulture) / steps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Read() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The Python peer ended; its message is above.");
}

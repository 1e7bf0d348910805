using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Diffusion;

using static TorchSharp.torch;

namespace Misbehaving.Plugin;

/// <summary>Options of <see cref="MisbehavingSolver"/>.</summary>
public sealed record MisbehavingOptions : ComponentOptions
{
    [Description("What it does.")]
    public Misbehaviour How { get; init; }

    [Description("A folder: a file 'healed' in it makes the solver behave, and the solver leaves a file there for what it has begun to do.")]
    public string Folder { get; init; } = "";
}

/// <summary>Euler's method on ε̂, but for what it does beside.</summary>
[Component(ComponentKind.Solver, "misbehaving", "A solver that does what no solver should")]
public sealed class MisbehavingSolver : ISolver, IDisposable
{
    private readonly MisbehavingOptions _options;

    public MisbehavingSolver(MisbehavingOptions options)
    {
        _options = options;
        if (options.How == Misbehaviour.ThrowWhenMade && !IsHealed)
            throw new InvalidOperationException("this solver cannot be made");
        if (options.How == Misbehaviour.ExitWhenMade && !IsHealed)
            Environment.Exit(0);
        if (options.How == Misbehaviour.SleepWhenMade && !IsHealed)
            Thread.Sleep(Timeout.Infinite);
    }

    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 1 };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels)
    {
        if (_options.How == Misbehaviour.SleepWhenAsked)
            Thread.Sleep(Timeout.Infinite);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_options.How == Misbehaviour.SleepWhenDisposed)
            Thread.Sleep(Timeout.Infinite);
    }

    private bool IsHealed => File.Exists(Path.Combine(_options.Folder, "healed"));

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        if (step.Index == 1 && !IsHealed)
            Misbehave();
        Prediction prediction = denoiser.Predict(step.X, step.From);
        return (prediction.X0 * step.To.Alpha).add_(prediction.Epsilon, alpha: step.To.Sigma);
    }

    private void Misbehave()
    {
        File.WriteAllText(Path.Combine(_options.Folder, $"begun-{_options.How}"), "");
        switch (_options.How)
        {
            case Misbehaviour.Throw:
                throw new InvalidOperationException("this solver is out of sorts\nand says so on two lines");
            case Misbehaviour.GiveUp:
                throw new TaskCanceledException("a time limit of its own");
            case Misbehaviour.AskForTooMuch:
                zeros(1L << 50);
                break;
            case Misbehaviour.ExitWell:
                Environment.Exit(0);
                break;
            case Misbehaviour.ExitBadly:
                Environment.Exit(3);
                break;
            case Misbehaviour.FailFast:
                Environment.FailFast("nothing makes sense any more");
                break;
            case Misbehaviour.WriteAnywhere:
                Marshal.WriteInt32(0x1234567, 1);
                break;
            case Misbehaviour.Chatter:
                Chatter();
                break;
            case Misbehaviour.Hang:
                Thread.Sleep(Timeout.Infinite);
                break;
            case Misbehaviour.Freeze:
                Process.Start("kill", ["-s", "STOP", $"{Environment.ProcessId}"]).WaitForExit();
                break;
            case Misbehaviour.Leak:
                Leak();
                break;
            case Misbehaviour.ThrowLater:
                new Thread(() =>
                {
                    Thread.Sleep(300);
                    throw new InvalidOperationException("nobody waited for this thread");
                }).Start();
                break;
            default:
                break;
        }
    }

    private static void Chatter()
    {
        for (int line = 0; line < 5000; line++)
        {
            Console.WriteLine($"line {line}");
            Console.Error.WriteLine($"error {line}");
        }

        // Past the console's writer, as native code prints: bytes that are no text, and the beginning of a message that is none.
        using Stream output = Console.OpenStandardOutput();
        output.Write([0, 255, 254, 10, 13, 10, 0x1e, 10]);
        output.Write(Encoding.ASCII.GetBytes("\u001eEnded of nothing\n\u001eReady 1 2 3\n\u001eEnded 1 0 0 0 nobody\nwithout an end"));
    }

    private static void Leak()
    {
        const int Size = 300 << 20;
        nint memory = Marshal.AllocHGlobal(Size);
        for (int page = 0; page < Size; page += 4096)
            Marshal.WriteByte(memory + page, 1);
    }
}

using System.Runtime.InteropServices;
using Diffusion;

using static TorchSharp.torch;

namespace Misbehaving.Plugin;

/// <summary>Solvers that never come to take a step.</summary>
public abstract class UnbuildableSolver : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 1 };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) => throw new NotSupportedException();
}

/// <summary>Throws.</summary>
[Component(ComponentKind.Solver, "unlicensed", "A solver whose constructor throws")]
public sealed class UnlicensedSolver : UnbuildableSolver
{
    public UnlicensedSolver() => throw new InvalidOperationException("no licence key");
}

/// <summary>Calls itself without end.</summary>
[Component(ComponentKind.Solver, "bottomless", "A solver whose constructor overflows the stack")]
public sealed class BottomlessSolver : UnbuildableSolver
{
    public BottomlessSolver() => Depth = Fall(1);

    public int Depth { get; }

    private static int Fall(int depth) => depth < 0 ? 0 : Fall(depth + 1) + Fall(depth + 2);
}

/// <summary>Ends the process as though all were well.</summary>
[Component(ComponentKind.Solver, "leaving", "A solver whose constructor ends the process")]
public sealed class LeavingSolver : UnbuildableSolver
{
    public LeavingSolver() => Environment.Exit(0);
}

/// <summary>Never comes back.</summary>
[Component(ComponentKind.Solver, "sleeping", "A solver whose constructor sleeps for ever")]
public sealed class SleepingSolver : UnbuildableSolver
{
    public SleepingSolver() => Thread.Sleep(Timeout.Infinite);
}

/// <summary>Writes where nothing is.</summary>
[Component(ComponentKind.Solver, "crashing", "A solver whose constructor crashes natively")]
public sealed class CrashingSolver : UnbuildableSolver
{
    public CrashingSolver() => Marshal.WriteInt32(0x1234567, 1);
}

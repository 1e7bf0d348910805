using static TorchSharp.torch;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>A shipped solver with a mistake in it.</summary>
/// <typeparam name="TSolver">The solver.</typeparam>
/// <typeparam name="TOptions">Its options.</typeparam>
/// <param name="options">Its options.</param>
public abstract class MutantSolver<TSolver, TOptions>(TOptions options) : ISolver
    where TSolver : ISolver
    where TOptions : ComponentOptions
{
    /// <summary>The solver without the mistake.</summary>
    protected ISolver Sound { get; } = Make(options);

    /// <inheritdoc/>
    public SolverTraits Traits => Sound.Traits;

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => Sound.Objection(schedule, levels);

    /// <inheritdoc/>
    public abstract Tensor Step(in SolverStep step, IDenoiser denoiser);

    /// <summary>The solver with some options.</summary>
    protected static ISolver Make(TOptions options) => (ISolver)Activator.CreateInstance(typeof(TSolver), options)!;
}

using static TorchSharp.torch;

namespace Diffusion;

/// <summary>What an adaptive method gets for one attempt. Samples may be at different levels; B is the number that take part.</summary>
public sealed record AdaptiveStep
{
    /// <summary>The state at <see cref="From"/>, shape (B, …). Not the solver's to dispose or to change in place.</summary>
    public required Tensor X { get; init; }

    /// <summary>The slope at <see cref="From"/>, shape of <see cref="X"/>: what <see cref="IAdaptiveSolver.Slope"/> returned or a step handed on.</summary>
    public required Tensor Slope { get; init; }

    /// <summary>The levels of <see cref="X"/>: one for the batch or one per sample.</summary>
    public required NoiseLevels From { get; init; }

    /// <summary>The levels to reach, as many as <see cref="From"/>.</summary>
    public required NoiseLevels To { get; init; }

    /// <summary>Where the controlled range ends; no method evaluates beyond.</summary>
    public required NoiseLevel End { get; init; }

    /// <summary>The variable in which the step is measured.</summary>
    public required StepVariable Variable { get; init; }

    /// <summary>The process.</summary>
    public required NoiseSchedule Schedule { get; init; }

    /// <summary>The run's randomness.</summary>
    public required INoiseSource Noise { get; init; }

    /// <summary>Which samples of the run's batch take part, in the order of the rows of <see cref="X"/>.</summary>
    public required IReadOnlyList<int> Samples { get; init; }

    /// <summary>The uncontrolled step of a grid as an attempt.</summary>
    /// <param name="step">The grid's step.</param>
    /// <param name="slope">The slope at its start.</param>
    /// <param name="variable">The method's variable.</param>
    public static AdaptiveStep FromGridStep(in SolverStep step, Tensor slope, StepVariable variable) => new()
    {
        X = step.X,
        Slope = slope,
        From = step.From,
        To = step.To,
        End = NoiseLevel.Clean,
        Variable = variable,
        Schedule = step.Schedule,
        Noise = step.Noise,
        Samples = AllSamples(step.X),
    };

    /// <summary>The samples of a whole batch, shape (B, …), in order.</summary>
    public static IReadOnlyList<int> AllSamples(Tensor batch) => [.. Enumerable.Range(0, (int)batch.shape[0])];

    /// <summary>The step in the variable, signed, of a sample.</summary>
    public double Length(int sample) => Variable.Place(To[sample]) - Variable.Place(From[sample]);

    /// <summary>The levels at a fraction of the step, measured in the variable.</summary>
    public NoiseLevels Between(double fraction) =>
        fraction == 1 ? To : From.Zip(To, (from, to) =>
        {
            double start = Variable.Place(from);
            return Variable.Level(Schedule, start + (fraction * (Variable.Place(to) - start)));
        });

    /// <summary>Euler's step along <see cref="Slope"/> in the variable; in λ and σ̂ that is x_t = (α_t/α_s) x_s + α_t (σ̂_t − σ̂_s) slope.</summary>
    public Tensor Along() => Variable == StepVariable.Time
        ? Combine((_ => 1, X), (Length, Slope))
        : Combine((i => To[i].Alpha / From[i].Alpha, X), (i => To[i].Sigma - (To[i].Alpha * From[i].NoiseToSignal), Slope));

    /// <summary>Each sample's Brownian increment over the step, divided by √|Δt|: standard normal, shape of <see cref="X"/>.</summary>
    public Tensor BrownianIncrement() => Noise.BrownianIncrement(Samples, From, To, X);

    /// <summary>Σ c_j y_j with coefficients of each sample, as a fresh tensor of the terms' shape (B, …).</summary>
    /// <param name="terms">Coefficient by row (row 0 stands for all where the levels are uniform) and tensor.</param>
    public Tensor Combine(params ReadOnlySpan<(Func<int, double> Coefficient, Tensor Value)> terms)
    {
        Tensor sum = Scaled(terms[0]);
        foreach ((Func<int, double> coefficient, Tensor value) in terms[1..])
        {
            if (From.IsUniform)
                sum.add_(value, alpha: coefficient(0));
            else
                sum.add_(Scaled((coefficient, value)));
        }

        return sum;
    }

    private Tensor Scaled((Func<int, double> Coefficient, Tensor Value) term)
    {
        if (From.IsUniform)
            return term.Value * term.Coefficient(0);

        double[] values = [.. Enumerable.Range(0, From.Count).Select(term.Coefficient)];
        long[] shape = new long[term.Value.dim()];
        Array.Fill(shape, 1);
        shape[0] = values.Length;
        return term.Value * tensor(values, shape, dtype: term.Value.dtype, device: term.Value.device);
    }
}

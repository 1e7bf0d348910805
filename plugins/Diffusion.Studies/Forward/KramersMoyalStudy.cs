using Diffusion.Studies.Numerics;

namespace Diffusion.Studies.Forward;

/// <summary>The coefficients of the Kramers-Moyal expansion from simulated increments.</summary>
/// <remarks>
/// D^(m)(x) = lim 1/(m! τ) E[(X_τ − x)^m | X_0 = x]. Of a diffusion D^(1) is the drift, D^(2) half the squared diffusion coefficient, and all others vanish as
/// τ → 0. Pawula's theorem: where one above the second does not vanish, infinitely many do not, as with jumps, for which D^(4) is the rate times the fourth
/// moment over 24. Increments of diffusions are of ten Euler-Maruyama steps.
/// </remarks>
/// <param name="options">Its options.</param>
[Component(ComponentKind.Study, "kramers-moyal", "Kramers-Moyal coefficients from paths: of diffusions the third and fourth vanish, of jumps not.",
    Reference = "Risken, The Fokker-Planck Equation, chapter 4; Pawula 1967")]
public class KramersMoyalStudy(KramersMoyalOptions options) : IStudy
{
    private const int Steps = 10;
    private const int Coefficients = 4;

    private bool Jumps => options.Process == ForwardDynamics.CompoundPoisson;

    /// <inheritdoc/>
    public string? Objection(StudySetting setting) =>
        options.Process is ForwardDynamics.DoubleWell or ForwardDynamics.GeometricBrownian or ForwardDynamics.CompoundPoisson
            ? null
            : "measures coefficients on the line, of 'double-well', 'geometric-brownian' or 'compound-poisson'";

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(StudySetting setting) =>
    [
        DeclaredValue.Sampled("drift-deviation"), DeclaredValue.Sampled("diffusion-deviation"), DeclaredValue.Sampled("third-coefficient"),
        DeclaredValue.Sampled("fourth-coefficient"),
    ];

    /// <inheritdoc/>
    public StudyResult Run(StudyContext context)
    {
        double[] increments = Jumps ? Jump(new(context.Randomness)) : Diffuse(new(context.Randomness), context.Cancellation);
        context.Cancellation.ThrowIfCancellationRequested();
        (double drift, double diffusion) = Known();
        MetricValue[] coefficients = [.. Enumerable.Range(1, Coefficients).Select(m => Coefficient(increments, m))];
        return new([
            coefficients[0] with { Name = "drift-deviation", Value = coefficients[0].Value - drift },
            coefficients[1] with { Name = "diffusion-deviation", Value = coefficients[1].Value - diffusion },
            coefficients[2] with { Name = "third-coefficient" },
            coefficients[3] with { Name = "fourth-coefficient" },
        ])
        {
            Curves = [new("coefficients", "m", "D(m)", [1, 2, 3, 4], [
                new("from paths", [.. coefficients.Select(value => value.Value)]),
                new("theory", [drift, diffusion, 0, Jumps ? 0.125 : 0]) { IsReference = true },
            ])],
        };
    }

    /// <summary>What the m-th moment of increments is divided by beside their time: m!.</summary>
    /// <param name="m">Which coefficient.</param>
    protected virtual double Divisor(int m) => Enumerable.Range(1, m).Aggregate(1.0, (product, factor) => product * factor);

    private (double Drift, double Diffusion) Known()
    {
        if (Jumps)
            return (0, 0.5);
        Dynamics dynamics = Dynamics.FromKind(options.Process, null);
        double[] drift = new double[1], noise = new double[1];
        dynamics.Drift([options.State], 0, drift);
        dynamics.Noise([options.State], 0, noise);
        return (drift[0], 0.5 * noise[0] * noise[0]);
    }

    private MetricValue Coefficient(double[] increments, int m)
    {
        double divisor = Divisor(m) * options.Lag;
        return ComputedValue.Mean("", [.. increments.Select(increment => Math.Pow(increment, m) / divisor)]) with { Goal = MetricGoal.Near(0) };
    }

    private double[] Diffuse(StudyDraws draws, CancellationToken cancellation)
    {
        Dynamics dynamics = Dynamics.FromKind(options.Process, null);
        double h = options.Lag / Steps, root = Math.Sqrt(h);
        double[] state = [.. Enumerable.Repeat(options.State, options.Paths)], x = new double[1], drift = new double[1], noise = new double[1];
        for (int step = 0; step < Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            double[] normal = draws.Normal(step, options.Paths);
            for (int path = 0; path < state.Length; path++)
            {
                x[0] = state[path];
                dynamics.Drift(x, step * h, drift);
                dynamics.Noise(x, step * h, noise);
                state[path] += (h * drift[0]) + (root * noise[0] * normal[path]);
            }
        }

        return [.. state.Select(end => end - options.State)];
    }

    // A Poisson number of jumps of N(0, 1) is a normal number with that number as its variance.
    private double[] Jump(StudyDraws draws)
    {
        double[] uniform = draws.Uniform(0, options.Paths), normal = draws.Normal(1, options.Paths);
        return [.. uniform.Zip(normal, (u, z) => Math.Sqrt(Count(u)) * z)];

        int Count(double u)
        {
            double weight = Math.Exp(-options.Lag), sum = weight;
            int count = 0;
            while (u > sum && count < 100)
            {
                count++;
                weight *= options.Lag / count;
                sum += weight;
            }

            return count;
        }
    }
}

namespace Diffusion.Solvers;

/// <summary>The forward transition between two levels: x_s = a x_t + √β e for the noisier s, a = α_s/α_t.</summary>
internal static class Transition
{
    /// <summary>β = σ_s² − a² σ_t², as a product, which keeps its digits when the levels are close.</summary>
    public static double Variance(NoiseLevel from, NoiseLevel to)
    {
        double carried = from.Alpha / to.Alpha * to.Sigma;
        return (from.Sigma - carried) * (from.Sigma + carried);
    }
}

using Diffusion.ScoreModels.Preconditioning;
using Xunit;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>The coefficients with which peers wrap their networks, over a table of noise scales.</summary>
internal static class PreconditionerTables
{
    private const double Relative = 1e-12;

    public static GoldenClaim Claim(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        double? sigmaData = golden.Has("sigma_data") ? golden.Number("sigma_data") : null;
        Preconditioner? preconditioner = golden.Text("cls").Split('.')[^1] switch
        {
            "EDMPrecond" => new EdmPreconditioner(parameters.Number("sigma_data", sigmaData ?? 0.5)),
            "VPPrecond" => VariancePreserving(parameters),
            "VEPrecond" => Exploding(parameters),
            "iDDPMPrecond" => new IddpmPreconditioner(parameters.Number("C_1", 0.001), parameters.Number("C_2", 0.008), (int)parameters.Number("M", 1000)),
            "Denoiser" or "SimpleLossDenoiser" => new EdmPreconditioner(parameters.Number("sigma_data", sigmaData ?? 1)),
            "VDenoiser" or "DiscreteVDDPMDenoiser" or "CompVisVDenoiser" => new PlainPreconditioner(NetworkOutput.V, 1),
            "DiscreteEpsDDPMDenoiser" or "OpenAIDenoiser" or "CompVisDenoiser" => new PlainPreconditioner(NetworkOutput.Noise, 1),
            _ => null,
        };
        return preconditioner is null
            ? GoldenClaim.None($"the preconditioning '{golden.Text("cls")}' is not known here")
            : GoldenClaim.Reproduced(() => Check(golden, preconditioner));
    }

    private static VariancePreservingPreconditioner VariancePreserving(GoldenParameters parameters)
    {
        parameters.Ignore("epsilon_t"); // bounds the noise of training, not the coefficients
        return new(parameters.Number("beta_d", 19.9), parameters.Number("beta_min", 0.1), (int)parameters.Number("M", 1000));
    }

    private static VarianceExplodingPreconditioner Exploding(GoldenParameters parameters)
    {
        parameters.Ignore("sigma_min", "sigma_max"); // the same
        return new();
    }

    private static void Check(GoldenCase golden, Preconditioner preconditioner)
    {
        double[] scales = golden.Numbers("sigma");
        Column("c_skip", level => preconditioner.Skip(level));
        Column("c_out", level => preconditioner.Scale(level));
        Column("c_in", preconditioner.Input);
        Column("c_noise", level => preconditioner.Label(level.Sigma));

        void Column(string name, Func<NoiseLevel, double> ours)
        {
            if (!golden.Has(name))
                return;

            double[] expected = golden.Numbers(name);
            for (int i = 0; i < scales.Length; i++)
            {
                // Peers form log(1 + σ²) as it stands, which loses as many digits as σ² has zeros.
                double lost = preconditioner is VariancePreservingPreconditioner && name == "c_noise" ? 1e-15 / (scales[i] * scales[i]) : 0;
                Assert.Equal(expected[i], ours(new NoiseLevel(scales[i], 1, scales[i])), (Relative + lost) * Math.Max(1e-3, Math.Abs(expected[i])));
            }
        }
    }
}

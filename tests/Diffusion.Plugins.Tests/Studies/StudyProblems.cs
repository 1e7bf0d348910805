using Diffusion.Core.Randomness;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Studies;

/// <summary>Settings of studies.</summary>
internal static class StudyProblems
{
    /// <summary>Data whose law is a mixture; their rows are of no consequence.</summary>
    public static DataSet Data(GaussianMixture mixture)
    {
        Tensor rows = zeros(2, mixture.Dimension, dtype: ScalarType.Float64);
        return new(new DataDescription { Name = "mixture", Shape = [mixture.Dimension], Mixture = mixture }, rows, rows);
    }

    /// <summary>Two modes on the line.</summary>
    public static GaussianMixture TwoModes { get; } =
        new([GaussianComponent.Isotropic(0.3, [-1.5], 0.5), GaussianComponent.Isotropic(0.7, [1], 0.6)]);

    /// <summary>Runs a study.</summary>
    public static StudyResult Run(IStudy study, GaussianMixture? mixture = null, NoiseSchedule? schedule = null, int repeat = 0)
    {
        StudySetting setting = new() { Data = mixture is null ? null : Data(mixture), Schedule = schedule };
        if (study.Objection(setting) is { } objection)
            throw new InvalidOperationException(objection);
        return study.Run(new()
        {
            Data = setting.Data,
            Schedule = schedule,
            Randomness = new PhiloxNoiseSource(new NoiseKey(5, repeat), 0, 1),
        });
    }

    /// <summary>A value of a result.</summary>
    public static MetricValue Get(this StudyResult result, string name) => result.Values.Single(value => value.Name == name);
}

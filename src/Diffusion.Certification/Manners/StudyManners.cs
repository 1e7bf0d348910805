using Diffusion.Core.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Manners;

/// <summary>Measures whether a study keeps the manners of its contract, on two modes on the line under a variance-preserving process.</summary>
internal static class StudyManners
{
    /// <summary>A certificate a manner; none where the study objects to these parts.</summary>
    public static Certificate[] Certify(CertificationSubject subject, StudyParts parts, Func<IStudy> build)
    {
        MannersTally tally = new();
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = zeros(4, 1, dtype: ScalarType.Float64);
        GaussianMixture modes = new([GaussianComponent.Isotropic(0.4, [-1], 0.5), GaussianComponent.Isotropic(0.6, [1], 0.5)]);
        StudySetting setting = new()
        {
            Schedule = parts.HasFlag(StudyParts.Schedule) ? ExactProcesses.VariancePreserving : null,
            Data = parts.HasFlag(StudyParts.Data) ? new(new DataDescription { Name = "two modes", Shape = [1], Mixture = modes }, rows, rows) : null,
        };
        if (parts.HasFlag(StudyParts.Model) || build().Objection(setting) is not null)
            return [];

        string[] declared = [.. build().Declare(setting).Select(value => value.Name).Order()];
        StudyResult first = build().Run(Context(setting)), second = build().Run(Context(setting));
        tally.Note("breaches: returns the values that it declares", first.Values.Select(value => value.Name).Order().SequenceEqual(declared));
        tally.Note("breaches: returns finite values", first.Values.All(value => double.IsFinite(value.Value)));
        tally.Note("breaches: returns standard errors that are not negative", first.Values.All(value => !(value.StandardError < 0)));
        tally.Note(
            "breaches: returns the same values for the same input",
            first.Values.Select(value => (value.Name, value.Value)).SequenceEqual(second.Values.Select(value => (value.Name, value.Value))));
        return tally.ToCertificates(subject);
    }

    private static StudyContext Context(StudySetting setting) => new()
    {
        Schedule = setting.Schedule,
        Data = setting.Data,
        Randomness = new PhiloxNoiseSource(new NoiseKey(3, 0), 0, 1),
    };
}

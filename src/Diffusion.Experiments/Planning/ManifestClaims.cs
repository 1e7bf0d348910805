using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Planning;

/// <summary>What a manifest claims about the cells of a plan that is there already.</summary>
public static class ManifestClaims
{
    /// <summary>Reads the claims of a manifest, and nothing else of it.</summary>
    /// <param name="file">The manifest, or a file that states <c>expect</c> alone.</param>
    /// <param name="plan">The plan.</param>
    /// <exception cref="ManifestException">Something is wrong with the claims; it holds every problem.</exception>
    public static ClaimSet Read(string file, PlanFile plan)
    {
        ManifestProblems problems = new();
        if (new ManifestReader(ManifestSection.Places, problems).Read(file, []) is not { } manifest)
            throw problems.ToException();
        ManifestNode root = manifest.Root;
        if (root[ManifestKeys.Expect] is null or { Kind: ManifestNodeKind.Null })
            return ClaimSet.None;

        OptionsBinder options = new(problems);
        OptionsShape shape = ManifestSection.Root.Settings;
        var settings = (ExperimentSettings)shape.CreateDefault();
        options.BindOne(root, settings, shape.Properties.Single(property => property.Name == ManifestKeys.Confidence));
        ClaimSet claims = ClaimReader.Read(
            root[ManifestKeys.Expect], settings.Confidence, options, [.. plan.Axes.Select(axis => axis.Path)], PlannedConfigurations.Find(plan), problems);
        problems.ThrowIfAny();
        return claims with { Looks = Looks(root, options) };
    }

    /// <summary>When the claims of a run are judged whose repeats go on until they are decided; null where they are judged once.</summary>
    /// <param name="file">The run's manifest.</param>
    /// <exception cref="ManifestException">It cannot be read.</exception>
    public static LookSchedule? Looks(string file)
    {
        ManifestProblems problems = new();
        if (new ManifestReader(ManifestSection.Places, problems).Read(file, []) is not { } manifest)
            throw problems.ToException();
        LookSchedule? looks = Looks(manifest.Root, new(problems));
        problems.ThrowIfAny();
        return looks;
    }

    private static LookSchedule? Looks(ManifestNode root, OptionsBinder options)
    {
        if (root[ManifestKeys.Sweep] is not { Kind: ManifestNodeKind.Object } sweep)
            return null;
        OptionsShape shape = OptionsShape.ForType(typeof(SweepSection));
        var section = (SweepSection)shape.CreateDefault();
        options.BindOne(sweep, section, shape.Properties.Single(property => property.Name == ManifestKeys.Repeats));
        return section.Repeats.UntilDecided ? new(section.Repeats.Sampling) : null;
    }
}

using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

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
        return claims;
    }
}

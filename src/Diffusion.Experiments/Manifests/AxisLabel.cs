using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Manifests;

/// <summary>An axis value in short.</summary>
internal static class AxisLabel
{
    /// <summary>"ddim", "ddim(eta=0.5)", "10", "[128,128]". Equal values have equal labels, however their numbers are written.</summary>
    public static string Format(ManifestNode node) => node.Kind switch
    {
        ManifestNodeKind.Number => NumberText.FormatJson(node.Text),
        ManifestNodeKind.Array => $"[{string.Join(',', node.Items.Select(Format))}]",
        ManifestNodeKind.Object when node[ManifestKeys.Use] is { } use && node.Members.Count == 1 => Format(use),
        ManifestNodeKind.Object when node[ManifestKeys.Use] is { } use => $"{Format(use)}({Members(node.Without(ManifestKeys.Use))})",
        ManifestNodeKind.Object => $"({Members(node)})",
        _ => node.Text,
    };

    private static string Members(ManifestNode node) =>
        string.Join(',', node.Members.OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{m.Name}={Format(m.Value)}"));
}

using System.Text.Json;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>Reference numbers from public samplers, kept outside the repository: the folder that DIFFUSION_GOLDEN names, or ../shared/golden.</summary>
internal static class GoldenFolder
{
    private static readonly string[] Peers = ["k_diffusion", "edm", "dpm_solver", "unipc", "diffusers", "score_sde", "azula", "truth"];
    private static readonly Lazy<JsonElement> CommonFile = new(() => Read("common.json"));
    private static readonly Lazy<IReadOnlyList<GoldenCase>> AllCases = new(LoadCases);

    /// <summary>Why nothing can be compared here; null when the folder is there.</summary>
    public static string? Missing => File.Exists(Path.Combine(Root(), "common.json"))
        ? null
        : $"no golden vectors at {Root()} (set DIFFUSION_GOLDEN to their folder)";

    /// <summary>Targets, tapes, checks.</summary>
    public static JsonElement Common => CommonFile.Value;

    /// <summary>Every case of every file there is.</summary>
    public static IReadOnlyList<GoldenCase> Cases => AllCases.Value;

    private static GoldenCase[] LoadCases() =>
    [
        .. Peers.Where(peer => File.Exists(Path.Combine(Root(), peer + ".json")))
            .SelectMany(peer => Read(peer + ".json").GetProperty("cases").EnumerateArray().Select(json => new GoldenCase(peer, json))),
    ];

    private static JsonElement Read(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root(), file)));
        return document.RootElement.Clone();
    }

    private static string Root() => Environment.GetEnvironmentVariable("DIFFUSION_GOLDEN") is { Length: > 0 } named
        ? named
        : Path.GetFullPath(Path.Combine(Repository.Root, "../shared/golden"));
}

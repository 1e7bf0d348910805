namespace Diffusion.Host.Plugins;

/// <summary>What came of trying a plugin in a process of its own.</summary>
internal sealed record PluginVerdict
{
    /// <summary>A plugin that does nothing wrong, as the host's own need not be tried to show.</summary>
    public static PluginVerdict Sound { get; } = new();

    /// <summary>Why the whole DLL cannot be let in; null where it can.</summary>
    public string? Refusal { get; init; }

    /// <summary>Full name → why, for the classes that cannot be let in.</summary>
    public IReadOnlyDictionary<string, TypeVerdict> Types { get; init; } = new Dictionary<string, TypeVerdict>();
}

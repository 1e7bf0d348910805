namespace Diffusion.Host.Plugins;

/// <summary>Why a class of a plugin is not let into the host's process.</summary>
/// <param name="Title">What it is: "solver 'x'".</param>
/// <param name="Reason">What it did when it was tried: "its constructor overflows the stack".</param>
internal sealed record TypeVerdict(string Title, string Reason);

using System.Reflection;

namespace Diffusion.Host.Plugins;

/// <summary>A plugin that is loaded, and what is not to be made of it.</summary>
/// <param name="Assembly">The assembly.</param>
/// <param name="Verdict">What came of trying it.</param>
internal sealed record PluginAssembly(Assembly Assembly, PluginVerdict Verdict);

using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Running;

/// <summary>Another process works on the run.</summary>
public sealed class RunBusyException(string message, Exception cause) : InputException(message, cause);

namespace Diffusion.Natives;

/// <summary>libtorch is not there, or this system cannot load it. The message says why, in one line.</summary>
public sealed class TorchUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

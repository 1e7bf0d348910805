using Xunit;

namespace Diffusion.Tests.Shared;

/// <summary>Tests that seed the default generator, set process-wide defaults or count live tensors: never beside others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class GlobalTorchState
{
    public const string Name = "global torch state";
}

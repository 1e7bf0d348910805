using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Tests that share one cluster; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedSlurmCluster : ICollectionFixture<SlurmCluster>
{
    public const string Name = "Slurm";
}

using System.Collections;
using Diffusion.Host.Running;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>What is recorded of a machine: what bears on numbers, and no secrets.</summary>
public sealed class ProvenanceTests
{
    [Fact]
    public void Variables_that_bear_on_a_computation_are_recorded_and_secrets_are_not()
    {
        Hashtable variables = new()
        {
            ["OMP_NUM_THREADS"] = "2",
            ["OPENBLAS_CORETYPE"] = "Haswell",
            ["DIFFUSION__TRACKING__URI"] = "https://me:hunter2@tracking.example/x",
            ["DIFFUSION_API_TOKEN"] = "abc",
            ["DIFFUSION_STORE_PASSWORD"] = "abc",
            ["HOME"] = "/root",
        };
        Dictionary<string, string> recorded = Provenance.EnvironmentOf(variables).ToDictionary();
        Assert.Equal(["DIFFUSION__TRACKING__URI", "OMP_NUM_THREADS", "OPENBLAS_CORETYPE"], recorded.Keys);
        Assert.Equal("https://***@tracking.example/x", recorded["DIFFUSION__TRACKING__URI"]);
    }

    [Fact]
    public void Environments_differ_in_what_bears_on_numbers_and_not_in_who_started_what()
    {
        Dictionary<string, string> before = new() { ["command"] = "a", ["torch.blas"] = "OpenBLAS", ["gone"] = "x", ["same"] = "1" };
        Dictionary<string, string> after = new() { ["command"] = "b", ["torch.blas"] = "MKL", ["new"] = "y", ["same"] = "1" };
        Assert.Equal([("torch.blas", "OpenBLAS", "MKL"), ("gone", "x", ""), ("new", "", "y")], EnvironmentFacts.Differences(before, after));
    }
}

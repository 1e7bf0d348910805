using System.Reflection;
using System.Runtime.Loader;
using TorchSharp;
using Xunit;

namespace Diffusion.Tests.Torch;

public sealed class EngineTests
{
    [Fact]
    public void The_engine_tells_its_version_and_BLAS()
    {
        IReadOnlyDictionary<string, string> facts = LibtorchEngine.Facts();
        Assert.Matches(@"^libtorch \d+\.\d+", facts["version"]);
        Assert.True(File.Exists(facts["libtorch"]), facts["libtorch"]);
        Assert.NotEmpty(facts["blas"]);
        Assert.StartsWith("cpu", facts["devices"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_shim_is_one_clear_exception()
    {
        Exception error = FailureWithShim(folder => { });
        Assert.Contains("libtorchsharp_shim.so", error.Message, StringComparison.Ordinal);
        Assert.Contains("libtorch-dev", error.Message, StringComparison.Ordinal);
        Assert.Contains("No such file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shim_that_does_not_load_is_one_clear_exception_with_the_reason()
    {
        Exception error = FailureWithShim(folder =>
            File.WriteAllText(Path.Combine(folder, "libtorchsharp_shim.so"), "not a library"));
        Assert.Contains("could not be loaded", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    /// <summary>What a second copy of the engine, in a folder of its own, throws at the first tensor.</summary>
    private static Exception FailureWithShim(Action<string> prepare)
    {
        string folder = Directory.CreateTempSubdirectory("engine").FullName;
        var context = new AssemblyLoadContext("engine", isCollectible: true);
        try
        {
            string engine = Path.Combine(folder, "TorchSharp.Libtorch.dll");
            File.Copy(typeof(torch).Assembly.Location, engine);
            prepare(folder);
            MethodInfo threads = context.LoadFromAssemblyPath(engine).GetType("TorchSharp.torch")!.GetMethod("get_num_threads")!;
            // A second attempt must not fail differently from the first.
            for (int attempt = 0; attempt < 2; attempt++)
            {
                var thrown = Assert.Throws<TargetInvocationException>(() => threads.Invoke(null, null));
                Assert.IsType<NotSupportedException>(thrown.InnerException);
                if (attempt == 1)
                    return thrown.InnerException;
            }

            throw new InvalidOperationException("unreachable");
        }
        finally
        {
            context.Unload();
            Directory.Delete(folder, recursive: true);
        }
    }
}

using Diffusion.Build;
using Mono.Cecil;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Torch;

/// <summary>Numbers and tensors that are handed to native code live until it has read them.</summary>
public sealed class NativeArgumentsTests
{
    [Fact]
    public void Every_method_of_the_assembly_at_work_keeps_its_arguments()
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(typeof(torch).Assembly.Location);
        MethodDefinition[] callers =
        [
            .. module.GetTypes()
                .SelectMany(type => type.Methods)
                .Where(method => method.HasBody && method.Parameters.Any(parameter => parameter.ParameterType.FullName == "TorchSharp.Scalar"))
                .Where(method => method.Body.Instructions.Any(instruction => instruction.Operand is MethodDefinition { IsPInvokeImpl: true })),
        ];
        Assert.True(callers.Length > 50, $"{callers.Length}");
        Assert.All(callers, method => Assert.Contains(
            method.Body.Instructions, instruction => instruction.Operand is MethodReference { Name: "KeepAlive", DeclaringType.FullName: "System.GC" }));
    }

    [Fact]
    public void Numbers_stay_what_they_are_while_the_collector_runs_all_the_time()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Thread collector = new(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0, GCCollectionMode.Forced);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
            {
                using Tensor x = full(1, worker + 1.0, dtype: ScalarType.Float64);
                for (int i = 0; i < 20_000; i++)
                {
                    double factor = i + 0.5;
                    using Tensor y = x.mul(factor);
                    Assert.Equal((worker + 1.0) * factor, y.ReadCpuDouble(0));
                }
            });
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    [Fact]
    public void Other_files_are_refused()
    {
        Assert.Throws<BadImageFormatException>(() => NativeArguments.KeepAlive([1, 2, 3]));
        Assert.Throws<InvalidDataException>(() => NativeArguments.KeepAlive(File.ReadAllBytes(typeof(NativeArgumentsTests).Assembly.Location)));
    }
}

using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Diffusion.Tests.Torch;

[Collection(GlobalTorchState.Name)]
public sealed class GeneratorTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void One_seed_is_one_stream_apart_from_the_default()
    {
        using var first = new Generator(5);
        using var second = new Generator(5);
        Tensor a = randn(4, generator: first);
        randn(100);
        Tensor b = randn(4, generator: second);
        Assert.True(a.Equals(b));
        Assert.False(a.Equals(randn(4, generator: first)));
        Assert.Equal(5, first.initial_seed());
    }

    [Fact]
    public void A_state_put_back_repeats_the_stream()
    {
        using var generator = new Generator(9);
        Tensor state = generator.get_state();
        Tensor first = empty(6).uniform_(0, 1, generator);
        generator.set_state(state);
        Assert.True(first.Equals(empty(6).uniform_(0, 1, generator)));
        generator.manual_seed(9);
        Assert.True(first.Equals(empty(6).uniform_(0, 1, generator)));
    }

    [Fact]
    public void The_default_stream_can_be_seeded_and_saved()
    {
        manual_seed(3);
        Assert.Equal(3, initial_seed());
        Tensor state = random.get_rng_state();
        Tensor first = rand(5);
        random.set_rng_state(state);
        Assert.True(first.Equals(rand(5)));
    }

    [Fact]
    public void Defaults_and_threads_can_be_set()
    {
        int threads = get_num_threads();
        try
        {
            set_num_threads(1);
            Assert.Equal(1, get_num_threads());
            set_default_dtype(ScalarType.Float64);
            Assert.Equal(ScalarType.Float64, zeros(1).dtype);
            Assert.Equal(ScalarType.Float64, nn.Linear(1, 1).weight.dtype);
        }
        finally
        {
            set_default_dtype(ScalarType.Float32);
            set_num_threads(threads);
        }

        using (use_deterministic_algorithms())
            Assert.True(are_deterministic_algorithms_enabled());
        Assert.False(are_deterministic_algorithms_enabled());
    }
}

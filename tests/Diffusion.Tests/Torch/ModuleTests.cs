using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Diffusion.Tests.Torch;

public sealed class ModuleTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Components_are_registered_by_field_and_listed_depth_first()
    {
        using var net = new Conditional();
        Assert.Equal(
            ["scale", "body.0.weight", "body.0.bias", "body.2.weight", "body.2.bias", "head.weight"],
            net.named_parameters().Select(item => item.Item1));
        Assert.Equal(["offset"], net.named_buffers().Select(item => item.Item1));
        Assert.Equal(["body", "head", "body.0", "body.1", "body.2"], net.named_modules().Select(item => item.Item1));
        Assert.Equal(["scale"], net.named_parameters(recurse: false).Select(item => item.Item1));
        Assert.Same(net.get_parameter("body.2.bias"), net.parameters().ElementAt(4));
        Assert.True(net.has_buffer("offset"));
        Assert.False(net.has_parameter("offset"));
    }

    [Fact]
    public void Shared_parameters_count_once()
    {
        Linear shared = nn.Linear(2, 2);
        using Sequential net = nn.Sequential(shared, nn.Linear(shared.weight, shared.bias));
        Assert.Equal(2, net.parameters().Count());
    }

    [Fact]
    public void A_state_is_copied_by_name_and_refused_where_it_does_not_fit()
    {
        using var from = new Conditional();
        using var to = new Conditional();
        Dictionary<string, Tensor> state = from.state_dict();
        Assert.Equal(["scale", "body.0.weight", "body.0.bias", "body.2.weight", "body.2.bias", "head.weight", "offset"], state.Keys);
        Assert.False(to.head.weight.Equals(from.head.weight));
        to.load_state_dict(state);
        Assert.True(to.head.weight.Equals(from.head.weight));
        Assert.NotSame(to.head.weight, state["head.weight"]);
        Assert.True(to.head.weight.requires_grad);

        state.Remove("scale");
        state["other"] = zeros(1);
        var error = Assert.Throws<InvalidOperationException>(() => to.load_state_dict(state));
        Assert.Contains("scale", error.Message, StringComparison.Ordinal);
        Assert.Contains("other", error.Message, StringComparison.Ordinal);
        (IList<string> missing, IList<string> unexpected) = to.load_state_dict(state, strict: false);
        Assert.Equal(["scale"], missing);
        Assert.Equal(["other"], unexpected);
        state["offset"] = zeros(9);
        Assert.Throws<InvalidOperationException>(() => to.load_state_dict(state, strict: false));
    }

    [Fact]
    public void Conversion_keeps_the_parameter_objects_and_whole_numbers()
    {
        using var net = new Conditional();
        Parameter weight = net.head.weight;
        net.register_buffer("count", tensor(3L));
        using optim.Optimizer optimizer = optim.SGD(net.parameters(), 0.5);
        Assert.Same(net, net.to(ScalarType.Float64));
        Assert.Same(weight, net.head.weight);
        Assert.Equal(ScalarType.Float64, weight.dtype);
        Assert.True(weight.requires_grad && weight.is_leaf);
        Assert.Equal(ScalarType.Int64, net.get_buffer("count")!.dtype);
        Tensor before = weight.detach().clone();
        net.call(ones(2, 3, ScalarType.Float64), ones(2, 1, ScalarType.Float64)).sum().backward();
        optimizer.step();
        Assert.False(before.Equals(weight));
    }

    [Fact]
    public void Training_mode_reaches_all_below_and_dropout_obeys()
    {
        using Sequential net = nn.Sequential(nn.Dropout(0.5), nn.Identity());
        Tensor x = ones(1000);
        Assert.True(net.training);
        Assert.True((net.call(x) == 0).any().item<bool>());
        net.eval();
        Assert.All(net.modules(), module => Assert.False(module.training));
        Assert.True(net.call(x).Equals(x));
    }

    [Fact]
    public void Hooks_see_and_change_what_passes_until_removed()
    {
        using Linear linear = nn.Linear(1, 1);
        Tensor plain = linear.call(ones(1, 1));
        var pre = linear.register_forward_pre_hook((_, input) => input * 0.0);
        var post = linear.register_forward_hook((_, _, output) => output + 1.0);
        Assert.True(linear.call(ones(1, 1)).allclose(linear.bias! + 1.0));
        pre.remove();
        post.remove();
        Assert.True(linear.call(ones(1, 1)).Equals(plain));
    }

    [Fact]
    public void Sequential_disposes_what_passes_between_but_not_its_input()
    {
        using Sequential net = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1));
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(3, 2);
        Tensor y = net.call(x);
        Assert.Equal(2, scope.DisposablesCount);
        y.sum().backward();
        Assert.All(net.parameters(), parameter => Assert.NotNull(parameter.grad));
        net.zero_grad();
        Assert.All(net.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void A_disposed_module_has_disposed_its_parameters()
    {
        var net = new Conditional();
        Parameter[] parameters = [.. net.parameters()];
        net.Dispose();
        Assert.All(parameters, parameter => Assert.True(parameter.IsInvalid));
    }

    [Fact]
    public void A_parameter_takes_over_its_tensor_and_its_scope()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor data = ones(2);
        Parameter inside = nn.Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.Equal([inside], scope.DisposablesView);
        Parameter outside = nn.Parameter(ones(2).DetachFromDisposeScope());
        Assert.False(scope.Contains(outside));
        outside.Dispose();
    }

    [Fact]
    public void Lists_register_their_modules_by_place()
    {
        using var list = nn.ModuleList(nn.Linear(1, 1), nn.Linear(1, 1, hasBias: false));
        list.append(nn.Linear(1, 1, hasBias: false));
        Assert.Equal(["0.weight", "0.bias", "1.weight", "2.weight"], list.named_parameters().Select(item => item.Item1));
        list.RemoveAt(0);
        Assert.Equal(["0.weight", "1.weight"], list.named_parameters().Select(item => item.Item1));
    }

    [Fact]
    public void Padding_modes_and_names_give_the_sizes_they_promise()
    {
        Tensor x = randn(1, 2, 6, 6);
        Assert.Equal([1L, 3, 6, 6], nn.Conv2d(2, 3, 3, Padding.Same).call(x).shape);
        Assert.Equal([1L, 3, 4, 4], nn.Conv2d(2, 3, 3, Padding.Valid).call(x).shape);
        Assert.Equal([1L, 3, 6, 6], nn.Conv2d(2, 3, 3, padding: 1, padding_mode: PaddingModes.Circular).call(x).shape);
        Assert.Equal([2L, 4, 6], nn.Conv1d(6, 4, 3, Padding.Same, padding_mode: PaddingModes.Reflect).call(randn(2, 6, 6)).shape);
        Assert.Throws<ArgumentException>(() => nn.Conv2d(3, 4, 3, groups: 2));
        Assert.Throws<ArgumentException>(() => nn.GroupNorm(3, 4));
    }

    private sealed class Conditional : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Parameter scale;
        private readonly Sequential body;
        public readonly Linear head;
        private readonly Tensor offset;

        public Conditional()
            : base(nameof(Conditional))
        {
            scale = nn.Parameter(ones(1));
            body = nn.Sequential(nn.Linear(3, 4), nn.SiLU(), nn.Linear(4, 2));
            head = nn.Linear(2, 1, hasBias: false);
            offset = zeros(1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input1, Tensor input2)
        {
            using DisposeScope scope = NewDisposeScope();
            return (head.call(body.call(input1)) * scale + input2 + offset).MoveToOuterDisposeScope();
        }
    }
}

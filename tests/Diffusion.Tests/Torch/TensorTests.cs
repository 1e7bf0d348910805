using System.Runtime.InteropServices;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Diffusion.Tests.Torch;

public sealed class TensorTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Created_from_arrays_it_has_their_type_shape_and_values()
    {
        Assert.Equal(ScalarType.Float32, tensor(new[] { 1f, 2f }).dtype);
        Assert.Equal(ScalarType.Float64, tensor(new[] { 1.0, 2.0 }).dtype);
        Assert.Equal(ScalarType.Int64, tensor(new[] { 1L }).dtype);
        Assert.Equal(ScalarType.Bool, tensor(true).dtype);
        Tensor matrix = tensor(new[,] { { 1.0, 2, 3 }, { 4, 5, 6 } }, dtype: ScalarType.Float32);
        Assert.Equal([2L, 3], matrix.shape);
        Assert.Equal([1f, 2, 3, 4, 5, 6], matrix.data<float>().ToArray());
        Assert.Equal([3L, 1], from_array(new float[3, 1]).shape);
        Assert.Equal([2L, 2], tensor(new[] { 1.0, 2, 3, 4 }, [2, 2]).shape);
        Assert.Throws<ArgumentException>(() => tensor(new[] { 1.0 }, [2, 2]));
    }

    [Fact]
    public void Creation_takes_the_array_by_value()
    {
        double[] values = [1, 2];
        Tensor copy = tensor(values);
        values[0] = 5;
        Assert.Equal(1.0, copy[0].item<double>());
    }

    [Fact]
    public void Ranges_are_integers_unless_an_end_is_not()
    {
        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Assert.Equal(ScalarType.Float32, arange(0, 1, 0.25).dtype);
        Assert.Equal([0f, 0.25f, 0.5f, 0.75f], arange(0, 1, 0.25).data<float>().ToArray());
        Assert.Equal([1.0, 10, 100], logspace(0, 2, 3, dtype: ScalarType.Float64).data<double>().ToArray());
    }

    [Fact]
    public void Factories_take_type_and_shape_in_every_form()
    {
        Assert.Equal([2L, 3], zeros(2, 3).shape);
        Assert.Equal([2L, 3], zeros([2L, 3L]).shape);
        Assert.Equal([2L, 3, 4, 5], rand(2, 3, 4, 5).shape);
        Assert.Empty(ones([]).shape);
        Tensor full = torch.full(2, 2, 7, ScalarType.Int32);
        Assert.Equal([7, 7, 7, 7], full.data<int>().ToArray());
        Assert.Equal(ScalarType.Float64, full.zeros_like(ScalarType.Float64).dtype);
        Assert.Equal(ScalarType.Int32, full.new_zeros(3).dtype);
        Assert.True(randn(2, requires_grad: true).requires_grad);
        Assert.Throws<NotSupportedException>(() => zeros(1, names: ["x"]));
    }

    [Fact]
    public void Bytes_are_the_tensors_own_memory()
    {
        Tensor x = zeros(3);
        MemoryMarshal.Cast<byte, float>(x.bytes)[1] = 4;
        Assert.Equal([0f, 4, 0], x.data<float>().ToArray());
        Assert.Throws<NotImplementedException>(() => { _ = zeros(2, 3).t().bytes.Length; });
    }

    [Fact]
    public void Data_is_in_row_major_order_whatever_the_layout()
    {
        Tensor x = arange(6).reshape(2, 3).t();
        Assert.Equal([0L, 3, 1, 4, 2, 5], x.data<long>().ToArray());
        Assert.Equal(4, x.data<long>()[1, 1]);
        x.data<long>()[1, 1] = 40;
        Assert.Equal(40, x[1, 1].item<long>());
        Assert.Equal(new long[,] { { 0, 3 }, { 1, 40 }, { 2, 5 } }, (long[,])x.data<long>().ToNDArray());
        var into = new long[3];
        x.data<long>().CopyTo(into, 1, 2);
        Assert.Equal([0L, 1, 40], into);
        x.data<long>().CopyFrom([9L, 8], tensorIndex: 4);
        Assert.Equal([0L, 3, 1, 40, 9, 8], x.data<long>());
        Assert.Throws<IndexOutOfRangeException>(() => x.data<long>()[6]);
        Assert.Throws<ArgumentException>(() => x.data<int>());
    }

    [Fact]
    public void One_element_becomes_a_number_of_the_tensors_type_or_of_any()
    {
        Tensor x = tensor(2.75);
        Assert.Equal(2.75, x.item<double>());
        Assert.Equal(2.75f, x.ToSingle());
        Assert.Equal(2, x.ToInt32());
        Assert.True((bool)x);
        Assert.Throws<ArgumentException>(() => x.item<float>());
        Assert.Throws<ArgumentException>(() => zeros(2).item<float>());
    }

    [Fact]
    public void A_number_operand_promotes_as_in_PyTorch()
    {
        Tensor integers = tensor(new[] { 1L, 2 });
        Assert.Equal(ScalarType.Int64, (integers + 1).dtype);
        Assert.Equal(ScalarType.Float32, (integers * 0.5).dtype);
        Assert.Equal([0.5f, 1], (integers * 0.5).data<float>().ToArray());
        Assert.Equal(ScalarType.Float32, (integers / 2).dtype);
        Assert.Equal(ScalarType.Float32, (zeros(2) + 1).dtype);
        Assert.Equal(ScalarType.Float64, (zeros(2, ScalarType.Float64) * 0.1f).dtype);
        Assert.Equal(ScalarType.Float16, (zeros(2, ScalarType.Float16) + 1.5).dtype);
        Assert.Equal(ScalarType.Float32, (zeros(2, ScalarType.Float32) + tensor(1.0)).dtype);
        Assert.Equal([true, false], (tensor(new[] { true, false }) == true).data<bool>().ToArray());
        Assert.Equal(9007199254740993, (tensor(9007199254740992) + 1L).item<long>());
        Assert.Throws<ExternalException>(() => integers.mul_(0.5));
    }

    [Fact]
    public void A_number_operand_is_not_overwritten_while_a_graph_holds_it()
    {
        Tensor x = tensor(new[] { 1f, 2 }, requires_grad: true);
        Tensor y = x.mul(3.0).mul(5.0).add(7.0).div(2.0);
        y.sum().backward();
        Assert.Equal([7.5f, 7.5f], x.grad!.data<float>().ToArray());
        Tensor first = ones(2) * 2.0, second = ones(2) * 4.0;
        Assert.Equal([2f, 2, 4, 4], cat([first, second]).data<float>().ToArray());
    }

    [Fact]
    public void A_number_operand_made_under_inference_mode_serves_autograd_afterwards()
    {
        OtherThread.Run(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            using (inference_mode())
                ones(2).mul(3.0);
            Tensor x = ones(2, requires_grad: true);
            x.mul(2.0).sum().backward();
            Assert.Equal([2f, 2], x.grad!.data<float>().ToArray());
        });
    }

    [Fact]
    public void Views_share_memory_and_assignment_through_an_index_writes_it()
    {
        Tensor x = zeros(2, 3);
        x[0].fill_(1);
        x[1, ..2] = tensor(new[] { 5f, 6 });
        Assert.Equal([1f, 1, 1, 5, 6, 0], x.data<float>().ToArray());
        x[tensor(new long[] { 1, 1 }), tensor(new long[] { 2, 2 })] = tensor(9f);
        Assert.Equal(9f, x[1, 2].item<float>());
        x[x > 5] = 0;
        Assert.Equal([1f, 1, 1, 5, 0, 0], x.data<float>().ToArray());
    }

    [Fact]
    public void Conversion_keeps_the_tensor_where_nothing_changes_and_copies_where_asked()
    {
        Tensor x = ones(2);
        x.to(ScalarType.Float32).fill_(3);
        Assert.Equal(3f, x[0].item<float>());
        x.to(ScalarType.Float32, copy: true).fill_(4);
        Assert.Equal(3f, x[0].item<float>());
        Tensor y = x.to(ScalarType.Float64, disposeAfter: true);
        Assert.True(x.IsInvalid);
        Assert.Equal(ScalarType.Float64, y.dtype);
        Assert.Equal("cpu", y.device.ToString());
    }

    [Fact]
    public void It_writes_itself_shortly()
    {
        Assert.Equal("[2x3], type = Float32, device = cpu", zeros(2, 3).ToString());
        Assert.Equal("[], type = Float64, device = cpu, value = 0.25", tensor(0.25).ToString());
        Tensor gone = zeros(1);
        gone.Dispose();
        Assert.Equal("[disposed]", gone.ToString());
    }

    [Fact]
    public void Equals_compares_values_and_equal_compares_elements()
    {
        Tensor a = tensor(new[] { 1.0, 2 }), b = tensor(new[] { 1.0, 3 });
        Assert.True(a.Equals(a.clone()));
        Assert.False(a.Equals(b));
        Assert.Equal([true, false], a.equal(b).data<bool>().ToArray());
    }

    [Fact]
    public void Sizes_compare_by_value()
    {
        Size size = new([2, 3]);
        Assert.True(size == (2L, 3L));
        Assert.Equal(6, size.numel());
        Assert.Equal(2, randint(5, size).ndim);
    }

    [Theory]
    [InlineData("cpu", DeviceType.CPU, -1)]
    [InlineData("cuda:1", DeviceType.CUDA, 1)]
    public void Devices_are_parsed(string text, DeviceType type, int index)
    {
        Device device = torch.device(text);
        Assert.Equal((type, index), (device.type, device.index));
        Assert.Equal(text, device.ToString());
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("1")]
    public void What_is_no_device_is_refused(string text) => Assert.Throws<ArgumentException>(() => torch.device(text));
}

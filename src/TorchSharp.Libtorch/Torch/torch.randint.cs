using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor randint(
        int low, int high, int[] size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint((long)low, high, Array.ConvertAll(size, item => (long)item), dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        randint(0L, high, Array.ConvertAll(size, item => (long)item), dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Aten.randint_low_generator
            .Call(low, high, size, generator, dtype ?? ScalarType.Int64, Arg.None, device, NoNames(names))
            .WithGrad(requires_grad);

    public static Tensor randint(
        long low, long high, Size size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(low, high, size.Shape, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        randint(0L, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        randint(0L, high, size.Shape, dtype, device, requires_grad, generator, names);
}

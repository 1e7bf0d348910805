using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Aten.sum.Call(this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) =>
            sum([dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            sum([dim0, dim1, dim2], keepdim, type);

        public Tensor sum(
            long[] dim, bool keepdim = false, ScalarType? type = null) => sum(dim.AsSpan(), keepdim, type);

        public Tensor mean() => Aten.mean.Call(this, Arg.None);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Aten.mean_dim.Call(this, dimensions, keepdim, type);

        public Tensor nansum() => Aten.nansum.Call(this);

        public Tensor prod(ScalarType? type = null) => Aten.prod.Call(this, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) =>
            Aten.prod_dim_int.Call(this, dim, keepdim, type);

        public Tensor norm(float p = 2) => Aten.norm_Scalar.Call(this, (double)p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2) =>
            Aten.norm_ScalarOpt_dim.Call(this, (double)p, new long[] { dim }, keepdim);

        public Tensor max() => Aten.max.Call(this);

        public Tensor max(Tensor other) => maximum(other);

        public (Tensor, Tensor) max(long dim, bool keepdim = false) => Aten.max_dim.CallTwo(this, dim, keepdim);

        public Tensor min() => Aten.min.Call(this);

        public Tensor min(Tensor other) => minimum(other);

        public (Tensor, Tensor) min(long dim, bool keepdim = false) => Aten.min_dim.CallTwo(this, dim, keepdim);

        public Tensor amax(params long[] dims) => Aten.amax.Call(this, dims);

        public Tensor amin(params long[] dims) => Aten.amin.Call(this, dims);

        public (Tensor, Tensor) aminmax(long? dim = null, bool keepdim = false) =>
            Aten.aminmax.CallTwo(this, Arg.Optional(dim), keepdim);

        public Tensor argmax() => Aten.argmax.Call(this);

        public Tensor argmax(long dim, bool keepdim = false) => Aten.argmax.Call(this, dim, keepdim);

        public Tensor argmin() => Aten.argmin.Call(this);

        public Tensor argmin(long dim, bool keepdim = false) => Aten.argmin.Call(this, dim, keepdim);

        public Tensor any() => Aten.any.Call(this);

        public Tensor any(long dim, bool keepdim = false) => Aten.any_dim.Call(this, dim, keepdim);

        public Tensor all() => Aten.all.Call(this);

        public Tensor all(long dim, bool keepdim = false) => Aten.all_dim.Call(this, dim, keepdim);

        public Tensor median() => Aten.median.Call(this);

        public (Tensor, Tensor) mode(long dim = -1, bool keepdim = false) => Aten.mode.CallTwo(this, dim, keepdim);

        public (Tensor, Tensor) kthvalue(long k, long? dim, bool keepdim = false) =>
            Aten.kthvalue.CallTwo(this, k, dim ?? -1, keepdim);

        public Tensor quantile(
            Tensor q, long dim = -1, bool keepdim = false) => Aten.quantile.Call(this, q, dim, keepdim);

        public Tensor logsumexp(long dim, bool keepdim = false) => Aten.logsumexp.Call(this, new[] { dim }, keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null) => Aten.cumsum.Call(this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null) => Aten.cumprod.Call(this, dim, type);

        public Tensor logcumsumexp(long dim) => Aten.logcumsumexp.Call(this, dim);

        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) =>
            Aten.diff.Call(this, n, dim, prepend, append);

        public Tensor trapezoid(double dx = 1, long dim = -1) => Aten.trapezoid_dx.Call(this, dx, dim);

        public Tensor trapezoid(Tensor x, long dim = -1) => Aten.trapezoid_x.Call(this, x, dim);

        public Tensor dist(Tensor other, float p = 2) => Aten.dist.Call(this, other, (double)p);

        public Tensor cov(long correction = 1, Tensor? fweights = null, Tensor? aweights = null) =>
            Aten.cov.Call(this, correction, fweights, aweights);

        public Tensor corrcoef() => Aten.corrcoef.Call(this);

        public Tensor bincount(Tensor weights, long minlength = 0) => Aten.bincount.Call(this, weights, minlength);

        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Aten.histc.Call(this, bins, min, max);

        public Tensor count_nonzero(long[]? dims = null) =>
            dims is null ? Aten.count_nonzero.Call(this) : Aten.count_nonzero_dim_IntList.Call(this, dims);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null)
        {
            unsafe
            {
                fixed (long* first = dim)
                    return Aten.sum_dim_IntList.Call(this, Arg.Pinned(first, dim.Length), keepdim, type);
            }
        }

        public Tensor amax(
            long[] dims, bool keepdim = false, Tensor? @out = null) => amax(dims.AsSpan(), keepdim, @out);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null)
        {
            unsafe
            {
                fixed (long* first = dims)
                {
                    if (@out is null)
                        return Aten.amax.Call(this, Arg.Pinned(first, dims.Length), keepdim);
                    Aten.amax_out.Run(this, Arg.Pinned(first, dims.Length), keepdim, @out);
                    return @out;
                }
            }
        }

        public Tensor amin(
            long[] dims, bool keepdim = false, Tensor? @out = null) => amin(dims.AsSpan(), keepdim, @out);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null)
        {
            unsafe
            {
                fixed (long* first = dims)
                {
                    if (@out is null)
                        return Aten.amin.Call(this, Arg.Pinned(first, dims.Length), keepdim);
                    Aten.amin_out.Run(this, Arg.Pinned(first, dims.Length), keepdim, @out);
                    return @out;
                }
            }
        }

        public Tensor var(bool unbiased = true) => Aten.var_correction.Call(this, Arg.None, unbiased ? 1L : 0L, false);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var([dim], unbiased, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            AsType(Aten.var_correction.Call(this, dimensions, unbiased ? 1L : 0L, keepdim), type);

        public Tensor std(bool unbiased = true) => Aten.std_correction.Call(this, Arg.None, unbiased ? 1L : 0L, false);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std([dim], unbiased, keepdim, type);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            AsType(Aten.std_correction.Call(this, dimensions, unbiased ? 1L : 0L, keepdim), type);

        public (
            Tensor, Tensor, Tensor) unique(bool sorted = true, bool return_inverse = false, bool return_counts = false,
            int? dim = null) =>
            dim is { } one ? Aten.unique_dim.CallThree(this, (long)one, sorted, return_inverse, return_counts) : Aten._unique2.CallThree(this, sorted, return_inverse, return_counts);

        public (Tensor, Tensor) var_mean(bool unbiased = true) =>
            Aten.var_mean_correction.CallTwo(this, Arg.None, unbiased ? 1L : 0L, false);

        public (Tensor, Tensor) std_mean(bool unbiased = true) =>
            Aten.std_mean_correction.CallTwo(this, Arg.None, unbiased ? 1L : 0L, false);
    }
}

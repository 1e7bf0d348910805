using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Diffusion.Tests.Torch;

/// <summary>Every case gives what PyTorch gave for it (reference.json, written by make_reference.py).</summary>
[Collection(GlobalTorchState.Name)]
public sealed class ParityTests
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static readonly Dictionary<string, Answer> Reference = Load();

    public static TheoryData<string> Names => [.. Reference.Keys];

    [Fact]
    public void Every_reference_has_its_case()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal(Reference.Keys.Order(StringComparer.Ordinal), All().Select(item => item.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_PyTorch(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor actual = All().Single(item => item.Name == name).Run();
        Answer expected = Reference[name];
        Assert.Equal(expected.Shape, actual.shape);
        double[] values = actual.to(ScalarType.Float64).data<double>().ToArray();
        // Seeded cases draw in float32; their values must be the same numbers.
        double tolerance = actual.dtype == ScalarType.Float32 ? 1e-7 : 1e-10;
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(expected.Values[i]))
                Assert.True(double.IsNaN(values[i]), $"{name}[{i}] is {values[i]}, not NaN");
            else
                Assert.True(
                    Math.Abs(values[i] - expected.Values[i]) <= tolerance * Math.Max(1, Math.Abs(expected.Values[i])),
                    $"{name}[{i}] is {values[i]:R}, PyTorch has {expected.Values[i]:R}");
        }
    }

    private static Tensor Range(long count, double scale) => arange(0, count, ScalarType.Float64).mul(scale);

    private static Tensor Flat(params Tensor[] parts) => cat(parts.Select(part => part.to(ScalarType.Float64).flatten()).ToArray());

    private static Tensor Flat(IEnumerable<Parameter> parts) => Flat(parts.ToArray<Tensor>());

    private static Tensor Flat((Tensor, Tensor) pair) => Flat(pair.Item1, pair.Item2);

    private static IEnumerable<(string Name, Func<Tensor> Run)> All()
    {
        Tensor a = Range(12, 0.7).sin().reshape(3, 4);
        Tensor b = Range(12, 1.3).cos().reshape(3, 4);
        Tensor p = a.abs() + 0.5;
        Tensor m = tensor(new[,] { { 4.0, 1.0, 0.5 }, { 1.0, 3.0, 0.2 }, { 0.5, 0.2, 2.0 } });
        Tensor v = tensor(new[] { 1.0, -2.0, 0.5 });
        Tensor i = tensor(new long[] { 2, 0, 1 });
        Tensor x = Range(200, 0.37).sin().reshape(2, 4, 5, 5);
        Tensor w = Range(216, 0.11).cos().reshape(6, 4, 3, 3);
        Tensor places = tensor(new long[,] { { 0, 1 }, { 2, 3 }, { 1, 0 } });

        Tensor s = a * 0.9;
        yield return ("abs", () => s.abs());
        yield return ("acos", () => s.acos());
        yield return ("asin", () => s.asin());
        yield return ("atan", () => s.atan());
        yield return ("ceil", () => s.ceil());
        yield return ("cos", () => s.cos());
        yield return ("cosh", () => s.cosh());
        yield return ("erf", () => s.erf());
        yield return ("erfc", () => s.erfc());
        yield return ("exp", () => s.exp());
        yield return ("exp2", () => s.exp2());
        yield return ("expm1", () => s.expm1());
        yield return ("floor", () => s.floor());
        yield return ("frac", () => s.frac());
        yield return ("neg", () => -s);
        yield return ("round", () => s.round());
        yield return ("sigmoid", () => s.sigmoid());
        yield return ("sign", () => s.sign());
        yield return ("sin", () => s.sin());
        yield return ("sinh", () => s.sinh());
        yield return ("square", () => s.square());
        yield return ("tan", () => s.tan());
        yield return ("tanh", () => s.tanh());
        yield return ("trunc", () => s.trunc());
        yield return ("relu", () => s.relu());
        yield return ("silu", () => s.silu());
        yield return ("gelu", () => s.gelu());
        yield return ("log", () => p.log());
        yield return ("log10", () => p.log10());
        yield return ("log1p", () => p.log1p());
        yield return ("log2", () => p.log2());
        yield return ("sqrt", () => p.sqrt());
        yield return ("rsqrt", () => p.rsqrt());
        yield return ("reciprocal", () => p.reciprocal());
        yield return ("lgamma", () => p.lgamma());
        yield return ("digamma", () => p.digamma());
        yield return ("erfinv", () => s.erfinv());
        yield return ("add", () => a + b);
        yield return ("add_alpha", () => a.add(b, -0.3));
        yield return ("add_scalar", () => a + 0.7);
        yield return ("sub_scalar", () => a - 0.7);
        yield return ("scalar_sub", () => 0.7 - a);
        yield return ("mul_scalar", () => a * -1.7);
        yield return ("div", () => a / p);
        yield return ("scalar_div", () => 2 / p);
        yield return ("div_floor", () => a.div(p, RoundingMode.floor));
        yield return ("div_trunc", () => a.div(0.3, RoundingMode.trunc));
        yield return ("remainder", () => a % 0.3);
        yield return ("pow_scalar", () => p.pow(2.5));
        yield return ("pow_tensor", () => p.pow(b));
        yield return ("addcmul", () => a.addcmul(b, p, 0.4));
        yield return ("addcdiv", () => a.addcdiv(b, p, -0.4));
        yield return ("lerp", () => a.lerp(b, tensor(0.3)));
        yield return ("clamp", () => a.clamp(-0.4, 0.5));
        yield return ("clamp_min", () => a.clamp(min: 0.1));
        yield return ("maximum", () => maximum(a, b));
        yield return ("atan2", () => a.atan2(b));
        yield return ("hypot", () => a.hypot(b));
        yield return ("logaddexp", () => a.logaddexp(b));
        yield return ("where", () => where(a > 0, a, b));
        yield return ("compare", () => stack([a > b, a >= 0.1, a < b, a <= 0.1, a == a.clone(), a != b]));
        yield return ("isnan", () => a.log().isnan());
        yield return ("nan_to_num", () => a.log().nan_to_num(-7));

        yield return ("sum", () => a.sum());
        yield return ("sum_dim", () => a.sum(1));
        yield return ("sum_dims", () => x.sum([0L, 2], keepdim: true));
        yield return ("mean", () => a.mean());
        yield return ("mean_dim", () => x.mean([2, 3]));
        yield return ("var", () => a.var());
        yield return ("var_biased", () => a.var(0L, unbiased: false));
        yield return ("std_dim", () => a.std(1L, keepdim: true));
        yield return ("prod", () => p.prod());
        yield return ("prod_dim", () => p.prod(1));
        yield return ("norm", () => a.norm());
        yield return ("norm_1", () => a.norm(1f));
        yield return ("norm_dim", () => a.norm(1, false, 2f));
        yield return ("max_dim", () => Flat(a.max(1)));
        yield return ("min_dim", () => Flat(a.min(0)));
        yield return ("amax", () => x.amax(1, 3));
        yield return ("amin", () => x.amin(0));
        yield return ("argmax", () => a.argmax(1));
        yield return ("argmin", () => a.argmin());
        yield return ("any", () => (a > 0.99).any(0));
        yield return ("all", () => (a > -0.99).all(1));
        yield return ("logsumexp", () => a.logsumexp(1));
        yield return ("cumsum", () => a.cumsum(1));
        yield return ("cumprod", () => p.cumprod(0));
        yield return ("diff", () => a.diff(dim: 1));
        yield return ("median", () => a.median());
        yield return ("quantile", () => a.flatten().quantile(tensor(new[] { 0.1, 0.5, 0.95 })));
        yield return ("bincount", () => bincount(tensor(new long[] { 0, 3, 3, 1 })));
        yield return ("histc", () => a.histc(4, -1, 1));

        yield return ("transpose", () => a.t());
        yield return ("permute", () => x.permute(2, 0, 3, 1));
        yield return ("flip", () => a.flip(0, 1));
        yield return ("roll", () => a.roll(1, 1));
        yield return ("roll_flat", () => a.roll(2));
        yield return ("tril", () => m.tril(-1));
        yield return ("triu", () => m.triu());
        yield return ("diagonal", () => m.diagonal());
        yield return ("diag_embed", () => v.diag_embed());
        yield return ("repeat", () => a.repeat(2, 1));
        yield return ("repeat_interleave", () => v.repeat_interleave(2));
        yield return ("expand", () => v.unsqueeze(1).expand(3, 2));
        yield return ("flatten", () => x.flatten(1, 2));
        yield return ("chunk", () => a.chunk(2, 1)[1]);
        yield return ("split", () => a.split([1L, 3], 1)[1]);
        yield return ("unbind", () => a.unbind(1)[2]);
        yield return ("narrow", () => a.narrow(1, 1, 2));
        yield return ("index_row", () => a[1]);
        yield return ("index_element", () => a[1, 2]);
        yield return ("index_slice", () => a[.., 1..3]);
        yield return ("index_step", () => a[TensorIndex.Slice(step: 2), TensorIndex.Slice(null, null, 3)]);
        yield return ("index_ellipsis", () => x[TensorIndex.Ellipsis, 2]);
        yield return ("index_none", () => a[TensorIndex.Colon, TensorIndex.None, 1]);
        yield return ("index_negative", () => a[^1, ^2]);
        yield return ("index_tensor", () => a[i]);
        yield return ("index_mixed", () => a[1.., TensorIndex.Tensor(i[..2])]);
        yield return ("index_mask", () => a[a > 0.5]);
        yield return ("index_put", () =>
        {
            Tensor put = a.clone();
            put[1] = 5.0;
            put[.., 2] = v;
            put[0, 0] = -1.0;
            return put;
        });
        yield return ("gather", () => a.gather(1, places));
        yield return ("scatter", () => zeros(3, 4, ScalarType.Float64).scatter(1, places, b));
        yield return ("index_select", () => a.index_select(0, i));
        yield return ("masked_select", () => a.masked_select(a > 0));
        yield return ("masked_fill", () => a.masked_fill(a > 0, -2));
        yield return ("sort", () => Flat(a.sort(1, descending: true)));
        yield return ("argsort", () => a.argsort(0));
        yield return ("topk", () => Flat(a.topk(2, 1)));
        yield return ("searchsorted", () => searchsorted(linspace(-1, 1, 7, ScalarType.Float64), a));
        yield return ("cat", () => cat([a, b], 1));
        yield return ("stack", () => stack([a, b], 1));
        yield return ("meshgrid", () => Flat(meshgrid([v, i.to(ScalarType.Float64)])));
        yield return ("outer", () => v.outer(v));
        yield return ("einsum", () => einsum("ij,kj->ik", a, b));
        yield return ("cdist", () => cdist(a, b));

        yield return ("matmul", () => a.matmul(b.t()));
        yield return ("bmm", () => x[0].bmm(x[1]));
        yield return ("mv", () => m.mv(v));
        yield return ("dot", () => v.dot(v));
        yield return ("addmm", () => m.addmm(a, b.t(), 0.5f, -2f));
        yield return ("cholesky", () => linalg.cholesky(m));
        yield return ("solve", () => linalg.solve(m, v));
        yield return ("solve_triangular", () => linalg.solve_triangular(m.triu(), v.unsqueeze(1), upper: true));
        yield return ("inv", () => linalg.inv(m));
        yield return ("eigvalsh", () => linalg.eigvalsh(m));
        yield return ("eigh_rebuilt", () =>
        {
            (Tensor values, Tensor vectors) = linalg.eigh(m);
            return vectors.matmul(values.diag()).matmul(vectors.t());
        });
        yield return ("det", () => linalg.det(m));
        yield return ("slogdet", () => Flat(linalg.slogdet(m)));
        yield return ("svdvals", () => linalg.svdvals(a));
        yield return ("qr_rebuilt", () =>
        {
            (Tensor q, Tensor r) = linalg.qr(a);
            return q.matmul(r);
        });
        yield return ("linalg_norm", () => linalg.norm(a));
        yield return ("vector_norm", () => linalg.vector_norm(a, 3, [1]));
        yield return ("matrix_exp", () => linalg.matrix_exp(m * 0.1));

        yield return ("linear", () => F.linear(a, b, v));
        yield return ("conv2d", () => F.conv2d(x, w, Range(6, 1), [2, 2], [1, 1]));
        yield return ("conv2d_same", () => F.conv2d_padding(x, w, padding: Padding.Same));
        yield return ("conv_transpose2d", () => F.conv_transpose2d(F.conv2d(x, w), w));
        yield return ("group_norm", () => F.group_norm(x, 2, Range(4, 1), ones(4, ScalarType.Float64)));
        yield return ("layer_norm", () => F.layer_norm(x, [5]));
        yield return ("softmax", () => a.softmax(1));
        yield return ("log_softmax", () => F.log_softmax(a, 0));
        yield return ("softplus", () => F.softplus(a, 2, 1));
        yield return ("gelu_tanh", () => F.gelu(a, GELU.Approximate.tanh));
        yield return ("leaky_relu", () => F.leaky_relu(a, 0.2));
        yield return ("elu", () => F.elu(a, 0.8));
        yield return ("mish", () => F.mish(a));
        yield return ("mse_loss", () => F.mse_loss(a, b));
        yield return ("mse_sum", () => F.mse_loss(a, b, nn.Reduction.Sum));
        yield return ("smooth_l1", () => F.smooth_l1_loss(a, b, beta: 0.5));
        yield return ("huber", () => F.huber_loss(a, b, 0.7));
        yield return ("cross_entropy", () => F.cross_entropy(a, i));
        yield return ("bce_logits", () => F.binary_cross_entropy_with_logits(a, (b > 0).to(ScalarType.Float64)));
        yield return ("pad_reflect", () => F.pad(x, (1, 2, 2, 1), PaddingModes.Reflect));
        yield return ("pad_constant", () => F.pad(a, (1, 0), value: 3));
        yield return ("avg_pool2d", () => F.avg_pool2d(x, 2));
        yield return ("max_pool2d", () => F.max_pool2d(x, [3, 2]));
        yield return ("interpolate_nearest", () => F.interpolate(x, scale_factor: [2, 2]));
        yield return ("interpolate_bilinear", () => F.interpolate(x, [7, 3], mode: InterpolationMode.Bilinear, align_corners: false));
        yield return ("interpolate_bicubic", () => F.interpolate(x, [4, 4], mode: InterpolationMode.Bicubic, align_corners: true));
        yield return ("pixel_shuffle", () => F.pixel_shuffle(x, 2));
        yield return ("one_hot", () => F.one_hot(i, 4));
        yield return ("attention", () => F.scaled_dot_product_attention(a, b, m));
        yield return ("attention_causal", () => F.scaled_dot_product_attention(a, b, m, is_casual: true));

        yield return ("seed_randn", () => Seeded(0));
        yield return ("seed_rand", () => Seeded(1));
        yield return ("seed_randint", () => Seeded(2));
        yield return ("seed_randperm", () => Seeded(3));
        yield return ("seed_normal", () => Seeded(4));
        yield return ("generator", () =>
        {
            using var generator = new Generator(11);
            return randn(4, generator: generator);
        });
        yield return ("init_linear", () => Initial(0));
        yield return ("init_conv2d", () => Initial(1));
        yield return ("init_embedding", () => Initial(2));
        yield return ("init_xavier", () => Drawn(0));
        yield return ("init_kaiming_normal", () => Drawn(1));
        yield return ("init_orthogonal", () => Drawn(2));
        yield return ("init_trunc_normal", () => Drawn(3));

        Tensor Train(Func<IEnumerable<Parameter>, optim.Optimizer> make) => Trained(make, a, b[.., ..2]);
        yield return ("adam", () => Train(q => optim.Adam(q, lr: 0.05)));
        yield return ("adam_decay", () => Train(q => optim.Adam(q, 0.05, 0.8, 0.95, 1e-6, 0.1)));
        yield return ("adam_amsgrad", () => Train(q => optim.Adam(q, lr: 0.05, amsgrad: true)));
        yield return ("adam_maximize", () => Train(q => optim.Adam(q, lr: 0.01, maximize: true)));
        yield return ("adamw", () => Train(q => optim.AdamW(q, lr: 0.05, weight_decay: 0.1)));
        yield return ("sgd", () => Train(q => optim.SGD(q, 0.1)));
        yield return ("sgd_momentum", () => Train(q => optim.SGD(q, 0.1, 0.9, 0.2, 0.05)));
        yield return ("sgd_nesterov", () => Train(q => optim.SGD(q, 0.1, 0.9, nesterov: true)));
        yield return ("sgd_maximize", () => Train(q => optim.SGD(q, 0.01, 0.5, weight_decay: 0.05, maximize: true)));
        yield return ("lr_step", () => Rates(o => optim.lr_scheduler.StepLR(o, 4, 0.5)));
        yield return ("lr_multistep", () => Rates(o => optim.lr_scheduler.MultiStepLR(o, [2, 7], 0.3)));
        yield return ("lr_exponential", () => Rates(o => optim.lr_scheduler.ExponentialLR(o, 0.9)));
        yield return ("lr_cosine", () => Rates(o => optim.lr_scheduler.CosineAnnealingLR(o, 10, 0.01)));
        yield return ("lr_linear", () => Rates(o => optim.lr_scheduler.LinearLR(o, 0.25, 1, 6)));
        yield return ("lr_lambda", () => Rates(o => optim.lr_scheduler.LambdaLR(o, n => 1.0 / (n + 1))));

        yield return ("grad_first", () => FirstGradient(a, b).Item2);
        yield return ("grad_second", () =>
        {
            (Tensor at, Tensor first) = FirstGradient(a, b);
            return autograd.grad([first.pow(2).sum()], [at])[0];
        });
        yield return ("grad_vector", () =>
        {
            Tensor at = a.clone().requires_grad_();
            return autograd.grad([at.matmul(b.t())], [at], [m])[0];
        });
        yield return ("grad_of_score_matching", () =>
        {
            Linear net = nn.Linear(4, 1, dtype: ScalarType.Float64);
            using (no_grad())
            {
                net.weight.copy_(a[..1]);
                net.bias!.fill_(0.1);
            }

            Tensor at = b.clone().requires_grad_();
            Tensor score = autograd.grad([F.softplus(net.call(at)).sum()], [at], create_graph: true)[0];
            score.pow(2).sum().backward();
            return Flat(net.weight.grad!, net.bias!.grad!, at.grad!);
        });
        yield return ("clip_norm_before", () => tensor(Clipped(a, b, v).Norm));
        yield return ("clip_norm", () => Flat(Clipped(a, b, v).Gradients));
    }

    private static (Tensor, Tensor) FirstGradient(Tensor a, Tensor b)
    {
        Tensor at = a.clone().requires_grad_();
        return (at, autograd.grad([(at.sin() * b).sum()], [at], create_graph: true)[0]);
    }

    private static (double Norm, Tensor[] Gradients) Clipped(Tensor a, Tensor b, Tensor v)
    {
        Parameter first = nn.Parameter(a.clone()), second = nn.Parameter(v.clone());
        first.grad = b.clone();
        second.grad = v.clone();
        double norm = nn.utils.clip_grad_norm_([first, second], 0.5);
        return (norm, [first.grad!, second.grad!]);
    }

    private static Tensor Seeded(int which)
    {
        manual_seed(7);
        Tensor[] drawn =
        [
            randn(5), rand(3, 2, ScalarType.Float64), randint(3, 50, [6L]), randperm(7), empty(4).normal_(1, 2),
        ];
        return drawn[which];
    }

    private static Tensor Initial(int which)
    {
        manual_seed(3);
        nn.Module[] modules = [nn.Linear(5, 3), nn.Conv2d(2, 3, 3), nn.Embedding(4, 2)];
        return Flat(modules[which].parameters());
    }

    private static Tensor Drawn(int which)
    {
        manual_seed(4);
        Tensor into = empty(4, 6, ScalarType.Float64);
        Tensor[] drawn =
        [
            nn.init.xavier_uniform_(into).clone(),
            nn.init.kaiming_normal_(into, nonlinearity: nn.init.NonlinearityType.ReLU).clone(),
            nn.init.orthogonal_(into).clone(),
            nn.init.trunc_normal_(into, 0.5, 2, -1, 1.5).clone(),
        ];
        return drawn[which];
    }

    private static Tensor Trained(Func<IEnumerable<Parameter>, optim.Optimizer> make, Tensor input, Tensor target)
    {
        using Sequential net = nn.Sequential(nn.Linear(4, 5), nn.SiLU(), nn.Linear(5, 2)).to(ScalarType.Float64);
        using (no_grad())
        {
            int n = 0;
            foreach (Parameter parameter in net.parameters())
            {
                parameter.copy_(Range(parameter.numel(), 0.9 + 0.1 * n).sin().mul(0.5).reshape(parameter.shape));
                n++;
            }
        }

        using optim.Optimizer optimizer = make(net.parameters());
        for (int step = 0; step < 10; step++)
        {
            optimizer.zero_grad();
            F.mse_loss(net.call(input), target).backward();
            optimizer.step();
        }

        return Flat(net.parameters());
    }

    private static Tensor Rates(Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> make)
    {
        using optim.Optimizer optimizer = optim.SGD([nn.Parameter(zeros(1))], 0.2);
        optim.lr_scheduler.LRScheduler schedule = make(optimizer);
        var rates = new List<double>();
        for (int step = 0; step < 12; step++)
        {
            rates.Add(optimizer.ParamGroups.Single().LearningRate);
            optimizer.step();
            schedule.step();
        }

        return tensor(rates);
    }

    private static Dictionary<string, Answer> Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Diffusion.Tests.Torch.reference.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, Answer>>(stream, Format)!;
    }

    private sealed record Answer(long[] Shape, double[] Values);
}

"""Writes reference.json: what PyTorch answers to the cases of ParityTests.cs. Run with any PyTorch from 1.13 on."""
import os

import torch
import torch.nn.functional as F

f64 = torch.float64
A = torch.arange(12, dtype=f64).mul(0.7).sin().reshape(3, 4)
B = torch.arange(12, dtype=f64).mul(1.3).cos().reshape(3, 4)
P = A.abs() + 0.5
M = torch.tensor([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]], dtype=f64)
V = torch.tensor([1.0, -2.0, 0.5], dtype=f64)
I = torch.tensor([2, 0, 1])
X = torch.arange(2 * 4 * 5 * 5, dtype=f64).mul(0.37).sin().reshape(2, 4, 5, 5)
W = torch.arange(6 * 4 * 3 * 3, dtype=f64).mul(0.11).cos().reshape(6, 4, 3, 3)

cases = {}


def case(name, value):
    if isinstance(value, (tuple, list)):
        value = torch.cat([v.to(f64).flatten() for v in value])
    value = value.to(f64)
    cases[name] = {"shape": list(value.shape), "values": value.detach().flatten().tolist()}


for name in ("abs acos asin atan ceil cos cosh erf erfc exp exp2 expm1 floor frac neg round sigmoid sign sin sinh "
             "square tan tanh trunc relu silu gelu").split():
    fn = getattr(torch, name, None) or getattr(F, name)
    case(name, fn(A * 0.9))
for name in "log log10 log1p log2 sqrt rsqrt reciprocal lgamma digamma".split():
    case(name, getattr(torch, name)(P))
case("erfinv", torch.erfinv(A * 0.9))
case("add", A + B)
case("add_alpha", torch.add(A, B, alpha=-0.3))
case("add_scalar", A + 0.7)
case("sub_scalar", A - 0.7)
case("scalar_sub", 0.7 - A)
case("mul_scalar", A * -1.7)
case("div", A / P)
case("scalar_div", 2.0 / P)
case("div_floor", torch.div(A, P, rounding_mode="floor"))
case("div_trunc", torch.div(A, 0.3, rounding_mode="trunc"))
case("remainder", A % 0.3)
case("pow_scalar", P**2.5)
case("pow_tensor", P**B)
case("addcmul", torch.addcmul(A, B, P, value=0.4))
case("addcdiv", torch.addcdiv(A, B, P, value=-0.4))
case("lerp", torch.lerp(A, B, torch.tensor(0.3, dtype=f64)))
case("clamp", A.clamp(-0.4, 0.5))
case("clamp_min", A.clamp(min=0.1))
case("maximum", torch.maximum(A, B))
case("atan2", torch.atan2(A, B))
case("hypot", torch.hypot(A, B))
case("logaddexp", torch.logaddexp(A, B))
case("where", torch.where(A > 0, A, B))
case("compare", torch.stack([A > B, A >= 0.1, A < B, A <= 0.1, A == A, A != B]))
case("isnan", torch.isnan(torch.log(A)))
case("nan_to_num", torch.nan_to_num(torch.log(A), nan=-7.0))

case("sum", A.sum())
case("sum_dim", A.sum(1))
case("sum_dims", X.sum((0, 2), keepdim=True))
case("mean", A.mean())
case("mean_dim", X.mean((2, 3)))
case("var", A.var())
case("var_biased", A.var(dim=0, unbiased=False))
case("std_dim", A.std(dim=1, keepdim=True))
case("prod", P.prod())
case("prod_dim", P.prod(1))
case("norm", A.norm())
case("norm_1", A.norm(p=1))
case("norm_dim", A.norm(dim=1, p=2))
case("max_dim", A.max(1))
case("min_dim", A.min(0))
case("amax", X.amax((1, 3)))
case("amin", X.amin((0,)))
case("argmax", A.argmax(1))
case("argmin", A.argmin())
case("any", (A > 0.99).any(0))
case("all", (A > -0.99).all(1))
case("logsumexp", A.logsumexp(1))
case("cumsum", A.cumsum(1))
case("cumprod", P.cumprod(0))
case("diff", A.diff(dim=1))
case("median", A.median())
case("quantile", A.flatten().quantile(torch.tensor([0.1, 0.5, 0.95], dtype=f64)))
case("bincount", torch.bincount(torch.tensor([0, 3, 3, 1])))
case("histc", A.histc(4, -1, 1))

case("transpose", A.t())
case("permute", X.permute(2, 0, 3, 1))
case("flip", A.flip(0, 1))
case("roll", A.roll(1, 1))
case("roll_flat", A.roll(2))
case("tril", M.tril(-1))
case("triu", M.triu())
case("diagonal", M.diagonal())
case("diag_embed", V.diag_embed())
case("repeat", A.repeat(2, 1))
case("repeat_interleave", V.repeat_interleave(2))
case("expand", V[:, None].expand(3, 2))
case("flatten", X.flatten(1, 2))
case("chunk", A.chunk(2, 1)[1])
case("split", A.split([1, 3], 1)[1])
case("unbind", A.unbind(1)[2])
case("narrow", A.narrow(1, 1, 2))
case("index_row", A[1])
case("index_element", A[1, 2])
case("index_slice", A[:, 1:3])
case("index_step", A[::2, :: 3])
case("index_ellipsis", X[..., 2])
case("index_none", A[:, None, 1])
case("index_negative", A[-1, -2])
case("index_tensor", A[I])
case("index_mixed", A[1:, I[:2]])
case("index_mask", A[A > 0.5])
put = A.clone(); put[1] = 5.0; put[:, 2] = V; put[0, 0] = -1.0
case("index_put", put)
case("gather", A.gather(1, torch.tensor([[0, 1], [2, 3], [1, 0]])))
case("scatter", torch.zeros(3, 4, dtype=f64).scatter(1, torch.tensor([[0, 1], [2, 3], [1, 0]]), B))
case("index_select", A.index_select(0, I))
case("masked_select", A.masked_select(A > 0))
case("masked_fill", A.masked_fill(A > 0, -2.0))
case("sort", A.sort(1, descending=True))
case("argsort", A.argsort(0))
case("topk", A.topk(2, 1))
case("searchsorted", torch.searchsorted(torch.linspace(-1, 1, 7, dtype=f64), A))
case("cat", torch.cat([A, B], 1))
case("stack", torch.stack([A, B], 1))
case("meshgrid", torch.meshgrid(V, I.to(f64), indexing="ij"))
case("outer", torch.outer(V, V))
case("einsum", torch.einsum("ij,kj->ik", A, B))
case("cdist", torch.cdist(A, B))

case("matmul", A @ B.t())
case("bmm", X[0].bmm(X[1]))
case("mv", M.mv(V))
case("dot", V.dot(V))
case("addmm", torch.addmm(M, A, B.t(), beta=0.5, alpha=-2.0))
case("cholesky", torch.linalg.cholesky(M))
case("solve", torch.linalg.solve(M, V))
case("solve_triangular", torch.linalg.solve_triangular(M.triu(), V[:, None], upper=True))
case("inv", torch.linalg.inv(M))
case("eigvalsh", torch.linalg.eigvalsh(M))
case("eigh_rebuilt", (lambda e: e[1] @ torch.diag(e[0]) @ e[1].t())(torch.linalg.eigh(M)))
case("det", torch.linalg.det(M))
case("slogdet", list(torch.linalg.slogdet(M)))
case("svdvals", torch.linalg.svdvals(A))
case("qr_rebuilt", (lambda q: q[0] @ q[1])(torch.linalg.qr(A)))
case("linalg_norm", torch.linalg.norm(A))
case("vector_norm", torch.linalg.vector_norm(A, 3.0, dim=1))
case("matrix_exp", torch.linalg.matrix_exp(M * 0.1))

case("linear", F.linear(A, B, V))
case("conv2d", F.conv2d(X, W, torch.arange(6, dtype=f64), stride=2, padding=1))
case("conv2d_same", F.conv2d(X, W, padding="same"))
case("conv_transpose2d", F.conv_transpose2d(F.conv2d(X, W), W))
case("group_norm", F.group_norm(X, 2, torch.arange(4, dtype=f64), torch.ones(4, dtype=f64)))
case("layer_norm", F.layer_norm(X, [5]))
case("softmax", A.softmax(1))
case("log_softmax", F.log_softmax(A, 0))
case("softplus", F.softplus(A, 2.0, 1.0))
case("gelu_tanh", F.gelu(A, approximate="tanh"))
case("leaky_relu", F.leaky_relu(A, 0.2))
case("elu", F.elu(A, 0.8))
case("mish", F.mish(A))
case("mse_loss", F.mse_loss(A, B))
case("mse_sum", F.mse_loss(A, B, reduction="sum"))
case("smooth_l1", F.smooth_l1_loss(A, B, beta=0.5))
case("huber", F.huber_loss(A, B, delta=0.7))
case("cross_entropy", F.cross_entropy(A, I))
case("bce_logits", F.binary_cross_entropy_with_logits(A, (B > 0).to(f64)))
case("pad_reflect", F.pad(X, (1, 2, 2, 1), mode="reflect"))
case("pad_constant", F.pad(A, (1, 0), value=3.0))
case("avg_pool2d", F.avg_pool2d(X, 2))
case("max_pool2d", F.max_pool2d(X, [3, 2]))
case("interpolate_nearest", F.interpolate(X, scale_factor=2.0))
case("interpolate_bilinear", F.interpolate(X, size=[7, 3], mode="bilinear", align_corners=False))
case("interpolate_bicubic", F.interpolate(X, size=[4, 4], mode="bicubic", align_corners=True))
case("pixel_shuffle", F.pixel_shuffle(X, 2))
case("one_hot", F.one_hot(I, 4))
att = (A @ B.t()) / 2.0
case("attention", att.softmax(-1) @ M)
case("attention_causal", att.masked_fill(torch.ones(3, 3).tril() == 0, float("-inf")).softmax(-1) @ M)

torch.manual_seed(7)
case("seed_randn", torch.randn(5))
case("seed_rand", torch.rand(3, 2, dtype=f64))
case("seed_randint", torch.randint(3, 50, (6,)))
case("seed_randperm", torch.randperm(7))
case("seed_normal", torch.empty(4).normal_(1.0, 2.0))
g = torch.Generator().manual_seed(11)
case("generator", torch.randn(4, generator=g))
torch.manual_seed(3)
linear = torch.nn.Linear(5, 3)
conv = torch.nn.Conv2d(2, 3, 3)
embedding = torch.nn.Embedding(4, 2)
case("init_linear", list(linear.parameters()))
case("init_conv2d", list(conv.parameters()))
case("init_embedding", list(embedding.parameters()))
torch.manual_seed(4)
t = torch.empty(4, 6, dtype=f64)
case("init_xavier", torch.nn.init.xavier_uniform_(t).clone())
case("init_kaiming_normal", torch.nn.init.kaiming_normal_(t, nonlinearity="relu").clone())
case("init_orthogonal", torch.nn.init.orthogonal_(t).clone())
case("init_trunc_normal", torch.nn.init.trunc_normal_(t, 0.5, 2.0, -1.0, 1.5).clone())


def train(make):
    """Ten steps of a small network in float64 from fixed weights; the parameters afterwards."""
    net = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.SiLU(), torch.nn.Linear(5, 2)).to(f64)
    with torch.no_grad():
        for n, p in enumerate(net.parameters()):
            p.copy_(torch.arange(p.numel(), dtype=f64).mul(0.9 + 0.1 * n).sin().mul(0.5).reshape(p.shape))
    opt = make(net.parameters())
    for _ in range(10):
        opt.zero_grad()
        F.mse_loss(net(A), B[:, :2]).backward()
        opt.step()
    return list(net.parameters())


O = torch.optim
case("adam", train(lambda p: O.Adam(p, lr=0.05)))
case("adam_decay", train(lambda p: O.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)))
case("adam_amsgrad", train(lambda p: O.Adam(p, lr=0.05, amsgrad=True)))
case("adam_maximize", train(lambda p: O.Adam(p, lr=0.01, maximize=True)))
case("adamw", train(lambda p: O.AdamW(p, lr=0.05, weight_decay=0.1)))
case("sgd", train(lambda p: O.SGD(p, lr=0.1)))
case("sgd_momentum", train(lambda p: O.SGD(p, lr=0.1, momentum=0.9, dampening=0.2, weight_decay=0.05)))
case("sgd_nesterov", train(lambda p: O.SGD(p, lr=0.1, momentum=0.9, nesterov=True)))
case("sgd_maximize", train(lambda p: O.SGD(p, lr=0.01, momentum=0.5, weight_decay=0.05, maximize=True)))


def rates(make):
    p = torch.nn.Parameter(torch.zeros(1))
    opt = O.SGD([p], lr=0.2)
    schedule = make(opt)
    out = []
    for _ in range(12):
        out.append(opt.param_groups[0]["lr"])
        opt.step()
        schedule.step()
    return torch.tensor(out, dtype=f64)


S = O.lr_scheduler
case("lr_step", rates(lambda o: S.StepLR(o, 4, 0.5)))
case("lr_multistep", rates(lambda o: S.MultiStepLR(o, [2, 7], 0.3)))
case("lr_exponential", rates(lambda o: S.ExponentialLR(o, 0.9)))
case("lr_cosine", rates(lambda o: S.CosineAnnealingLR(o, 10, 0.01)))
case("lr_linear", rates(lambda o: S.LinearLR(o, 0.25, 1.0, 6)))
case("lr_lambda", rates(lambda o: S.LambdaLR(o, lambda n: 1 / (n + 1))))

a = A.clone().requires_grad_()
y = (a.sin() * B).sum()
(g1,) = torch.autograd.grad(y, a, create_graph=True)
case("grad_first", g1)
(g2,) = torch.autograd.grad((g1**2).sum(), a)
case("grad_second", g2)
(gv,) = torch.autograd.grad(a.matmul(B.t()), a, grad_outputs=M)
case("grad_vector", gv)
net = torch.nn.Linear(4, 1).to(f64)
with torch.no_grad():
    net.weight.copy_(A[:1]); net.bias.fill_(0.1)
x = B.clone().requires_grad_()
energy = F.softplus(net(x)).sum()
(score,) = torch.autograd.grad(energy, x, create_graph=True)
score.pow(2).sum().backward()
case("grad_of_score_matching", [net.weight.grad, net.bias.grad, x.grad])
p = [torch.nn.Parameter(A.clone()), torch.nn.Parameter(V.clone())]
p[0].grad, p[1].grad = B.clone(), V.clone()
case("clip_norm_before", torch.nn.utils.clip_grad_norm_(p, 0.5))
case("clip_norm", [p[0].grad, p[1].grad])


def number(v):
    return f'"{v}"' if v != v or abs(v) == float("inf") else f"{v:.13g}"


def line(name, answer):
    shape = ",".join(map(str, answer["shape"]))
    values = ",".join(map(number, answer["values"])).replace('"nan"', '"NaN"')
    return f'"{name}":{{"shape":[{shape}],"values":[{values}]}}'


path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference.json")
with open(path, "w") as out:
    out.write("{\n" + ",\n".join(line(k, v) for k, v in cases.items()) + "\n}\n")
print(len(cases), "cases,", torch.__version__)

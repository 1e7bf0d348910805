"""The same loops as Diffusion.Benchmarks, in PyTorch: what a careful user would write.

Usage: peer.py THREADS. Reads lines "workload batch steps" and answers each with the CPU seconds it took.
"""
import math
import re
import sys
import time

import torch
from torch import nn

WIDTH, FREQUENCIES, LIMIT = 128, 8, 10.0


class Mlp(nn.Module):
    """3 x 128 SiLU network of the point and Fourier features of log(alpha/sigma); EDM preconditioning, sigma_data = 1, alpha = 1.

    The first layer is split as in Diffusion.Research, so that one row of features serves a batch of one level.
    """

    def __init__(self):
        super().__init__()
        self.point = nn.Linear(2, WIDTH, bias=False)
        self.level = nn.Linear(2 * FREQUENCIES, WIDTH)
        self.hidden = nn.Sequential(nn.SiLU(), nn.Linear(WIDTH, WIDTH), nn.SiLU(), nn.Linear(WIDTH, WIDTH), nn.SiLU(), nn.Linear(WIDTH, 2))
        self.register_buffer("frequencies", torch.arange(1, FREQUENCIES + 1) * (math.pi / 2 / LIMIT))

    def embed(self, sigma):
        angle = sigma.log().neg().clamp(-LIMIT, LIMIT)[:, None] * self.frequencies
        return torch.cat([angle.sin(), angle.cos()], dim=1)

    def raw(self, x, sigma):
        return self.hidden(self.point(x) + self.level(self.embed(sigma)))

    def forward(self, x, sigma):
        """sigma of shape (1,) for all of the batch or (B,)."""
        scale = (1 + sigma**2)[:, None]
        return x / scale + sigma[:, None] * scale.rsqrt() * self.raw(x * scale.rsqrt(), sigma)

    def denoise(self, x, sigma):
        """The same for one level, whose coefficients are Python numbers."""
        scale = 1 + sigma**2
        f = self.raw(x * scale**-0.5, torch.tensor([sigma]))
        return (x / scale).add_(f, alpha=sigma * scale**-0.5)


class Mixture:
    """25 Gaussians on a grid; the denoiser in four tensor operations."""

    def __init__(self):
        self.means = torch.tensor([[2 * i / 2.828, 2 * j / 2.828] for i in range(-2, 3) for j in range(-2, 3)])
        self.variance = (0.05 / 2.828) ** 2
        self.half_square = 0.5 * (self.means**2).sum(1)

    def denoise(self, x, sigma):
        v = self.variance + sigma**2
        responsibilities = torch.addmm(self.half_square, x, self.means.T, beta=-1 / v, alpha=1 / v).softmax(1)
        return torch.addmm(x, responsibilities, self.means, beta=self.variance / v, alpha=sigma**2 / v)


def karras(steps, low=0.002, high=80.0, rho=7.0):
    ramp = [i / max(1, steps - 1) for i in range(steps)]
    return [(high ** (1 / rho) + r * (low ** (1 / rho) - high ** (1 / rho))) ** rho for r in ramp] + [0.0]


@torch.no_grad()
def sample(model, batch, steps):
    sigmas = karras(steps)
    x = torch.randn(batch, 2) * sigmas[0]
    for sigma, following in zip(sigmas, sigmas[1:]):
        denoised = model.denoise(x, sigma)
        slope = (x - denoised) / sigma
        x = x.add_(slope, alpha=following - sigma)
    if not torch.isfinite(x).all():
        raise RuntimeError("diverged")


def train(data, batch, steps):
    model = Mlp()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    average = [p.detach().clone() for p in model.parameters()]
    low, high = math.log(0.01), math.log(80)
    for step in range(steps):
        x0 = data[torch.randint(len(data), (batch,))]
        u = (torch.arange(batch) + torch.rand(1)) / batch
        sigma = (low + (high - low) * u).exp()
        noise = torch.randn_like(x0)
        x = x0 + sigma[:, None] * noise
        optimizer.zero_grad(set_to_none=True)
        predicted = (x - model(x, sigma)) / sigma[:, None]
        losses = 0.5 * ((predicted - noise) ** 2).mean(1)
        loss = losses.mean()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            for a, p in zip(average, model.parameters()):
                a.lerp_(p, 1 - min(0.999, (1 + step) / (10 + step)))
        if not math.isfinite(loss.item()):
            raise RuntimeError("diverged")


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    mlp, mixture = Mlp().eval(), Mixture()
    data = mixture.means[torch.randint(25, (10_000,))] + mixture.variance**0.5 * torch.randn(10_000, 2)
    run = {
        "mlp-sampling": lambda batch, steps: sample(mlp, batch, steps),
        "mixture-sampling": lambda batch, steps: sample(mixture, batch, steps),
        "mlp-training": lambda batch, steps: train(data, batch, steps),
    }
    blas = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    print(f"libtorch {torch.__version__} with {blas[1] if blas else 'an unknown BLAS'}, Python {sys.version.split()[0]}", flush=True)
    for line in sys.stdin:
        workload, batch, steps = line.split()
        begin = time.process_time()
        run[workload](int(batch), int(steps))
        print(time.process_time() - begin, flush=True)


if __name__ == "__main__":
    main()

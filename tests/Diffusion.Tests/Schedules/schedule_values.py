"""Writes schedule-values.json: every schedule at times down to 1e-8 of its horizon, to 17 digits.

With mpmath at 60 digits, from alpha and sigma alone: drift, squared diffusion and half log-SNR by their definitions, derivatives by
differences, so that nothing is shared with the closed forms under test. Run: python3 schedule_values.py > schedule-values.json
"""

import json

from mpmath import cos, exp, expm1, log, mp, mpf, pi, sin, sqrt

mp.dps = 60

BETA = lambda t: mpf(0.1) * t + (mpf(20) - mpf(0.1)) * t * t / 2
PHASE = lambda t: pi / 2 * (t + mpf(0.008)) / (1 + mpf(0.008))
RATIO = mpf(50) / mpf(0.01)

SCHEDULES = {
    "variance-preserving": (1.0, lambda t: exp(-BETA(t) / 2), lambda t: sqrt(-expm1(-BETA(t)))),
    "sub-vp": (1.0, lambda t: exp(-BETA(t) / 2), lambda t: -expm1(-BETA(t))),
    "variance-exploding": (1.0, lambda t: mpf(1), lambda t: mpf(0.01) * RATIO**t),
    "variance-exploding continuous": (1.0, lambda t: mpf(1), lambda t: mpf(0.01) * sqrt(RATIO**(2 * t) - 1)),
    "edm": (80.0, lambda t: mpf(1), lambda t: t),
    "ornstein-uhlenbeck": (5.0, lambda t: exp(-t), lambda t: sqrt(-expm1(-2 * t))),
    "cosine": (0.9946, lambda t: cos(PHASE(t)) / cos(PHASE(0)), lambda t: sqrt(1 - (cos(PHASE(t)) / cos(PHASE(0)))**2)),
    "rectified-flow": (1.0, lambda t: 1 - t, lambda t: t),
    "trigonometric": (1.0, lambda t: cos(pi * t / 2), lambda t: sin(pi * t / 2)),
    "brownian": (1.0, lambda t: mpf(1), lambda t: sqrt(t)),
}


def derivative(function, t):
    h = t * mpf(10)**-20
    return (function(t + h) - function(t - h)) / (2 * h)


def row(alpha, sigma, time):
    t = mpf(time)
    a, s = alpha(t), sigma(t)
    drift = derivative(alpha, t) / a
    squared_diffusion = derivative(lambda u: sigma(u)**2, t) - 2 * drift * s**2
    return [time] + [float(v) for v in (a, s, log(a / s), drift, squared_diffusion)]


if __name__ == "__main__":
    lines = []
    for name, (horizon, alpha, sigma) in SCHEDULES.items():
        rows = [row(alpha, sigma, fraction * horizon) for fraction in (1e-8, 1e-6, 1e-3, 0.1, 0.37, 0.9)]
        lines.append(json.dumps({"schedule": name, "rows": rows}))
    print('{"source": "schedule_values.py, mpmath with 60 digits", "columns": ["t", "alpha", "sigma", "halfLogSnr", "drift", "diffusionSquared"],'
          ' "schedules": [\n' + ",\n".join(lines) + "\n]}")

"""Writes src/Diffusion.Certification/References/schedules.json: every schedule, with several options, from 1e-8 of its time to the horizon.

With mpmath at 120 digits, from alpha and sigma as functions of time alone: drift, squared diffusion and half log-SNR follow by their
definitions, derivatives by a backward difference of 1e-45 relative, so that nothing is shared with the closed forms under test. Every number
is the double nearest to the result; null stands for an infinite rate. A record may carry small files that its options name.

Run from the repository's root, with mpmath installed (pip install mpmath):  python3 eng/references/schedules.py
"""

import json
import pathlib

from mpmath import acos, cos, exp, log, mp, mpf, pi, sin, sqrt

mp.dps = 120

TARGET = pathlib.Path(__file__).resolve().parents[2] / "src/Diffusion.Certification/References/schedules.json"

SMALL = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2]
FRACTIONS = [0.1, 0.25, 0.37, 0.5, 0.75, 0.9, 0.99, 0.999, 1 - 1e-6, 1.0]


def beta_integral(o):
    low, high = mpf(o.get("betaMin", 0.1)), mpf(o.get("betaMax", 20.0))
    return lambda t: low * t + (high - low) * t * t / 2


def variance_preserving(o):
    b, m = beta_integral(o), mpf(o.get("sigmaMin", 0.0))
    return 1.0, lambda t: exp(-b(t) / 2), lambda t: sqrt(1 - exp(-b(t)) + m * m)


def sub_vp(o):
    b = beta_integral(o)
    return 1.0, lambda t: exp(-b(t) / 2), lambda t: 1 - exp(-b(t))


def variance_exploding(o):
    low, high = mpf(o.get("sigmaMin", 0.01)), mpf(o.get("sigmaMax", 50.0))
    scale = lambda t: low * (high / low) ** t
    return 1.0, one, (lambda t: sqrt(scale(t) ** 2 - low**2)) if o.get("continuous") else scale


def edm(o):
    return o.get("sigmaMax", 80.0), one, lambda t: t


def ornstein_uhlenbeck(o):
    return o.get("horizon", 5.0), lambda t: exp(-t), lambda t: sqrt(1 - exp(-2 * t))


def linear_langevin(o):
    c, q = mpf(o.get("gamma", 1.0)), mpf(o.get("q", 1.0))
    return o.get("horizon", 5.0), lambda t: exp(-c * t), lambda t: sqrt(q * (1 - exp(-2 * c * t)) / (2 * c))


def brownian(o):
    s = mpf(o.get("sigma", 1.0))
    return o.get("horizon", 1.0), one, lambda t: s * sqrt(t)


def exponential(o):
    return o.get("horizon", 5.0), one, lambda t: sqrt((exp(2 * t) - 1) / 2)


def power(o):
    p, c = mpf(o.get("exponent", 1.0)), mpf(o.get("rate", 1.0))
    if p == 0.5:
        return o.get("horizon", 0.999), one, lambda t: sqrt(-2 * c * c * log(1 - t))
    return o.get("horizon", 0.999), one, lambda t: sqrt(2 * c * c * ((1 - t) ** (1 - 2 * p) - 1) / (2 * p - 1))


def cosine(o):
    offset, shift = mpf(o.get("offset", 0.008)), mpf(o.get("shift", 1.0))
    phase = lambda t: pi / 2 * (t + offset) / (1 + offset)
    plain = lambda t: cos(phase(t)) / cos(phase(0)) if t != 1 else mpf(0)
    norm = lambda t: sqrt(plain(t) ** 2 + shift**2 * (1 - plain(t) ** 2))
    return o.get("horizon", 0.9946), lambda t: plain(t) / norm(t), lambda t: shift * sqrt(1 - plain(t) ** 2) / norm(t)


def rectified_flow(o):
    a, m = mpf(o.get("alphaMin", 0.0)), mpf(o.get("sigmaMin", 0.0))
    shift, decay = mpf(o.get("shift", 1.0)), mpf(o.get("decay", 1.0))
    passed = lambda t: t if decay == 1 else (1 - decay**t) / (1 - decay)
    shifted = lambda t: shift * passed(t) / (1 + (shift - 1) * passed(t))
    return o.get("horizon", 1.0), lambda t: 1 - (1 - a) * shifted(t), lambda t: m + (1 - m) * shifted(t)


def trigonometric(o):
    a, m = mpf(o.get("alphaMin", 0.0)), mpf(o.get("sigmaMin", 0.0))
    angle = lambda t: acos(a) * t
    return o.get("horizon", 1.0), lambda t: cos(angle(t)) if a > 0 or t != 1 else mpf(0), lambda t: sqrt(sin(angle(t)) ** 2 + m * m)


def sigmoid(o):
    start, end, heat = mpf(o.get("start", -3.0)), mpf(o.get("end", 3.0)), mpf(o.get("temperature", 1.0))
    at = lambda t: 1 / (1 + exp(-(start + (end - start) * t) / heat))
    left = lambda t: (at(1) - at(t)) / (at(1) - at(0))
    return o.get("horizon", 0.999), lambda t: sqrt(left(t)), lambda t: sqrt(1 - left(t))


def stochastic_interpolant(o):
    a, b, path = mpf(o.get("signalExponent", 1.0)), mpf(o.get("noiseExponent", 1.0)), o.get("path", "power")
    signal = lambda t: (1 - t) ** a
    if path == "trigonometric":
        signal = lambda t: cos(pi * t / 2) ** a if t != 1 else mpf(0)
    noise = {
        "power": lambda t: t**b,
        "convex": lambda t: 1 - signal(t),
        "variance-preserving": lambda t: sqrt(1 - signal(t) ** 2),
        "trigonometric": lambda t: sin(pi * t / 2) ** b,
    }[path]
    return o.get("horizon", 1.0), signal, noise


def discrete_beta(o):
    count, table = o.get("trainSteps", 1000), o.get("table", "linear")
    low, high = mpf(o.get("betaStart", 1e-4)), mpf(o.get("betaEnd", 0.02))
    at = lambda k: mpf(k) / (count - 1)
    alpha_bar = lambda t: cos(pi / 2 * (t + mpf("0.008")) / mpf("1.008")) ** 2
    betas = {
        "linear": lambda k: low + at(k) * (high - low),
        "scaled-linear": lambda k: (sqrt(low) + at(k) * (sqrt(high) - sqrt(low))) ** 2,
        "cosine": lambda k: min(1 - alpha_bar(mpf(k + 1) / count) / alpha_bar(mpf(k) / count), mpf("0.999")),
        "sigmoid": lambda k: low + (high - low) / (1 + exp(6 - 12 * at(k))),
    }[table]
    alphas = [mpf(1)]
    for k in range(count):
        alphas.append(alphas[-1] * sqrt(1 - betas(k)))
    if o.get("zeroTerminalSnr"):
        first, last = alphas[1], alphas[-1]
        alphas = [mpf(1)] + [first * (x - last) / (first - last) for x in alphas[1:]]

    def alpha(t):
        k = max(0, int(mp.ceil(t)) - 1)
        before, after, w = alphas[k], alphas[k + 1], t - k
        scale = lambda x: sqrt(1 - x * x) / x
        kind = o.get("interpolation", "log-alpha")
        if after == 0:
            return (1 - w) * before
        if kind == "log-alpha" or (kind == "half-log-snr" and k == 0):
            return before ** (1 - w) * after**w
        between = scale(before) ** (1 - w) * scale(after) ** w if kind == "half-log-snr" else (1 - w) * scale(before) + w * scale(after)
        return 1 / sqrt(1 + between**2)

    return float(count), alpha, lambda t: sqrt(1 - alpha(t) ** 2)


TABLES = {
    "levels.csv": ["t,alpha,sigma", "0,1,0", "0.02,0.999,0.011", "0.1,0.985,0.09", "0.3,0.9,0.31", "0.55,0.62,0.7", "0.8,0.3,0.88", "1,0.05,1.1"],
    "noise-at-start.csv": ["t,alpha,sigma", "0,1,0.01", "1,1,0.4", "2.5,1,3", "4,1,40"],
    "log-snr.csv": ["t,log-snr", "0.001,12", "", "0.1,7.5", "0.25,3", "0.5,0.5", "0.75,-3.25", "1,-9"],
    "half-log-snr.csv": ["t,half-log-snr", "10,4", "200,1", "600,-1.5", "1000,-5"],
}


def monotone_cubic(x, y):
    secant = [(y[i + 1] - y[i]) / (x[i + 1] - x[i]) for i in range(len(x) - 1)]
    slope = [secant[0]]
    for i in range(1, len(secant)):
        h0, h1 = x[i] - x[i - 1], x[i + 1] - x[i]
        turn = secant[i - 1] * secant[i] <= 0
        slope.append(mpf(0) if turn else 3 * (h0 + h1) / ((2 * h1 + h0) / secant[i - 1] + (h1 + 2 * h0) / secant[i]))
    slope.append(secant[-1])

    def at(t):
        i = max(j for j in range(len(secant)) if j == 0 or x[j] < t)
        h = x[i + 1] - x[i]
        u = (t - x[i]) / h
        # Hermite's basis.
        return (
            (1 + 2 * u) * (1 - u) ** 2 * y[i]
            + u * (1 - u) ** 2 * h * slope[i]
            + u * u * (3 - 2 * u) * y[i + 1]
            + u * u * (u - 1) * h * slope[i + 1]
        )

    return at, slope[0]


def tabulated(o):
    lines = [line for line in TABLES[o["path"]] if line]
    rows = [[mpf(float(cell)) for cell in line.split(",")] for line in lines[1:]]
    if len(rows[0]) == 3:
        rows = [(t, log(a / s), log(a)) for t, a, s in rows if s > 0]
    else:
        rows = [(t, v / (2 if "half" not in lines[0] else 1), None) for t, v in rows]
    times = [row[0] for row in rows]
    snr, slope = monotone_cubic(times, [row[1] for row in rows])
    first = times[0]
    lam = lambda t: snr(t) if t > first else rows[0][1] + slope * first * log(t / first)
    if rows[0][2] is None:
        return float(times[-1]), lambda t: 1 / sqrt(1 + exp(-2 * lam(t))), lambda t: 1 / sqrt(1 + exp(2 * lam(t)))
    cubic, _ = monotone_cubic(times, [row[2] for row in rows])
    signal = lambda t: exp(cubic(t)) if t > first else exp(rows[0][2] * t / first)
    return float(times[-1]), signal, lambda t: signal(t) * exp(-lam(t))


def one(t):
    return mpf(1)


CASES = [
    ("variance-preserving", variance_preserving, [{}, {"betaMin": 8.0, "betaMax": 8.0}, {"betaMin": 0.0, "betaMax": 18.420680743952367, "sigmaMin": 0.01},
                                                  {"betaMin": 0.5, "betaMax": 120.0}]),
    ("sub-vp", sub_vp, [{}, {"betaMin": 0.0, "betaMax": 12.0}]),
    ("variance-exploding", variance_exploding, [{}, {"continuous": True}, {"sigmaMin": 0.001, "sigmaMax": 1000.0}, {"sigmaMin": 0.002, "sigmaMax": 348.0, "continuous": True}]),
    ("edm", edm, [{}, {"sigmaMin": 0.02, "sigmaMax": 100.0}]),
    ("ornstein-uhlenbeck", ornstein_uhlenbeck, [{}, {"horizon": 20.0}]),
    ("linear-langevin", linear_langevin, [{}, {"gamma": 0.05, "q": 7.0, "horizon": 30.0}, {"gamma": 12.0, "q": 0.3, "horizon": 1.0}]),
    ("brownian", brownian, [{}, {"sigma": 3.0, "horizon": 7.0}]),
    ("exponential", exponential, [{}, {"horizon": 9.0}]),
    ("power", power, [{}, {"exponent": 0.5, "horizon": 0.9999999}, {"exponent": 2.5, "rate": 0.2, "horizon": 0.95}]),
    ("cosine", cosine, [{}, {"offset": 0.0, "horizon": 1.0}, {"shift": 4.0}, {"shift": 0.25, "horizon": 1.0}]),
    ("rectified-flow", rectified_flow, [{}, {"shift": 3.0}, {"alphaMin": 0.01, "sigmaMin": 0.01}, {"decay": 0.1, "alphaMin": 0.001, "sigmaMin": 0.001},
                                        {"decay": 0.02, "shift": 0.3}]),
    ("trigonometric", trigonometric, [{}, {"alphaMin": 0.01, "sigmaMin": 0.01}, {"alphaMin": 0.001}]),
    ("stochastic-interpolant", stochastic_interpolant, [
        {}, {"signalExponent": 2.0, "noiseExponent": 0.5}, {"signalExponent": 0.6, "noiseExponent": 1.5}, {"path": "convex", "signalExponent": 3.0},
        {"path": "variance-preserving"}, {"path": "variance-preserving", "signalExponent": 2.5}, {"path": "trigonometric"},
        {"path": "trigonometric", "signalExponent": 2.0, "noiseExponent": 1.5}]),
    ("sigmoid", sigmoid, [{}, {"horizon": 1.0}, {"start": 0.0, "end": 3.0, "temperature": 0.3}]),
    ("discrete-beta", discrete_beta, [
        {}, {"table": "scaled-linear", "betaStart": 0.00085, "betaEnd": 0.012}, {"table": "cosine"}, {"table": "sigmoid"}, {"zeroTerminalSnr": True},
        {"table": "scaled-linear", "betaStart": 0.00085, "betaEnd": 0.012, "zeroTerminalSnr": True, "interpolation": "half-log-snr"},
        {"interpolation": "half-log-snr"}, {"interpolation": "noise-to-signal"}, {"table": "cosine", "trainSteps": 50, "interpolation": "noise-to-signal"}]),
    ("tabulated", tabulated, [{"path": name} for name in TABLES]),
]


def times(name, horizon):
    if name == "discrete-beta":
        chosen = [1e-8, 1e-3, 0.3, 1.0, 1.75, 2.0, 10.0, 10.25] + [horizon - d for d in (1.5, 1.0, 0.5, 1e-6, 0.0)] + [horizon * f + 0.375 for f in (0.1, 0.37, 0.75)]
        return sorted(chosen)
    return sorted({t for t in SMALL if t < 0.1 * horizon} | {f * horizon for f in FRACTIONS})


def row(alpha, sigma, time):
    t, h = mpf(time), mpf(time) * mpf(10) ** -45
    a, s = alpha(t), sigma(t)
    if a == 0:
        return [time, 0.0, float(s), None, None, None]
    drift = (a - alpha(t - h)) / h / a
    squared = (s**2 - sigma(t - h) ** 2) / h - 2 * drift * s**2
    # The difference leaves 1e-45 of what is exactly 0.
    drift = mpf(0) if abs(drift) < mpf(10) ** -40 else drift
    return [time] + [float(v) for v in (a, s, log(a / s), drift, squared)]


def main():
    lines = []
    for name, build, options in CASES:
        for chosen in options:
            horizon, alpha, sigma = build(chosen)
            record = {"schedule": name, "options": chosen}
            if "path" in chosen and name == "tabulated":
                record["files"] = {chosen["path"]: "\n".join(TABLES[chosen["path"]]) + "\n"}
            record["rows"] = [row(alpha, sigma, t) for t in times(name, horizon)]
            lines.append(json.dumps(record))
    TARGET.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()

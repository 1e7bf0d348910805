"""Writes score-models.json: what the score models should compute, at 40 digits and by the definitions. Usage: score_models_reference.py > score-models.json"""
import json

from mpmath import exp, log, mp, mpf, pi, quad, sin, sqrt

mp.dps = 40
SIGMAS = [mpf(s) for s in ("0.0001", "0.002", "0.1", "0.7", "1", "3", "80")]


def numbers(values):
    return [float(v) for v in values]


def table(name, sigma_data, skip, out, scale, label):
    rows = [[f(s) for s in SIGMAS] for f in (skip, out, scale, label)]
    return {"name": name, "sigmaData": float(sigma_data), "sigma": numbers(SIGMAS), **{k: numbers(r) for k, r in zip(("skip", "out", "in", "label"), rows)}}


def preconditioning():
    d = mpf("0.7")
    unit = lambda s: 1 / sqrt(s**2 + d**2)
    one = lambda s: 1 / sqrt(s**2 + 1)
    quarter = lambda s: log(s) / 4
    yield table("edm", d, lambda s: d**2 / (s**2 + d**2), lambda s: s * d / sqrt(s**2 + d**2), unit, quarter)
    yield table("noise", d, lambda s: 1, lambda s: -s, unit, quarter)
    yield table("data", d, lambda s: 0, lambda s: 1, unit, quarter)
    yield table("v", d, lambda s: 1 / (1 + s**2), lambda s: -s / sqrt(1 + s**2), unit, quarter)
    yield table("score", d, lambda s: 1, lambda s: s**2 * unit(s), unit, quarter)
    yield table("velocity", d, lambda s: 1 / (1 + s), lambda s: -s / (1 + s), unit, lambda s: 1000 * s / (1 + s))
    beta, low = mpf("19.9"), mpf("0.1")
    time = lambda s: (sqrt(low**2 + 2 * beta * log(1 + s**2)) - low) / beta
    yield table("vp", 1, lambda s: 1, lambda s: -s, one, lambda s: 999 * time(s))
    yield table("ve", 1, lambda s: 1, lambda s: s, lambda s: 1, lambda s: log(s / 2))

    steps = 1000
    bar = lambda j: sin(pi * j / (2 * steps * mpf("1.008"))) ** 2
    u = [mpf(0)] * (steps + 1)
    for j in range(steps, 0, -1):
        u[j - 1] = sqrt((u[j] ** 2 + 1) / max(bar(j - 1) / bar(j), mpf("0.001")) - 1)
    yield table("iddpm", 1, lambda s: 1, lambda s: -s, one, lambda s: steps - 1 - min(range(steps + 1), key=lambda j: abs(u[j] - s)))


ROWS = [[mpf(v) for v in row] for row in (("-1", "0.5"), ("-0.4", "1.2"), ("0.3", "-0.7"), ("1.1", "0.2"), ("0.9", "0.6"))]
POINTS = [[mpf(v) for v in p] for p in (("0.1", "0.2"), ("-2", "3"), ("1.05", "0.15"))]


def sample_covariance():
    n = len(ROWS)
    mean = [sum(r[i] for r in ROWS) / n for i in range(2)]
    return [[sum((r[i] - mean[i]) * (r[j] - mean[j]) for r in ROWS) / (n - 1) for j in range(2)] for i in range(2)], mean


def noise_of_rows(x, alpha, sigma, c):
    """sigma sum_j r_j S^-1 (x - alpha y_j), S = alpha^2 C + sigma^2 I."""
    s = [[alpha**2 * c[i][j] + (sigma**2 if i == j else 0) for j in range(2)] for i in range(2)]
    det = s[0][0] * s[1][1] - s[0][1] * s[1][0]
    inverse = [[s[1][1] / det, -s[0][1] / det], [-s[1][0] / det, s[0][0] / det]]
    total, result = mpf(0), [mpf(0), mpf(0)]
    for y in ROWS:
        d = [x[i] - alpha * y[i] for i in range(2)]
        along = [sum(inverse[i][j] * d[j] for j in range(2)) for i in range(2)]
        w = exp(-sum(d[i] * along[i] for i in range(2)) / 2)
        total += w
        result = [result[i] + w * along[i] for i in range(2)]
    return [sigma * v / total for v in result]


def rows():
    c, mean = sample_covariance()
    scott = mpf(len(ROWS)) ** (mpf(-1) / 6)
    silverman = (mpf(len(ROWS)) * 4 / 4) ** (mpf(-1) / 6)
    zero = [[mpf(0)] * 2] * 2
    scaled = lambda h: [[h**2 * v for v in row] for row in c]
    fixed = [[mpf("0.09"), 0], [0, mpf("0.09")]]
    for name, covariance in (("empirical", zero), ("scott", scaled(scott)), ("silverman", scaled(silverman)), ("fixed", fixed)):
        for alpha, sigma in (("0.9", "0.3"), ("0.6", "0.8"), ("1", "10")):
            a, s = mpf(alpha), mpf(sigma)
            yield {"model": name, "alpha": float(a), "sigma": float(s), "noise": numbers(v for x in POINTS for v in noise_of_rows(x, a, s, covariance))}


def kernel_score():
    """b and C of implicit score matching on a line with noise, by quadrature; the coefficients by Gaussian elimination."""
    y = [r[0] for r in ROWS]
    noise, width, ridge = mpf("0.4"), mpf("0.8") ** 2 + mpf("0.4") ** 2, mpf("0.001")
    mean_y = sum(y) / len(y)
    variance = sum((v - mean_y) ** 2 for v in y) / (len(y) - 1) + noise**2
    density = lambda x: sum(exp(-((x - v) ** 2) / (2 * noise**2)) for v in y) / (len(y) * noise * sqrt(2 * pi))
    first = lambda x, p: -(x - p) / width * exp(-((x - p) ** 2) / (2 * width))
    second = lambda x, p: ((x - p) ** 2 / width**2 - 1 / width) * exp(-((x - p) ** 2) / (2 * width))
    mean = lambda f: quad(lambda x: f(x) * density(x), [-6, -3, -1, 0, 1, 3, 6])
    m = len(y)
    c = [[mean(lambda x: first(x, p) * first(x, q)) for q in y] for p in y]
    b = [mean(lambda x: second(x, p) - (x - mean_y) / variance * first(x, p)) for p in y]
    added = ridge * sum(c[i][i] for i in range(m)) / m
    a = [[c[i][j] + (added if i == j else 0) for j in range(m)] + [-b[i]] for i in range(m)]
    for i in range(m):
        pivot = max(range(i, m), key=lambda k: abs(a[k][i]))
        a[i], a[pivot] = a[pivot], a[i]
        for k in range(m):
            if k != i:
                factor = a[k][i] / a[i][i]
                a[k] = [u - factor * v for u, v in zip(a[k], a[i])]
    return {"noiseScale": float(noise), "bandwidth": 0.8, "ridge": float(ridge), "added": float(added), "coefficients": numbers(a[i][m] / a[i][i] for i in range(m))}


def line_by_line(key, value):
    if not isinstance(value, list):
        return f' "{key}": {json.dumps(value)}'
    return f' "{key}": [\n  ' + ",\n  ".join(json.dumps(entry) for entry in value) + "\n ]"


reference = {
    "preconditioning": list(preconditioning()),
    "data": [numbers(r) for r in ROWS],
    "points": [numbers(p) for p in POINTS],
    "rows": list(rows()),
    "kernelScore": kernel_score(),
}
print("{\n" + ",\n".join(line_by_line(key, value) for key, value in reference.items()) + "\n}")

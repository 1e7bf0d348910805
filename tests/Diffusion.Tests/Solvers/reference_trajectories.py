"""Writes reference-trajectories.json: what every solver does on an irregular grid, to 17 digits.

An independent derivation, with mpmath at 50 digits: the mixture's score by inverting covariance matrices (no eigenbasis, no noise or data
prediction), drift and diffusion by differentiating log alpha and sigma^2 numerically, and each update from its paper's own formula rather
than in the project's notation. Run: python3 reference_trajectories.py > reference-trajectories.json
"""

import json

from mpmath import diff, exp, expm1, log, matrix, mp, mpf, sqrt

mp.dps = 50

MIXTURE = [
    (0.5, [1.0, 0.5], [[0.30, 0.18], [0.18, 0.20]]),
    (0.3, [-1.0, 1.0], [[0.10, -0.05], [-0.05, 0.40]]),
    (0.2, [0.0, -1.5], [[0.50, 0.00], [0.00, 0.08]]),
]
STARTS = [[1.75, -0.3], [-0.5, -2.6]]
NOISE = [[[0.31, -1.2], [0.77, 0.05]], [[-0.42, 0.9], [1.6, -0.66]], [[1.1, 0.2], [-0.35, -1.9]], [[-0.08, -0.7], [0.5, 1.3]],
         [[0.93, 1.4], [-1.1, 0.24]], [[-1.7, 0.33], [0.12, -0.5]], [[0.6, -0.15], [-0.9, 0.8]], [[-0.27, 2.1], [0.4, -0.03]]]
BETA_MIN, BETA_MAX = mpf(0.1), mpf(20)

PROCESSES = {
    "variance-preserving": (
        lambda t: exp(-(BETA_MIN * t + (BETA_MAX - BETA_MIN) * t * t / 2) / 2),
        lambda t: sqrt(-expm1(-(BETA_MIN * t + (BETA_MAX - BETA_MIN) * t * t / 2))),
        [1.0, 0.83, 0.7, 0.61, 0.4, 0.33, 0.15, 0.05, 0.0]),
    "rectified-flow": (lambda t: 1 - t, lambda t: t, [0.95, 0.9, 0.7, 0.61, 0.5, 0.22, 0.15, 0.05, 0.0]),
    "edm": (lambda t: mpf(1), lambda t: t, [40.0, 21.0, 9.0, 7.0, 2.5, 1.8, 0.5, 0.05, 0.0]),
}


def score(x, alpha, sigma):
    """Gradient of log sum_k w_k N(x; alpha mu_k, alpha^2 C_k + sigma^2 I)."""
    terms = []
    for weight, mean, covariance in MIXTURE:
        v = matrix([[alpha**2 * mpf(c) for c in row] for row in covariance])
        v[0, 0] += sigma**2
        v[1, 1] += sigma**2
        inverse = v**-1
        r = matrix([x[i] - alpha * mpf(mean[i]) for i in range(2)])
        pull = inverse * r
        determinant = v[0, 0] * v[1, 1] - v[0, 1] * v[1, 0]
        terms.append((log(mpf(weight)) - log(determinant) / 2 - (r.T * pull)[0] / 2, pull))
    top = max(t[0] for t in terms)
    weights = [exp(t[0] - top) for t in terms]
    return [-sum(w * t[1][i] for w, t in zip(weights, terms)) / sum(weights) for i in range(2)]


class Point:
    """A level and what the model says there."""

    def __init__(self, process, t):
        self.process, self.t = process, mpf(t)
        self.alpha, self.sigma = process[0](self.t), process[1](self.t)

    def score(self, x):
        return score(x, self.alpha, self.sigma)

    def data(self, x):
        s = self.score(x)
        return [(x[i] + self.sigma**2 * s[i]) / self.alpha for i in range(2)]

    def noise(self, x):
        return [-self.sigma * value for value in self.score(x)]

    def drift(self):
        return diff(lambda t: log(self.process[0](t)), self.t)

    def diffusion_squared(self):
        return diff(lambda t: self.process[1](t)**2, self.t) - 2 * self.drift() * self.sigma**2

    def reverse_drift(self, x, share_of_score):
        f, g2, s = self.drift(), self.diffusion_squared(), self.score(x)
        return [f * x[i] - share_of_score * g2 * s[i] for i in range(2)]


def combine(*terms):
    return [sum(c * v[i] for c, v in terms) for i in range(2)]


def euler_time(options, process, x, s, t, z, memory):
    return combine((1, x), (t.t - s.t, s.reverse_drift(x, mpf(1) / 2)))


def euler_ratio(options, process, x, s, t, z, memory):
    # k-diffusion's variables: y = x/alpha, noise scale sigma/alpha.
    y = combine((1 / s.alpha, x), (t.sigma / t.alpha - s.sigma / s.alpha, s.noise(x)))
    return combine((t.alpha, y))


def heun_time(options, process, x, s, t, z, memory):
    if t.sigma == 0:
        return euler_time(options, process, x, s, t, z, memory)
    a = mpf(options.get("alpha", 1))
    d1 = s.reverse_drift(x, mpf(1) / 2)
    m = Point(process, s.t + a * (t.t - s.t))
    d2 = m.reverse_drift(combine((1, x), (m.t - s.t, d1)), mpf(1) / 2)
    return combine((1, x), ((t.t - s.t) * (1 - 1 / (2 * a)), d1), ((t.t - s.t) / (2 * a), d2))


def time_of_ratio(process, ratio, guess_low, guess_high):
    low, high = guess_low, guess_high
    for _ in range(200):
        middle = (low + high) / 2
        if process[1](middle) / process[0](middle) < ratio:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def heun_ratio(options, process, x, s, t, z, memory):
    if t.sigma == 0:
        return euler_ratio(options, process, x, s, t, z, memory)
    a = mpf(options.get("alpha", 1))
    (r, q) = (s.sigma / s.alpha, t.sigma / t.alpha)
    m = t if a == 1 else Point(process, time_of_ratio(process, r + a * (q - r), t.t, s.t))
    y = combine((1 / s.alpha, x))
    d1 = s.noise(x)
    d2 = m.noise(combine((m.alpha, combine((1, y), (a * (q - r), d1)))))
    return combine((t.alpha, combine((1, y), ((q - r) * (1 - 1 / (2 * a)), d1), ((q - r) / (2 * a), d2))))


def ddim(options, process, x, s, t, z, memory):
    # The posterior of a Gaussian transition: x_s = a x_t + b e; its variance scaled by eta^2, the rest of the noise from the prediction.
    eta = mpf(options.get("eta", 0))
    a = s.alpha / t.alpha
    b2 = s.sigma**2 - a**2 * t.sigma**2
    fresh2 = eta**2 * t.sigma**2 * b2 / s.sigma**2
    return combine((t.alpha, s.data(x)), (sqrt(t.sigma**2 - fresh2), s.noise(x)), (sqrt(fresh2), z()) if fresh2 else (0, x))


def dpmpp_2m(options, process, x, s, t, z, memory):
    d = s.data(x)
    lam_s = log(s.alpha / s.sigma)
    previous, memory["last"] = memory.get("last"), (lam_s, d)
    if t.sigma == 0:
        return combine((t.alpha, d))
    h = log(t.alpha / t.sigma) - lam_s
    base = [(t.sigma / s.sigma, x), (-t.alpha * expm1(-h), d)]
    if previous is None:
        return combine(*base)
    r = (lam_s - previous[0]) / h
    slope = combine((1 / r, d), (-1 / r, previous[1]))
    if options.get("correction") == "taylor":
        return combine(*base, (t.alpha * (expm1(-h) / h + 1), slope))
    return combine(*base, (-t.alpha * expm1(-h) / 2, slope))


def euler_maruyama(options, process, x, s, t, z, memory):
    eta = mpf(options.get("eta", 1))
    dt = t.t - s.t
    mean = combine((1, x), (dt, s.reverse_drift(x, (1 + eta**2) / 2)))
    return mean if t.sigma == 0 else combine((1, mean), (eta * sqrt(s.diffusion_squared() * -dt), z()))


CASES = [
    ("euler", {"variable": "time"}, euler_time),
    ("euler", {"variable": "noise-to-signal"}, euler_ratio),
    ("heun", {"variable": "time"}, heun_time),
    ("heun", {"variable": "noise-to-signal"}, heun_ratio),
    ("heun", {"variable": "time", "alpha": 0.5}, heun_time),
    ("heun", {"variable": "noise-to-signal", "alpha": 0.75}, heun_ratio),
    ("ddim", {"eta": 0}, ddim),
    ("ddim", {"eta": 0.5}, ddim),
    ("ddim", {"eta": 1}, ddim),
    ("dpmpp-2m", {"correction": "midpoint"}, dpmpp_2m),
    ("dpmpp-2m", {"correction": "taylor"}, dpmpp_2m),
    ("euler-maruyama", {"eta": 1}, euler_maruyama),
    ("euler-maruyama", {"eta": 0.5}, euler_maruyama),
]


def run(options, step, name):
    process = PROCESSES[name]
    points = [Point(process, t) for t in process[2]]
    start_scale = points[0].sigma
    columns = []
    for index, start in enumerate(STARTS):
        x = [float(start_scale * v) for v in start]
        states, memory, draws = [x], {}, iter(NOISE)
        x = [mpf(v) for v in x]
        for s, t in zip(points, points[1:]):
            x = step(options, process, x, s, t, lambda: [mpf(v) for v in next(draws)[index]], memory)
            states.append([float(v) for v in x])
        columns.append(states)
    return [list(state) for state in zip(*columns)]


if __name__ == "__main__":
    lines = []
    for solver, options, step in CASES:
        for name in PROCESSES:
            lines.append(json.dumps({"solver": solver, "options": options, "process": name, "states": run(options, step, name)}))
    header = {"source": "reference_trajectories.py, mpmath with 50 digits", "noise": NOISE, "times": {n: p[2] for n, p in PROCESSES.items()}}
    print(json.dumps(header)[:-1] + ', "cases": [\n' + ",\n".join(lines) + "\n]}")

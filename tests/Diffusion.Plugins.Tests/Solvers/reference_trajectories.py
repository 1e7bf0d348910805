"""Writes reference-trajectories.json: what every solver does on an irregular grid, to 17 digits.

An independent derivation, with mpmath at 50 digits: the mixture's score by inverting covariance matrices (no eigenbasis, no noise or data
prediction), drift and diffusion by differentiating log alpha and sigma^2 numerically, and each update from its paper's own formula rather
than in the project's notation. Run: python3 reference_trajectories.py > reference-trajectories.json
"""

import json

from mpmath import diff, exp, expm1, factorial, inverse, log, lu_solve, matrix, mp, mpf, quad, sqrt

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


# From here on whole runs: x at the first point in, all states out. What a method remembers is then a plain list.


def half_log_snr(point):
    return log(point.alpha / point.sigma)


def at_half_log_snr(process, value, s, t):
    return Point(process, time_of_ratio(process, exp(-value), t.t, s.t))


def ddim_step(x, s, t, noise, data):
    return combine((t.alpha, data), (t.sigma, noise))


def ddim_from(x, s, t):
    return ddim_step(x, s, t, s.noise(x), s.data(x))


def basis(nodes, j, u):
    value = mpf(1)
    for m, node in enumerate(nodes):
        if m != j:
            value *= (u - node) / (nodes[j] - node)
    return value


def integrals(nodes, a, b, weight):
    return [quad(lambda u: weight(u) * basis(nodes, j, u), [a, (a + b) / 2, b]) for j in range(len(nodes))]


def estimate(form, point, x):
    return point.data(x) if form == "data" else point.noise(x)


def linear_part(form, x, s, t):
    return combine((t.sigma / s.sigma if form == "data" else t.alpha / s.alpha, x))


def exponential_adams(form, x, s, t, points, values):
    """Variation of constants, the estimate a polynomial of log-SNR through the given points: Adams-Bashforth or Adams-Moulton."""
    nodes = [half_log_snr(p) for p in points]
    end = half_log_snr(t)
    if form == "data":
        weights = [t.alpha * w for w in integrals(nodes, half_log_snr(s), end, lambda u: exp(u - end))]
    else:
        weights = [-t.sigma * w for w in integrals(nodes, half_log_snr(s), end, lambda u: exp(end - u))]
    return combine((1, linear_part(form, x, s, t)), *zip(weights, values))


def single_second(form, variant, x, s, m, t, at_s, at_m):
    """DPM-Solver-2 and ++(2S) as their papers print them."""
    h, r = half_log_snr(t) - half_log_snr(s), (half_log_snr(m) - half_log_snr(s)) / (half_log_snr(t) - half_log_snr(s))
    difference = combine((1, at_m), (-1, at_s))
    if form == "noise":
        c = expm1(h) / 2 if variant == "dpm-solver" else expm1(h) / h - 1
        return combine((t.alpha / s.alpha, x), (-t.sigma * expm1(h), at_s), (-t.sigma * c / r, difference))
    c = -expm1(-h) / 2 if variant == "dpm-solver" else expm1(-h) / h + 1
    return combine((t.sigma / s.sigma, x), (-t.alpha * expm1(-h), at_s), (t.alpha * c / r, difference))


def single_third(form, variant, x, s, m1, m2, t, at_s, at_1, at_2):
    h = half_log_snr(t) - half_log_snr(s)
    r1, r2 = [(half_log_snr(m) - half_log_snr(s)) / h for m in (m1, m2)]
    slopes = [combine((1 / r1, at_1), (-1 / r1, at_s)), combine((1 / r2, at_2), (-1 / r2, at_s))]
    if variant == "dpm-solver":
        first, second = slopes[1], [0, 0]
    else:
        first = combine((r2 / (r2 - r1), slopes[0]), (-r1 / (r2 - r1), slopes[1]))
        second = combine((2 / (r2 - r1), slopes[1]), (-2 / (r2 - r1), slopes[0]))
    if form == "noise":
        p2 = expm1(h) / h - 1
        return combine((t.alpha / s.alpha, x), (-t.sigma * expm1(h), at_s), (-t.sigma * p2, first), (-t.sigma * (p2 / h - mpf(1) / 2), second))
    p2 = expm1(-h) / h + 1
    return combine((t.sigma / s.sigma, x), (-t.alpha * expm1(-h), at_s), (t.alpha * p2, first), (-t.alpha * (p2 / h - mpf(1) / 2), second))


def between(process, s, t, share):
    return at_half_log_snr(process, (1 - share) * half_log_snr(s) + share * half_log_snr(t), s, t)


def whole_second(process, form, variant, r1, x, s, t):
    if t.sigma == 0:
        return ddim_from(x, s, t)
    m, at_s = between(process, s, t, r1), estimate(form, s, x)
    return single_second(form, variant, x, s, m, t, at_s, estimate(form, m, ddim_from(x, s, m)))


def whole_third(process, form, variant, r1, r2, x, s, t):
    if t.sigma == 0:
        return ddim_from(x, s, t)
    m1, m2, at_s = between(process, s, t, r1), between(process, s, t, r2), estimate(form, s, x)
    at_1 = estimate(form, m1, ddim_from(x, s, m1))
    at_2 = estimate(form, m2, single_second(form, "taylor", x, s, m1, m2, at_s, at_1))
    return single_third(form, variant, x, s, m1, m2, t, at_s, at_1, at_2)


def one_step_runs(step):
    def run_steps(options, process, points, x):
        states = [x]
        for s, t in zip(points, points[1:]):
            states.append(step(options, process, states[-1], s, t))
        return states
    return run_steps


def dpm_solver_2(form):
    return one_step_runs(lambda o, p, x, s, t: whole_second(p, form, o.get("variant", "dpm-solver"), mpf(o.get("r1", 0.5)), x, s, t))


def dpm_solver_3(form):
    return one_step_runs(lambda o, p, x, s, t: whole_third(
        p, form, o.get("variant", "dpm-solver"), mpf(o["r1"]) if "r1" in o else mpf(1) / 3, mpf(o["r2"]) if "r2" in o else mpf(2) / 3, x, s, t))


def dpm_2(options, process, x, s, t):
    if t.sigma == 0:
        return ddim_from(x, s, t)
    ratio = lambda p: p.sigma / p.alpha
    m = Point(process, time_of_ratio(process, sqrt(ratio(s) * ratio(t)), t.t, s.t))
    y = combine((1 / s.alpha, x))
    u = combine((1, y), (ratio(m) - ratio(s), s.noise(x)))
    return combine((t.alpha, y), (t.alpha * (ratio(t) - ratio(s)), m.noise(combine((m.alpha, u)))))


def rk4(options, process, x, s, t):
    in_time = options["variable"] == "time"
    if t.sigma == 0:
        return (euler_time if in_time else euler_ratio)(options, process, x, s, t, None, None)
    if in_time:
        place, scale = (lambda p: p.t), (lambda p: mpf(1))
        m = Point(process, (s.t + t.t) / 2)
        slope = lambda p, y: p.reverse_drift(y, mpf(1) / 2)
    else:
        place, scale = (lambda p: p.sigma / p.alpha), (lambda p: p.alpha)
        m = Point(process, time_of_ratio(process, (place(s) + place(t)) / 2, t.t, s.t))
        slope = lambda p, y: p.noise(combine((p.alpha, y)))
    h, y = place(t) - place(s), combine((1 / scale(s), x))
    k1 = slope(s, y)
    k2 = slope(m, combine((1, y), (h / 2, k1)))
    k3 = slope(m, combine((1, y), (h / 2, k2)))
    k4 = slope(t, combine((1, y), (h, k3)))
    return combine((scale(t), combine((1, y), (h / 6, k1), (h / 3, k2), (h / 3, k3), (h / 6, k4))))


def dpm_solver_fast(options, process, points, x):
    order, form, variant = options["order"], options["form"], options.get("variant", "dpm-solver")
    middle = options.get("middleVariant", "taylor")
    steps = len(points) - 1
    if order == 3 and options.get("lowerOrderFinal", True):
        groups = [3] * (steps // 3 - 1) + [2, 1] if steps % 3 == 0 else [3] * (steps // 3) + [steps % 3]
    else:
        groups = [order] * (steps // order) + ([steps % order] if steps % order else [])
    states, i = [x], 0
    for size in groups:
        start, values = states[-1], []
        for k in range(size):
            s, t = points[i + k], points[i + k + 1]
            values.append(estimate(form, s, states[-1]))
            if t.sigma == 0:
                states.append(ddim_from(states[-1], s, t))
            elif k == 0:
                states.append(ddim_from(start, s, t))
            elif k == 1:
                states.append(single_second(form, variant if size == 2 else middle, start, points[i], points[i + 1], t, *values))
            else:
                states.append(single_third(form, variant, start, points[i], points[i + 1], points[i + 2], t, *values))
        i += size
    return states


def multistep(formula, form):
    """Common course of multistep methods; formula(options, x, s, t, points, values) with the newest first."""
    def run_steps(options, process, points, x):
        order, chosen = options.get("order", 3), options.get("form", form)
        single = order - 1 if options.get("startUp", "single-step") == "single-step" and order > 2 and "correction" not in options else 0
        states, past = [x], []
        for i, (s, t) in enumerate(zip(points, points[1:])):
            x = states[-1]
            past.insert(0, (s, estimate(chosen, s, x), x))
            used = past[:min(order, len(points) - 1 - i) if options.get("lowerOrderFinal") else order]
            if i < single:
                third = mpf(1) / 3
                states.append(whole_second(process, "data", "taylor", mpf(1) / 2, x, s, t) if single == 2
                              else whole_third(process, "data", "taylor", third, 2 * third, x, s, t))
            else:
                states.append(formula(options, process, x, s, t, [p for p, _, _ in used], [v for _, v, _ in used], [y for _, _, y in used]))
        return states
    return run_steps


def adams_exponential(options, process, x, s, t, points, values, states, form=None):
    if t.sigma == 0:
        return ddim_from(x, s, t)
    return exponential_adams(options.get("form", form), x, s, t, points, values)


def second_multistep(form):
    def formula(options, process, x, s, t, points, values, states):
        if t.sigma == 0 or len(points) == 1:
            return ddim_from(x, s, t)
        return single_second(form, "taylor" if options["correction"] == "taylor" else "dpm-solver", x, s, points[1], t, values[0], values[1])
    return formula


def third_published(form):
    def formula(options, process, x, s, t, points, values, states):
        if t.sigma == 0 or len(points) < 3:
            return second_multistep(form)(options, process, x, s, t, points, values, states)
        l = [half_log_snr(p) for p in points]
        h = half_log_snr(t) - l[0]
        r0, r1 = (l[0] - l[1]) / h, (l[1] - l[2]) / h
        d0, d1 = combine((1 / r0, values[0]), (-1 / r0, values[1])), combine((1 / r1, values[1]), (-1 / r1, values[2]))
        slope = combine((1 + r0 / (r0 + r1), d0), (-r0 / (r0 + r1), d1))
        bend = combine((1 / (r0 + r1), d0), (-1 / (r0 + r1), d1))
        if form == "noise":
            p2 = expm1(h) / h - 1
            return combine((t.alpha / s.alpha, x), (-t.sigma * expm1(h), values[0]), (-t.sigma * p2, slope), (-t.sigma * (p2 / h - mpf(1) / 2), bend))
        p2 = expm1(-h) / h + 1
        return combine((t.sigma / s.sigma, x), (-t.alpha * expm1(-h), values[0]), (t.alpha * p2, slope), (-t.alpha * (p2 / h - mpf(1) / 2), bend))
    return formula


def lms(options, process, x, s, t, points, values, states):
    variable = options["variable"]
    if variable == "noise-to-signal":
        place, scale, slope = (lambda p: p.sigma / p.alpha), (lambda p: p.alpha), (lambda p, y: p.noise(y))
    elif variable == "rectified":
        place, scale = (lambda p: p.sigma / (p.alpha + p.sigma)), (lambda p: p.alpha + p.sigma)
        slope = lambda p, y: combine((1, p.noise(y)), (-1, p.data(y)))
    else:
        place, scale, slope = (lambda p: p.t), (lambda p: mpf(1)), (lambda p, y: p.reverse_drift(y, mpf(1) / 2))
    weights = integrals([place(p) for p in points], place(s), place(t), lambda u: 1)
    return combine((scale(t) / scale(s), x), *[(scale(t) * w, slope(p, y)) for w, p, y in zip(weights, points, states)])


def deis(options, process, x, s, t, points, values, states):
    if t.sigma == 0 or len(points) == 1:
        return ddim_from(x, s, t)
    if options["interpolation"] == "time":
        ratio = lambda u: process[1](u) / process[0](u)
        weights = integrals([p.t for p in points], s.t, t.t, lambda u: diff(ratio, u))
    elif options["interpolation"] == "noise-to-signal":
        weights = integrals([p.sigma / p.alpha for p in points], s.sigma / s.alpha, t.sigma / t.alpha, lambda u: 1)
    else:
        weights = integrals([log(p.sigma / p.alpha) for p in points], log(s.sigma / s.alpha), log(t.sigma / t.alpha), exp)
    return combine((t.alpha / s.alpha, x), *[(t.alpha * w, v) for w, v in zip(weights, values)])


ADAMS = [[mpf(1)], [mpf(3) / 2, -mpf(1) / 2], [mpf(23) / 12, -mpf(16) / 12, mpf(5) / 12],
         [mpf(55) / 24, -mpf(59) / 24, mpf(37) / 24, -mpf(9) / 24]]


def transfer(x, e, s, t):
    """Liu et al. 2022, eq. 11, with their alpha-bar = alpha^2 of a variance-preserving process replaced by the general ratio."""
    return combine((t.alpha / s.alpha, x), (t.sigma - t.alpha * s.sigma / s.alpha, e))


def pseudo(start):
    def run_steps(options, process, points, x):
        order, states, past = options.get("order", 4), [x], []
        for i, (s, t) in enumerate(zip(points, points[1:])):
            x = states[-1]
            e1 = s.noise(x)
            past = [e1] + past[:order - 1]
            if start == "heun" and i == 0:
                e = combine((mpf(1) / 2, e1), (mpf(1) / 2, t.noise(transfer(x, e1, s, t))))
            elif start == "runge-kutta" and i < 3:
                m = Point(process, (s.t + t.t) / 2)
                e2 = m.noise(transfer(x, e1, s, m))
                e3 = m.noise(transfer(x, e2, s, m))
                e4 = t.noise(transfer(x, e3, s, t))
                e = combine((mpf(1) / 6, e1), (mpf(1) / 3, e2), (mpf(1) / 3, e3), (mpf(1) / 6, e4))
            else:
                e = combine(*zip(ADAMS[len(past) - 1], past))
            states.append(transfer(x, e, s, t))
        return states
    return run_steps


def unipc(options, process, points, x):
    """Zhao et al. 2023, algorithms 1 to 3: rho solves R rho = b, save where their code puts one half."""
    order, form, function = options["order"], options.get("form", "data"), options.get("function", "bh2")
    steps = len(points) - 1
    states, known = [x], [(points[0], estimate(form, points[0], x))]
    first = 0
    if order == 3 and options.get("startUp", "single-step") == "single-step":
        third = mpf(1) / 3
        states.append(whole_third(process, "data", "taylor", third, 2 * third, x, points[0], points[1]))
        known.insert(0, (points[1], estimate(form, points[1], states[-1])))
        first = 1
    for i in range(first, steps):
        (s, at_s), t, x = known[0], points[i + 1], states[-1]
        used = min(order, len(known), steps - i if options.get("lowerOrderFinal") else order)
        if t.sigma == 0:
            states.append(at_s if form == "data" else combine((t.alpha / s.alpha, x), (-t.alpha * s.sigma / s.alpha, at_s)))
            continue
        h = half_log_snr(t) - half_log_snr(s)
        hh = -h if form == "data" else h
        b_h = hh if function == "bh1" else expm1(hh)
        r = [(half_log_snr(p) - half_log_snr(s)) / h for p, _ in known[1:used]] + [mpf(1)]
        scaled = [combine((1 / q, v), (-1 / q, at_s)) for q, (_, v) in zip(r, known[1:used])]
        b, phi = [], expm1(hh) / hh - 1
        for k in range(1, used + 1):
            b.append(phi * factorial(k) / b_h)
            phi = phi / hh - 1 / factorial(k + 1)

        def solve(size):
            if size == 0:
                return []
            return list(lu_solve(matrix([[q**k for q in r[:size] + ([mpf(1)] if size > len(r) else [])] for k in range(size)]), matrix(b[:size])))

        halves = function != "exact"
        rho_p = [mpf(1) / 2] if used == 2 and halves else solve(used - 1)
        rho_c = [mpf(1) / 2] if used == 1 and halves else solve(used)
        factor = -t.alpha if form == "data" else -t.sigma
        base = combine((1, linear_part(form, x, s, t)), (factor * expm1(hh), at_s))
        predicted = combine((1, base), *[(factor * b_h * q, d) for q, d in zip(rho_p, scaled)])
        if i == steps - 1:
            states.append(predicted)
            continue
        at_t = estimate(form, t, predicted)
        known.insert(0, (t, at_t))
        scaled.append(combine((1, at_t), (-1, at_s)))
        states.append(combine((1, base), *[(factor * b_h * q, d) for q, d in zip(rho_c, scaled)]))
    return states


def unipc_vary_published(options, process, points, x):
    """The authors' repository: the matrix of Taylor coefficients, inverted; the corrector's last term as it is there."""
    order, form = options["order"], options.get("form", "data")
    steps = len(points) - 1
    states, known = [x], [(points[0], estimate(form, points[0], x))]
    for i in range(steps):
        (s, at_s), t, x = known[0], points[i + 1], states[-1]
        used = min(order, len(known), steps - i if options.get("lowerOrderFinal", True) else order)
        if t.sigma == 0:
            states.append(at_s if form == "data" else combine((t.alpha / s.alpha, x), (-t.alpha * s.sigma / s.alpha, at_s)))
            continue
        h = half_log_snr(t) - half_log_snr(s)
        hh = -h if form == "data" else h
        r = [(half_log_snr(p) - half_log_snr(s)) / h for p, _ in known[1:used]] + [mpf(1)]
        scaled = [combine((1 / q, v), (-1 / q, at_s)) for q, (_, v) in zip(r, known[1:used])]
        coefficients = matrix([[q**k / factorial(k + 1) for k in range(used)] for q in r])
        psi = [expm1(hh)]
        for k in range(1, used + 1):
            psi.append(psi[-1] / hh - 1 / factorial(k))
        factor = -t.alpha if form == "data" else -t.sigma
        base = combine((1, linear_part(form, x, s, t)), (factor * psi[0], at_s))
        predicted = base
        if used > 1:
            a_p = inverse(coefficients[:used - 1, :used - 1])
            predicted = combine((1, base), *[(factor * psi[k + 1] * a_p[k, j], scaled[j]) for k in range(used - 1) for j in range(used - 1)])
        if i == steps - 1:
            states.append(predicted)
            continue
        at_t = estimate(form, t, predicted)
        known.insert(0, (t, at_t))
        a_c = inverse(coefficients)
        terms = [(factor * psi[k + 1] * a_c[k, j], scaled[j]) for k in range(used - 1) for j in range(used - 1)]
        last = max(used - 2, 0)
        terms.append((factor * psi[used] * a_c[last, used - 1], combine((1, at_t), (-1, at_s))))
        states.append(combine((1, base), *terms))
    return states


RUNS = [
    ("dpm-2", {}, one_step_runs(dpm_2)),
    ("rk4", {"variable": "time"}, one_step_runs(rk4)),
    ("rk4", {"variable": "noise-to-signal"}, one_step_runs(rk4)),
    ("dpm-solver-2", {}, dpm_solver_2("noise")),
    ("dpm-solver-2", {"variant": "taylor", "r1": 0.3}, dpm_solver_2("noise")),
    ("dpmpp-2s", {}, dpm_solver_2("data")),
    ("dpmpp-2s", {"variant": "taylor", "r1": 0.7}, dpm_solver_2("data")),
    ("dpm-solver-3", {}, dpm_solver_3("noise")),
    ("dpm-solver-3", {"variant": "taylor", "r1": 0.25, "r2": 0.625}, dpm_solver_3("noise")),
    ("dpmpp-3s", {}, dpm_solver_3("data")),
    ("dpmpp-3s", {"variant": "taylor", "r1": 0.5, "r2": 0.75}, dpm_solver_3("data")),
    ("dpm-solver-fast", {"order": 3, "form": "noise"}, dpm_solver_fast),
    ("dpm-solver-fast", {"order": 3, "form": "data", "variant": "taylor", "middleVariant": "dpm-solver"}, dpm_solver_fast),
    ("dpm-solver-fast", {"order": 2, "form": "data"}, dpm_solver_fast),
    ("dpm-solver-2m", {"order": 2, "correction": "midpoint"}, multistep(second_multistep("noise"), "noise")),
    ("dpm-solver-2m", {"order": 2, "correction": "taylor", "lowerOrderFinal": True}, multistep(second_multistep("noise"), "noise")),
    ("dpmpp-3m", {}, multistep(lambda *a: adams_exponential(*a, form="data"), "data")),
    ("dpm-solver-3m", {"startUp": "ramp", "lowerOrderFinal": True}, multistep(lambda *a: adams_exponential(*a, form="noise"), "noise")),
    ("dpmpp-3m-published", {"correction": "midpoint"}, multistep(third_published("data"), "data")),
    ("dpm-solver-3m-published", {"correction": "taylor", "lowerOrderFinal": True}, multistep(third_published("noise"), "noise")),
    ("exponential-adams-bashforth", {"order": 4, "form": "noise"}, multistep(adams_exponential, None)),
    ("exponential-adams-bashforth", {"order": 4, "form": "data", "startUp": "ramp"}, multistep(adams_exponential, None)),
    ("lms", {"order": 4, "variable": "noise-to-signal"}, multistep(lms, "noise")),
    ("lms", {"order": 3, "variable": "rectified", "startUp": "ramp"}, multistep(lms, "noise")),
    ("lms", {"order": 3, "variable": "time", "lowerOrderFinal": True}, multistep(lms, "noise")),
    ("deis", {"order": 3, "interpolation": "time", "startUp": "ramp"}, multistep(deis, "noise")),
    ("deis", {"order": 4, "interpolation": "noise-to-signal"}, multistep(deis, "noise")),
    ("deis", {"order": 2, "interpolation": "log-noise-to-signal"}, multistep(deis, "noise")),
    ("ipndm", {"order": 4}, pseudo("ramp")),
    ("ipndm", {"order": 2}, pseudo("ramp")),
    ("plms", {}, pseudo("heun")),
    ("pndm", {}, pseudo("runge-kutta")),
    ("unipc", {"order": 1, "function": "bh1"}, unipc),
    ("unipc", {"order": 2, "function": "bh2", "lowerOrderFinal": True}, unipc),
    ("unipc", {"order": 2, "function": "bh1", "form": "noise"}, unipc),
    ("unipc", {"order": 3, "function": "bh2"}, unipc),
    ("unipc", {"order": 3, "function": "exact", "form": "noise", "startUp": "ramp"}, unipc),
    ("unipc-vary-published", {"order": 2}, unipc_vary_published),
    ("unipc-vary-published", {"order": 3, "form": "noise", "lowerOrderFinal": False}, unipc_vary_published),
]


def run_whole(options, whole, name):
    process = PROCESSES[name]
    points = [Point(process, t) for t in process[2]]
    columns = []
    for start in STARTS:
        x = [float(points[0].sigma * v) for v in start]
        columns.append([x] + [[float(v) for v in state] for state in whole(options, process, points, [mpf(v) for v in x])[1:]])
    return [list(state) for state in zip(*columns)]


if __name__ == "__main__":
    lines = []
    for solver, options, step in CASES:
        for name in PROCESSES:
            lines.append(json.dumps({"solver": solver, "options": options, "process": name, "states": run(options, step, name)}))
    for solver, options, whole in RUNS:
        for name in PROCESSES:
            lines.append(json.dumps({"solver": solver, "options": options, "process": name, "states": run_whole(options, whole, name)}))
    header = {"source": "reference_trajectories.py, mpmath with 50 digits", "noise": NOISE, "times": {n: p[2] for n, p in PROCESSES.items()}}
    print(json.dumps(header)[:-1] + ', "cases": [\n' + ",\n".join(lines) + "\n]}")

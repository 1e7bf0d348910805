"""Writes stochastic-trajectories.json: what every stochastic solver does on an irregular grid with given draws, to 17 digits.

An independent derivation with mpmath at 50 digits: scores by inverting covariance matrices, posteriors by multiplying Gaussians, and each update
from its published form, mostly in y = x/alpha and s = sigma/alpha, rather than in the project's notation.
Run: python3 stochastic_trajectories.py > stochastic-trajectories.json
"""

import json

from mpmath import exp, expm1, log, mpf, sin, sqrt

from reference_trajectories import PROCESSES, STARTS, Point, combine, time_of_ratio

# Enough draws for the longest run, of three decimals so that they are exact as written.
NOISE = [[[float(round(float(2 * sin(mpf(37 * n + 11 * p + 5 * d) * mpf("0.77"))), 3)) for d in range(2)] for p in range(2)] for n in range(40)]
LATEST = {"variance-preserving": mpf(2), "rectified-flow": mpf("0.9999"), "edm": mpf(200)}


def scaled(point):
    return point.sigma / point.alpha


def at_scale(process, scale, latest):
    return Point(process, time_of_ratio(process, scale, mpf(0), latest))


def ancestral(s_from, s_to, eta):
    up = min(s_to, eta * sqrt(s_to**2 * (s_from**2 - s_to**2) / s_from**2))
    return sqrt(s_to**2 - up**2), up


def to_y(point, x):
    return [v / point.alpha for v in x]


def slope(y, denoised, s):
    return [(a - b) / s for a, b in zip(y, denoised)]


def denoise_at(point, y):
    return point.data([point.alpha * v for v in y])


def euler_ancestral(o, process, x, s, t, z, memory):
    y, d = to_y(s, x), s.data(x)
    down, up = ancestral(scaled(s), scaled(t), mpf(o["eta"]))
    y = combine((1, y), (down - scaled(s), slope(y, d, scaled(s))))
    if up:
        y = combine((1, y), (up * mpf(o.get("noiseScale", 1)), z()))
    return [t.alpha * v for v in y]


def ddpm(o, process, x, s, t, z, memory):
    d = s.data(x)
    if t.sigma == 0:
        return [t.alpha * v for v in d]
    a = s.alpha / t.alpha
    beta = s.sigma**2 - a**2 * t.sigma**2
    precision = 1 / t.sigma**2 + a**2 / beta
    mean = combine((t.alpha / t.sigma**2 / precision, d), (a / beta / precision, x))
    v = mpf(o.get("variance", 0))
    return combine((1, mean), (sqrt(exp(v * log(beta) - (1 - v) * log(precision))), z()))


def reverse_diffusion(o, process, x, s, t, z, memory):
    a = s.alpha / t.alpha
    beta = s.sigma**2 - a**2 * t.sigma**2
    flow = o.get("probabilityFlow", False)
    f = combine((a - 1, x), (-beta * (mpf(1) / 2 if flow else 1), s.score(x)))
    x = combine((1, x), (-1, f))
    return x if flow or t.sigma == 0 else combine((1, x), (sqrt(beta), z()))


def two_stage_ancestral(advance):
    def step(o, process, x, s, t, z, memory):
        y, d = to_y(s, x), s.data(x)
        down, up = ancestral(scaled(s), scaled(t), mpf(o["eta"]))
        if down == 0:
            y = combine((1, y), (-scaled(s), slope(y, d, scaled(s))))
        else:
            m = at_scale(process, sqrt(scaled(s) * down), LATEST[memory["process"]])
            y2 = combine((1, y), (scaled(m) - scaled(s), slope(y, d, scaled(s))))
            y = advance(y, y2, denoise_at(m, y2), scaled(s), scaled(m), down)
        if up:
            y = combine((1, y), (up * mpf(o.get("noiseScale", 1)), z()))
        return [t.alpha * v for v in y]
    return step


dpm_2_ancestral = two_stage_ancestral(lambda y, y2, d2, s, m, down: combine((1, y), (down - s, slope(y2, d2, m))))
dpmpp_2s_ancestral = two_stage_ancestral(lambda y, y2, d2, s, m, down: combine((down / s, y), (1 - down / s, d2)))


def dpmpp_sde(o, process, x, s, t, z, memory):
    eta, r, noise_scale = mpf(o["eta"]), mpf(o["r"]), mpf(o.get("noiseScale", 1))
    y, d = to_y(s, x), s.data(x)
    if t.sigma == 0:
        return [t.alpha * v for v in d]
    m = at_scale(process, exp((1 - r) * log(scaled(s)) + r * log(scaled(t))), LATEST[memory["process"]])
    down, up = ancestral(scaled(s), scaled(m), eta)
    y2 = combine((down / scaled(s), y), (-expm1(log(down / scaled(s))), d), (up * noise_scale, z()))
    d2 = denoise_at(m, y2)
    down, up = ancestral(scaled(s), scaled(t), eta)
    fac = 1 / (2 * r)
    y = combine((down / scaled(s), y), (-expm1(log(down / scaled(s))), combine((1 - fac, d), (fac, d2))), (up * noise_scale, z()))
    return [t.alpha * v for v in y]


def sde_multistep(order):
    def step(o, process, x, s, t, z, memory):
        # k-diffusion's eta is the square of this project's.
        eta, y, d = mpf(o["eta"])**2, to_y(s, x), s.data(x)
        past = memory.setdefault("past", [])
        if t.sigma == 0:
            return [t.alpha * v for v in d]
        h = log(scaled(s) / scaled(t))
        he = h * (1 + eta)
        y = combine((exp(-he), y), (-expm1(-he), d))
        if order == 2 and past:
            r = past[0][1] / h
            weight = -expm1(-he) / 2 if o["correction"] == "midpoint" else -expm1(-he) / -he + 1
            y = combine((1, y), (weight / r, combine((1, d), (-1, past[0][0]))))
        elif order == 3 and len(past) > 1:
            r0, r1 = past[0][1] / h, past[1][1] / h
            d10, d11 = combine((1 / r0, d), (-1 / r0, past[0][0])), combine((1 / r1, past[0][0]), (-1 / r1, past[1][0]))
            d1 = combine((1 + r0 / (r0 + r1), d10), (-r0 / (r0 + r1), d11))
            d2 = combine((1 / (r0 + r1), d10), (-1 / (r0 + r1), d11))
            phi2 = expm1(-he) / he + 1
            y = combine((1, y), (phi2, d1), (-(phi2 / he - mpf(1) / 2), d2))
        elif order == 3 and past:
            r = past[0][1] / h
            y = combine((1, y), ((expm1(-he) / he + 1) / r, combine((1, d), (-1, past[0][0]))))
        if eta:
            y = combine((1, y), (scaled(t) * sqrt(-expm1(-2 * h * eta)) * mpf(o.get("noiseScale", 1)), z()))
        past.insert(0, (d, h))
        return [t.alpha * v for v in y]
    return step


def exponential_ito(o, process, x, s, t, z, memory):
    eta, temperature = mpf(o["eta"]), mpf(o.get("temperature", 1))
    if t.sigma == 0:
        return [t.alpha * v for v in s.data(x)]
    y = combine((1, to_y(s, x)), ((scaled(t) - scaled(s)) * (1 + eta**2) / temperature, s.noise(x)), (eta * sqrt(scaled(s)**2 - scaled(t)**2), z()))
    return [t.alpha * v for v in y]


def sde_dpm_solver_2m(o, process, x, s, t, z, memory):
    eta, m0 = mpf(o["eta"]), s.noise(x)
    previous, memory["last"] = memory.get("last"), (log(s.alpha / s.sigma), m0)
    if t.sigma == 0:
        return [t.alpha * v for v in s.data(x)]
    h = log(t.alpha / t.sigma) - log(s.alpha / s.sigma)
    share = 1 + eta**2
    terms = [(t.alpha / s.alpha, x), (-share * t.sigma * expm1(h), m0), (eta * t.sigma * sqrt(expm1(2 * h)), z())]
    if previous is not None:
        r0 = (log(s.alpha / s.sigma) - previous[0]) / h
        d1 = combine((1 / r0, m0), (-1 / r0, previous[1]))
        weight = expm1(h) / 2 if o["correction"] == "midpoint" else expm1(h) / h - 1
        terms.append((-share * t.sigma * weight, d1))
    return combine(*terms)


def edm_stochastic(o, process, x, s, t, z, memory):
    # Algorithm 2 of Karras et al. in y and s; the count of steps is that of the grid.
    y, scale = to_y(s, x), scaled(s)
    gamma = min(mpf(o["churn"]) / memory["count"], sqrt(mpf(2)) - 1) if mpf(o["minimum"]) <= scale <= mpf(o["maximum"]) else mpf(0)
    hat = scale * (1 + gamma)
    point = s if gamma == 0 else at_scale(process, hat, LATEST[memory["process"]])
    if gamma:
        y = combine((1, y), (mpf(o["noiseScale"]) * sqrt(hat**2 - scale**2), z()))
    d = slope(y, denoise_at(point, y), hat)
    if t.sigma == 0 or o["base"] == "euler":
        y = combine((1, y), (scaled(t) - hat, d))
    elif o["base"] == "heun":
        y2 = combine((1, y), (scaled(t) - hat, d))
        d2 = slope(y2, denoise_at(t, y2), scaled(t))
        y = combine((1, y), ((scaled(t) - hat) / 2, d), ((scaled(t) - hat) / 2, d2))
    else:
        m = at_scale(process, sqrt(hat * scaled(t)), LATEST[memory["process"]])
        y2 = combine((1, y), (scaled(m) - hat, d))
        y = combine((1, y), (scaled(t) - hat, slope(y2, denoise_at(m, y2), scaled(m))))
    return [t.alpha * v for v in y]


def dpm_fast_ancestral(o, process, x, s, t, z, memory):
    if t.sigma == 0:
        return [t.alpha * v for v in s.data(x)]
    # One step of order 2 or 1 before the step to sigma = 0, which counts as the last.
    to_end = memory["count"] - 1 - memory["index"]
    remainder = int(o["remainder"])
    order = {(0, 0): 1, (0, 1): 2}.get((remainder, to_end), remainder if to_end == 0 else 3)
    down, _ = ancestral(scaled(s), scaled(t), mpf(o["eta"]))
    up = sqrt(scaled(t)**2 - down**2)
    y, eps, h = to_y(s, x), s.noise(x), log(scaled(s) / down)

    def at(part):
        return at_scale(process, scaled(s) * exp(-part * h), LATEST[memory["process"]])

    def eps_at(point, u):
        return point.noise([point.alpha * v for v in u])

    if order == 1:
        y = combine((1, y), (-down * expm1(h), eps))
    elif order == 2:
        m = at(mpf(1) / 2)
        e1 = eps_at(m, combine((1, y), (-scaled(m) * expm1(h / 2), eps)))
        y = combine((1, y), (-down * expm1(h), eps), (-down * expm1(h), combine((1, e1), (-1, eps))))
    else:
        r1, r2 = mpf(1) / 3, mpf(2) / 3
        m1, m2 = at(r1), at(r2)
        e1 = eps_at(m1, combine((1, y), (-scaled(m1) * expm1(r1 * h), eps)))
        u2 = combine((1, y), (-scaled(m2) * expm1(r2 * h), eps), (-scaled(m2) * (r2 / r1) * (expm1(r2 * h) / (r2 * h) - 1), combine((1, e1), (-1, eps))))
        e2 = eps_at(m2, u2)
        y = combine((1, y), (-down * expm1(h), eps), (-down / r2 * (expm1(h) / h - 1), combine((1, e2), (-1, eps))))
    return [t.alpha * v for v in combine((1, y), (up, z()))]


def langevin(o, process, x, s, t, z, memory):
    size = mpf(o["stepSize"])
    for _ in range(int(o["steps"])):
        x = combine((1, x), (size, s.score(x)), (sqrt(2 * size), z()))
    return s.data(x) if o["denoise"] and t.sigma == 0 else x


def annealed_langevin(o, process, x, s, t, z, memory):
    size = mpf(o["stepSize"]) * s.sigma**2 / mpf(o["smallestSigma"])**2
    for _ in range(int(o["steps"])):
        x = combine((1, x), (size / 2, s.score(x)), (sqrt(size), z()))
    return s.data(x) if o["denoise"] and t.sigma == 0 else x


def predictor_corrector(o, process, x, s, t, z, memory):
    a2 = (s.alpha / t.alpha)**2
    for _ in range(int(o["steps"])):
        score, draw = s.score(x), z()
        if o["corrector"] == "renoise":
            delta, d = mpf(o["delta"]), s.data(x)
            x = combine((s.alpha, d), (sqrt(1 - delta) * s.sigma, s.noise(x)), (sqrt(delta) * s.sigma, draw))
            continue
        if o["corrector"] == "langevin":
            root = mpf(o["snr"]) * sqrt(sum(v**2 for v in draw) / sum(v**2 for v in score))
        else:
            root = mpf(o["snr"]) * s.sigma
        size = 2 * a2 * root**2
        x = combine((1, x), (size, score), (sqrt(2 * size), draw))
    predict = {"reverse-diffusion": reverse_diffusion, "ancestral": ddpm, "none": lambda *rest: x}[o["predictor"]]
    return predict({}, process, x, s, t, z, memory)


MIDPOINT, TAYLOR = {"correction": "midpoint"}, {"correction": "taylor"}
CHURN = {"churn": 2.5, "minimum": 0.1, "maximum": 30.0, "noiseScale": 1.003}
CASES = [
    ("euler-ancestral", {"eta": 0.6, "noiseScale": 1.1}, euler_ancestral),
    ("euler-ancestral", {"eta": 1.5}, euler_ancestral),
    ("ddpm", {"variance": 0.0}, ddpm),
    ("ddpm", {"variance": 0.4}, ddpm),
    ("reverse-diffusion", {}, reverse_diffusion),
    ("reverse-diffusion", {"probabilityFlow": True}, reverse_diffusion),
    ("dpm-2-ancestral", {"eta": 0.6}, dpm_2_ancestral),
    ("dpmpp-2s-ancestral", {"eta": 0.8, "noiseScale": 0.9}, dpmpp_2s_ancestral),
    ("dpmpp-sde", {"eta": 1.0, "r": 0.5}, dpmpp_sde),
    ("dpmpp-sde", {"eta": 0.7, "r": 0.75}, dpmpp_sde),
    ("dpmpp-2m-sde", {"eta": 1.0, **MIDPOINT}, sde_multistep(2)),
    ("dpmpp-2m-sde", {"eta": 0.5, **TAYLOR}, sde_multistep(2)),
    ("dpmpp-3m-sde", {"eta": 0.8}, sde_multistep(3)),
    ("exponential-ito", {"eta": 0.8, "temperature": 1.2}, exponential_ito),
    ("sde-dpm-solver-2m", {"eta": 1.0, **MIDPOINT}, sde_dpm_solver_2m),
    ("sde-dpm-solver-2m", {"eta": 0.5, **TAYLOR}, sde_dpm_solver_2m),
    ("edm-stochastic", {"base": "heun", **CHURN}, edm_stochastic),
    ("edm-stochastic", {"base": "euler", **CHURN}, edm_stochastic),
    ("edm-stochastic", {"base": "dpm2", **CHURN}, edm_stochastic),
    ("dpm-fast-ancestral", {"eta": 0.5, "remainder": 0}, dpm_fast_ancestral),
    ("langevin", {"stepSize": 0.01, "steps": 2, "denoise": True}, langevin),
    ("annealed-langevin", {"stepSize": 0.02, "steps": 2, "smallestSigma": 0.3, "denoise": False}, annealed_langevin),
    ("predictor-corrector", {"predictor": "reverse-diffusion", "corrector": "langevin", "snr": 0.1, "steps": 2}, predictor_corrector),
    ("predictor-corrector", {"predictor": "ancestral", "corrector": "annealed-langevin", "snr": 0.1, "steps": 1}, predictor_corrector),
    ("predictor-corrector", {"predictor": "none", "corrector": "renoise", "delta": 0.2, "steps": 2}, predictor_corrector),
]


def run(options, step, name):
    process = PROCESSES[name]
    points = [Point(process, t) for t in process[2]]
    columns = []
    for index, start in enumerate(STARTS):
        x = [float(points[0].sigma * v) for v in start]
        states, draws = [x], iter(NOISE)
        memory = {"process": name, "count": len(points) - 1}
        x = [mpf(v) for v in x]
        for i, (s, t) in enumerate(zip(points, points[1:])):
            memory["index"] = i
            x = step(options, process, x, s, t, lambda: [mpf(v) for v in next(draws)[index]], memory)
            states.append([float(v) for v in x])
        columns.append(states)
    return [list(state) for state in zip(*columns)]


if __name__ == "__main__":
    lines = []
    for solver, options, step in CASES:
        for name in PROCESSES:
            lines.append(json.dumps({"solver": solver, "options": options, "process": name, "states": run(options, step, name)}))
    header = {"source": "stochastic_trajectories.py, mpmath with 50 digits", "noise": NOISE, "times": {n: p[2] for n, p in PROCESSES.items()}}
    print(json.dumps(header)[:-1] + ', "cases": [\n' + ",\n".join(lines) + "\n]}")

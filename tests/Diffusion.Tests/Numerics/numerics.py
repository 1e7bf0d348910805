"""Writes numerics.json: phi functions by their integral's closed form and multistep weights by exact integration, mpmath with 120 digits.

Every number is the value at the double that stands beside it. Run: python3 numerics.py > numerics.json
"""

import json

from mpmath import exp, mp, mpf

mp.dps = 120

ARGUMENTS = [s * m for m in (1e-10, 1e-6, 1e-3, 0.03, 0.2, 0.7, 0.999, 1.3, 2.2, 2.999, 3.0, 3.7, 6.5, 11.0, 20.0) for s in (1, -1)]
SETS = [
    # nodes newest first, from, to
    ([0.4], 0.4, 1.1),
    ([0.4, 0.1], 0.4, 1.1),
    ([0.4, 0.1, -0.7], 0.4, 0.9),
    ([0.4, 0.1, -0.7, -0.75], 0.4, 0.9),
    ([0.4, 0.1, -0.7, -3.0, -3.5], 0.4, 1.6),
    ([-3.0, -2.0, -1.0], -3.0, -4.0),
    ([1.0, 1.0 - 1e-6, 1.0 - 2.5e-6, 1.0 - 3e-6], 1.0, 1.0 + 1e-6),
    ([2.0, 2.0 - 1e-9, 2.0 - 2.0001e-9], 2.0, 2.0 + 1e-9),
    ([0.5, 0.25, 0.0, 1.5], 0.5, 1.5),
    ([0.0, -2.0, -4.0], 0.0, 9.0),
]
RATES = [0.0, 1.0, -1.0, 0.3]


def phi(k, z):
    value, inverse = exp(mpf(z)), mpf(1)
    for j in range(1, k + 1):
        value = (value - inverse) / mpf(z)
        inverse /= j
    return value


def moment(k, a, b, rate):
    """Integral of exp(rate (b - x)) x^k, by parts from the top power down."""
    if rate == 0:
        return (b**(k + 1) - a**(k + 1)) / (k + 1)
    lower = moment(k - 1, a, b, rate) * k / rate if k else mpf(0)
    return lower - (b**k - exp(rate * (b - a)) * a**k) / rate


def weights(nodes, a, b, rate):
    nodes, a, b, rate = [mpf(n) for n in nodes], mpf(a), mpf(b), mpf(rate)
    result = []
    for j, own in enumerate(nodes):
        polynomial = [mpf(1)]
        for m, other in enumerate(nodes):
            if m != j:
                shifted = [mpf(0)] + polynomial
                polynomial = [(s - other * p) / (own - other) for s, p in zip(shifted, polynomial + [mpf(0)])]
        result.append(sum(c * moment(k, a, b, rate) for k, c in enumerate(polynomial)))
    return [float(w) for w in result]


if __name__ == "__main__":
    rows = [json.dumps({"order": k, "z": z, "value": float(phi(k, z))}) for k in range(1, 7) for z in ARGUMENTS]
    sets = [json.dumps({"nodes": n, "from": a, "to": b, "rate": r, "weights": weights(n, a, b, r)}) for n, a, b in SETS for r in RATES]
    print('{"phi": [\n' + ",\n".join(rows) + '\n], "weights": [\n' + ",\n".join(sets) + "\n]}")

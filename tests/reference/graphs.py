"""Naive twins of the connection rules and graph generators: plain Python numbers and one loop after another."""

import itertools
import math

import numpy as np

MASK = 0xFFFFFFFF
LANES = 64


def philox(counter, key):
    """Philox 4x32-10 on Python integers."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & MASK, (p0 >> 32) ^ c3 ^ k1, p0 & MASK
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return c0, c1, c2, c3


def row_words(seed, purpose, target):
    """The endless words of one target's stream, in the order in which a row uses them."""
    key = seed & MASK, seed >> 32
    for start in itertools.count(0, LANES):
        blocks = [philox((target, start + q, 0, purpose), key) for q in range(LANES)]
        for lane in range(4):
            for words in blocks:
                yield words[lane]


def uniform_below(n, words):
    """An integer below n without bias: products in the uneven part of the range are dropped."""
    while True:
        product = next(words) * n
        if product & MASK >= (2**32 - n) % n:
            return product >> 32


def distinct_row(k, allowed, n, words):
    """`k` different numbers of the list `allowed`, all below n."""
    if 2 * k <= len(allowed) and 2 * len(allowed) >= n:
        row, usable = [], set(allowed)
        while len(row) < k:
            s = uniform_below(n, words)
            if s in usable:
                usable.discard(s)
                row.append(s)
        return row
    if k == len(allowed):
        return list(allowed)
    allowed = list(allowed)
    for c in range(k):
        j = c + uniform_below(len(allowed) - c, words)
        allowed[c], allowed[j] = allowed[j], allowed[c]
    return allowed[:k]


def fixed_indegree(sources, targets, k, seed, purpose, *, autapses, multapses):
    """Positions of the sources of each target, as a list of lists."""
    rows = []
    for t, target in enumerate(targets):
        words = row_words(seed, purpose, t)
        allowed = [i for i, source in enumerate(sources) if autapses or source != target]
        if multapses:
            rows.append([allowed[uniform_below(len(allowed), words)] for _ in range(k)])
        else:
            rows.append(distinct_row(k, allowed, len(sources), words))
    return rows


def geometric_gaps(p, seed, purpose, row, column):
    """The endless gaps between the edges of one tile."""
    key = seed & MASK, seed >> 32
    for start in itertools.count(0, LANES):
        blocks = [philox((row, column, start + q, purpose), key) for q in range(LANES)]
        for half in (0, 2):
            for words in blocks:
                u = ((words[half] << 20 | words[half + 1] >> 12) + 0.5) / 2**52
                yield 0 if p == 1.0 else int(math.log(u) / math.log1p(-p))


def symmetric_bernoulli(sources, targets, p, seed, purpose, *, multapses):
    """Joined pairs (source, target), ids of both, in the order of the targets and then of the sources.

    The matrix of targets and sources is cut into tiles with sides of powers of two, with 56 to 112 edges on average unless the
    matrix is smaller.
    """
    sources, targets = [int(s) for s in sources], [int(t) for t in targets]
    widths, heights = _power_of_two_from(len(sources)), _power_of_two_from(len(targets))
    pairs = 1
    while 2 * pairs * p <= 112:
        pairs *= 2
    width = min(2 ** ((pairs.bit_length() - 1) // 2), widths)
    height = min(pairs // width, heights)
    width = min(pairs // height, widths)
    found = []
    for row, column in itertools.product(range(-(-len(targets) // height)), range(-(-len(sources) // width))):
        cell = -1
        for gap in geometric_gaps(p, seed, purpose, row, column):
            cell += 1 + gap
            if cell >= height * width:
                break
            t, s = row * height + cell // width, column * width + cell % width
            if t < len(targets) and s < len(sources):
                found.append((t, s))
    pairs = [(sources[s], targets[t]) for t, s in sorted(found)]
    both = set(sources) & set(targets)
    return [(s, t) for s, t in pairs if s != t and (multapses or s < t or not {s, t} <= both)]


def _power_of_two_from(n):
    return 2 ** (n - 1).bit_length()


def distance(a, b, period=None):
    """Distance of two points, the shortest way around if space repeats."""
    total = 0.0
    for axis, (x, y) in enumerate(zip(a, b, strict=True)):
        gap = abs(x - y)
        if period is not None:
            gap = min(gap % period[axis], period[axis] - gap % period[axis])
        total += gap * gap
    return math.sqrt(total)


def falloff(d, scale, form):
    """Relative probability at distance d."""
    if form == "lin":
        return max(1.0 - d / scale, 0.0)
    return math.exp(-d / scale) if form == "exp" else math.exp(-d * d / (2.0 * scale * scale))


def probabilities(source_points, target_points, scale, form, period=None):
    """Matrix of relative probabilities, one row for each target."""
    return np.array([[falloff(distance(s, t, period), scale, form) for s in source_points] for t in target_points])


def race_probabilities(weights, k):
    """Probability of each set of `k` items drawn one after the other in proportion to their weights."""
    sets = {}
    for order in itertools.permutations(range(len(weights)), k):
        p, left = 1.0, math.fsum(weights)
        for item in order:
            p *= weights[item] / left
            left -= weights[item]
        sets[frozenset(order)] = sets.get(frozenset(order), 0.0) + p
    return sets


def reciprocity(source, target):
    """Share of edges whose reverse is an edge."""
    edges = set(zip(source, target, strict=True))
    return sum((t, s) in edges for s, t in zip(source, target, strict=True)) / len(source)

"""Compiled draws of rows: the positions of the sources of each target, from that target's own stream.

A row may draw from the first `width` sources, without the positions that are forbidden to it (itself, or partners that it
has already). Word `j` of target `t` is one lane of Philox on the counter ``(t, block, DRAW, purpose)``.
"""

import numpy as np

from simcore.compile import compiled
from simcore.random import philox, unit_interval
from simcore.rules._discrete import binomial_value, hypergeometric_value, poisson_value

__all__ = [
    "SPLIT",
    "WORDS",
    "binomial_counts",
    "distinct_rows",
    "draw_distinct",
    "draw_repeated",
    "poisson_counts",
    "repeated_rows",
    "split_total",
    "split_totals",
]

DRAW = 0
COUNT = 1
SPLIT = 2
_LANES = 64
WORDS = 4 * _LANES
_FEW = 16
_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


@compiled
def _refill(words, target, block, purpose, k0, k1):
    """Four times `_LANES` fresh words of the stream of `target`; the trip count is constant so that the loop vectorises."""
    for q in range(_LANES):
        w0, w1, w2, w3 = philox(np.uint64(target), np.uint64(block + q), np.uint64(DRAW), purpose, k0, k1)
        words[q] = np.uint32(w0)
        words[q + _LANES] = np.uint32(w1)
        words[q + 2 * _LANES] = np.uint32(w2)
        words[q + 3 * _LANES] = np.uint32(w3)
    return block + _LANES


@compiled
def _refill_few(words, target, block, purpose, k0, k1):
    """The first `_FEW` of the words that `_refill` would give: enough for a row of few edges."""
    for q in range(_FEW):
        w0, _, _, _ = philox(np.uint64(target), np.uint64(block + q), np.uint64(DRAW), purpose, k0, k1)
        words[q] = np.uint32(w0)


@compiled
def _more(words, target, block, k, end, stream):
    """More words when those up to `end` are used, for a row of `k` edges: the next block, where to go on, and the new end."""
    purpose, k0, k1 = stream
    if end == 0 and 2 * k <= _FEW:
        _refill_few(words, target, block, purpose, k0, k1)
        return block, 0, _FEW
    return _refill(words, target, block, purpose, k0, k1), end % WORDS, WORDS


@compiled(forceinline=True)
def _biased(n):
    """Low halves of ``word * n`` below this would make some of the `n` outcomes likelier (Lemire 2019, doi:10.1145/3230636)."""
    return (np.uint64(0x100000000) - n) % n if n > np.uint64(0) else np.uint64(0)


@compiled
def _sparse_row(target, block, k, n, taken, words, stream, out):
    """Draw positions below `n` and drop those already taken, until `k` are found; `taken` is left as it was."""
    one = np.uint64(1)
    size = np.uint64(n)
    limit = _biased(size)
    at, end = np.int64(0), np.int64(0)
    c = np.int64(0)
    while c < k:
        if at == end:
            block, at, end = _more(words, target, block, k, end, stream)
        product = np.uint64(words[at]) * size
        at += 1
        s = np.int64(product >> _SHIFT)
        bit = one << np.uint64(s & 63)
        before = taken[s >> 6]
        fair = (product & _MASK) >= limit
        taken[s >> 6] = before | bit if fair else before
        out[c] = np.int32(s)
        c += np.int64(fair and before & bit == np.uint64(0))
    for c in range(k):
        taken[out[c] >> 6] &= ~(one << np.uint64(out[c] & 63))


@compiled
def _dense_row(target, block, k, n, taken, free, words, stream, out):
    """List the positions below `n` that are not taken and draw `k` of them by shuffling; all of them stay in order."""
    purpose, k0, k1 = stream
    one = np.uint64(1)
    allowed = np.int64(0)
    for s in range(n):
        free[allowed] = np.int32(s)
        allowed += np.int64((taken[s >> 6] >> np.uint64(s & 63)) & one == np.uint64(0))
    if k == allowed:
        for c in range(k):
            out[c] = free[c]
        return
    at = 4 * _LANES
    for c in range(k):
        left = np.uint64(allowed - c)
        limit = _biased(left)
        low, j = np.uint64(0), np.int64(0)
        drawn = False
        while not drawn:
            if at == 4 * _LANES:
                block = _refill(words, target, block, purpose, k0, k1)
                at = 0
            product = np.uint64(words[at]) * left
            at += 1
            low, j = product & _MASK, c + np.int64(product >> _SHIFT)
            drawn = low >= limit
        out[c] = free[j]
        free[j] = free[c]


@compiled
def draw_distinct(target, block, k, n, skip, taken, free, words, stream, out):
    """Draw `k` distinct positions below `n` that are not in `skip`, from the words of `target` from `block` on.

    ``taken`` (uint64, a bit a position, all clear), ``free`` (int32, n + 1) and ``words`` are room to work in.
    """
    one = np.uint64(1)
    left = n - skip.size
    for e in range(skip.size):
        taken[skip[e] >> 6] |= one << np.uint64(skip[e] & 63)
    if 2 * k <= left and 2 * left >= n:
        _sparse_row(target, block, k, n, taken, words, stream, out)
    elif k > 0:
        _dense_row(target, block, k, n, taken, free, words, stream, out)
    for e in range(skip.size):
        taken[skip[e] >> 6] = np.uint64(0)


@compiled
def draw_repeated(target, block, k, n, skip, words, stream, out):
    """Draw `k` independent positions below `n` that are not in `skip`, which ascends; arguments as `draw_distinct`."""
    size = np.uint64(n - skip.size)
    limit = _biased(size)
    at, end = np.int64(0), np.int64(0)
    c = np.int64(0)
    while c < k:
        if at == end:
            block, at, end = _more(words, target, block, k, end, stream)
        product = np.uint64(words[at]) * size
        at += 1
        if (product & _MASK) >= limit:
            s = np.int32(product >> _SHIFT)
            for e in range(skip.size):
                s += np.int32(s >= skip[e])
            out[c] = s
            c += 1


@compiled
def distinct_rows(first, counts, allowed, stream, out):
    """Fill each row with that many distinct positions, all sets being equally likely.

    Parameters
    ----------
    first : int
        Position of the first row's target: the stream's number.
    counts : ndarray of int64, shape (rows,)
        Positions wanted by each row, at most those that it may draw.
    allowed : tuple of ndarray
        ``widths`` (int64, shape (rows,)), ``skip_start`` (int64, shape (rows + 1,)) and ``skip`` (int32): row r draws from the
        positions below ``widths[r]``, without the distinct ones in ``skip[skip_start[r]:skip_start[r + 1]]``.
    stream : tuple of uint64
        ``purpose, k0, k1``.
    out : ndarray of int32, shape (counts.sum(),)
    """
    widths, skip_start, skip = allowed
    widest = np.int64(0)
    for r in range(counts.size):
        widest = max(widest, widths[r])
    taken = np.zeros((widest + 63) >> 6, np.uint64)
    free = np.empty(widest + 1, np.int32)
    words = np.empty(WORDS, np.uint32)
    begin = np.int64(0)
    for r in range(counts.size):
        own, row = skip[skip_start[r] : skip_start[r + 1]], out[begin : begin + counts[r]]
        draw_distinct(first + r, np.int64(0), counts[r], widths[r], own, taken, free, words, stream, row)
        begin += counts[r]


@compiled
def repeated_rows(first, counts, allowed, stream, out):
    """Fill each row with that many independent, uniform positions; arguments as `distinct_rows`, `skip` ascending in a row."""
    widths, skip_start, skip = allowed
    words = np.empty(WORDS, np.uint32)
    begin = np.int64(0)
    for r in range(counts.size):
        own, row = skip[skip_start[r] : skip_start[r + 1]], out[begin : begin + counts[r]]
        draw_repeated(first + r, np.int64(0), counts[r], widths[r], own, words, stream, row)
        begin += counts[r]


@compiled
def binomial_counts(first, available, p, stream, out):
    """Draw for each row how many of its `available` pairs are edges when each is one with the row's probability in `p`."""
    purpose, k0, k1 = stream
    for r in range(available.size):
        w0, w1, _, _ = philox(np.uint64(first + r), np.uint64(0), np.uint64(COUNT), purpose, k0, k1)
        out[r] = binomial_value(unit_interval(w0, w1), available[r], p[r])


@compiled
def poisson_counts(first, available, mean, stream, out):
    """Draw for each row the sum of the Poisson numbers, of the given mean, of its `available` pairs."""
    purpose, k0, k1 = stream
    for r in range(available.size):
        w0, w1, _, _ = philox(np.uint64(first + r), np.uint64(0), np.uint64(COUNT), purpose, k0, k1)
        out[r] = poisson_value(unit_interval(w0, w1), mean * available[r])


@compiled
def split_total(total, block, before, distinct, span, stream, out):
    """Share `total` edges among a block of rows, of which ``[first, last)`` are wanted, as uniform draws from all pairs would.

    The rows are halved again and again; each half's number is one hypergeometric (`distinct`) or binomial draw, whose stream
    belongs to the place of the cut. Halves without wanted rows are not followed.

    Parameters
    ----------
    total : int
    block : tuple of int
        First of the rows that share, and the one after the last.
    before : ndarray of int64, shape (all rows + 1,)
        Cumulative number of pairs before each row.
    distinct : bool
        Whether a pair can be drawn once only.
    span : tuple of int
        ``first, last``.
    stream : tuple of uint64
        ``purpose, k0, k1``.
    out : ndarray of int64, shape (last - first,)
    """
    first, last = span
    purpose, k0, k1 = stream
    stack = np.empty((128, 3), np.int64)
    stack[0, 0], stack[0, 1] = block
    stack[0, 2] = total
    depth = 1
    while depth > 0:
        depth -= 1
        a, b, number = stack[depth, 0], stack[depth, 1], stack[depth, 2]
        if b <= first or a >= last:
            continue
        if b - a == 1:
            out[a - first] = number
            continue
        middle = (a + b) // 2
        w0, w1, _, _ = philox(np.uint64(middle), np.uint64(0), np.uint64(SPLIT), purpose, k0, k1)
        left, right = before[middle] - before[a], before[b] - before[middle]
        if distinct:
            share = hypergeometric_value(unit_interval(w0, w1), number, left, right)
        else:
            p = np.float64(left) / np.float64(left + right) if left + right > 0 else 0.0
            share = binomial_value(unit_interval(w0, w1), number, p)
        stack[depth, 0], stack[depth, 1], stack[depth, 2] = a, middle, share
        stack[depth + 1, 0], stack[depth + 1, 1], stack[depth + 1, 2] = middle, b, number - share
        depth += 2


@compiled
def split_totals(totals, begins, before, distinct, stream, out):
    """Share ``totals[i]`` edges among the rows from ``begins[i]`` to ``begins[i + 1]``, for each block; see `split_total`."""
    for i in range(totals.size):
        block = (begins[i], begins[i + 1])
        split_total(totals[i], block, before, distinct, block, stream, out[block[0] : block[1]])

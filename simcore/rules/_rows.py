"""Compiled draws of rows: the positions of the sources of each target, from that target's own stream.

A row may draw from the first `width` sources, without the positions that are forbidden to it (itself, or partners that it
has already). Word `j` of target `t` is one lane of Philox on the counter ``(t, block, DRAW, purpose)``.
"""

import numpy as np

from simcore.compile import compiled
from simcore.random import philox, unit_interval
from simcore.rules._discrete import binomial_value, hypergeometric_value

__all__ = ["binomial_counts", "distinct_rows", "repeated_rows", "split_total"]

DRAW = 0
COUNT = 1
SPLIT = 2
_LANES = 64


@compiled(forceinline=True)
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
def distinct_rows(first, counts, widths, skip_start, skip, purpose, k0, k1, out):
    """Fill each row with that many distinct positions, all sets being equally likely.

    Parameters
    ----------
    first : int
        Position of the first row's target: the stream's number.
    counts : ndarray of int64, shape (rows,)
        Positions wanted by each row, at most those that it may draw.
    widths : ndarray of int64, shape (rows,)
        A row draws from positions below this.
    skip_start : ndarray of int64, shape (rows + 1,)
    skip : ndarray of int32
        ``skip[skip_start[r]:skip_start[r + 1]]`` are the positions, below the width and distinct, forbidden to row r.
    purpose, k0, k1 : uint64
    out : ndarray of int32, shape (counts.sum(),)
    """
    mask = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    one = np.uint64(1)
    widest = np.int64(0)
    for r in range(counts.size):
        widest = max(widest, widths[r])
    taken = np.zeros((widest + 63) >> 6, np.uint64)
    free = np.empty(0, np.int32)
    words = np.empty(4 * _LANES, np.uint32)
    begin = np.int64(0)
    for r in range(counts.size):
        n = widths[r]
        k = counts[r]
        e0 = skip_start[r]
        e1 = skip_start[r + 1]
        allowed = n - (e1 - e0)
        for e in range(e0, e1):
            taken[skip[e] >> 6] |= one << np.uint64(skip[e] & 63)
        block = np.int64(0)
        at = 4 * _LANES
        if 2 * k <= allowed and 2 * allowed >= n:
            # Sparse: draw positions and drop those already taken.
            limit = (np.uint64(0x100000000) - np.uint64(n)) % np.uint64(n) if n > 0 else np.uint64(0)
            c = np.int64(0)
            while c < k:
                if at == 4 * _LANES:
                    block = _refill(words, first + r, block, purpose, k0, k1)
                    at = 0
                product = np.uint64(words[at]) * np.uint64(n)
                at += 1
                s = np.int64(product >> shift)
                bit = one << np.uint64(s & 63)
                fresh = (taken[s >> 6] & bit) == np.uint64(0) and (product & mask) >= limit
                if fresh:
                    taken[s >> 6] |= bit
                    out[begin + c] = np.int32(s)
                    c += 1
            for c in range(k):
                taken[out[begin + c] >> 6] = np.uint64(0)
        else:
            # Dense: list what is allowed and shuffle its beginning; all of it stays in order.
            if free.size < n:
                free = np.empty(widest, np.int32)
            m = np.int64(0)
            for s in range(n):
                free[m] = np.int32(s)
                m += np.int64((taken[s >> 6] >> np.uint64(s & 63)) & one == np.uint64(0))
            for c in range(k):
                if k < allowed:
                    left = np.uint64(allowed - c)
                    limit = (np.uint64(0x100000000) - left) % left
                    low = np.uint64(0)
                    j = np.int64(0)
                    drawn = False
                    while not drawn:
                        if at == 4 * _LANES:
                            block = _refill(words, first + r, block, purpose, k0, k1)
                            at = 0
                        product = np.uint64(words[at]) * left
                        at += 1
                        low = product & mask
                        j = c + np.int64(product >> shift)
                        drawn = low >= limit
                    chosen = free[j]
                    free[j] = free[c]
                    free[c] = chosen
                out[begin + c] = free[c]
        for e in range(e0, e1):
            taken[skip[e] >> 6] = np.uint64(0)
        begin += k


@compiled
def repeated_rows(first, counts, widths, skip_start, skip, purpose, k0, k1, out):
    """Fill each row with that many independent, uniform positions; arguments as `distinct_rows`, `skip` ascending in a row."""
    mask = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    words = np.empty(4 * _LANES, np.uint32)
    begin = np.int64(0)
    for r in range(counts.size):
        n = np.uint64(widths[r] - (skip_start[r + 1] - skip_start[r]))
        limit = (np.uint64(0x100000000) - n) % n if n > np.uint64(0) else np.uint64(0)
        block = np.int64(0)
        at = 4 * _LANES
        c = np.int64(0)
        while c < counts[r]:
            if at == 4 * _LANES:
                block = _refill(words, first + r, block, purpose, k0, k1)
                at = 0
            product = np.uint64(words[at]) * n
            at += 1
            if (product & mask) >= limit:
                s = np.int32(product >> shift)
                for e in range(skip_start[r], skip_start[r + 1]):
                    s += np.int32(s >= skip[e])
                out[begin + c] = s
                c += 1
        begin += counts[r]


@compiled
def binomial_counts(first, available, p, purpose, k0, k1, out):
    """Draw for each row how many of its `available` pairs are edges when each is one with probability `p`."""
    for r in range(available.size):
        w0, w1, _, _ = philox(np.uint64(first + r), np.uint64(0), np.uint64(COUNT), purpose, k0, k1)
        out[r] = binomial_value(unit_interval(w0, w1), available[r], p)


@compiled
def split_total(total, before, distinct, first, last, purpose, k0, k1, out):
    """Share `total` edges among rows, of which ``[first, last)`` are wanted, as uniform draws from all pairs would.

    The rows are halved again and again; each half's number is one hypergeometric (`distinct`) or binomial draw, whose stream
    belongs to the place of the cut. Halves without wanted rows are not followed.

    Parameters
    ----------
    total : int
    before : ndarray of int64, shape (all rows + 1,)
        Cumulative number of pairs before each row.
    distinct : bool
        Whether a pair can be drawn once only.
    first, last : int
    purpose, k0, k1 : uint64
    out : ndarray of int64, shape (last - first,)
    """
    stack = np.empty((128, 3), np.int64)
    stack[0, 0] = 0
    stack[0, 1] = before.size - 1
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

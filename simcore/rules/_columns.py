"""Compiled draws of columns: the targets of each source, for any slice of the targets without the others.

The targets are cut into tiles. A source's edges are shared among the tiles by halving them again and again, with one
hypergeometric (distinct targets) or binomial number for each cut, and are then drawn inside each tile. Every cut and every tile
of a source has a stream of its own, so that slices agree and the total is exact.
"""

import math

import numpy as np

from simcore.compile import compiled
from simcore.random import philox, unit_interval
from simcore.rules._discrete import binomial_value, hypergeometric_value
from simcore.rules._rows import SPLIT, WORDS, draw_distinct, draw_repeated

__all__ = ["draw_columns", "tile_size"]

# Edges of a source in a tile, about; tiles, at most, and the blocks of random words that each may use.
_A_TILE = 32
_MOST_TILES = 1 << 16
_BLOCKS = 1 << 16


def tile_size(n_targets: int, outdegree: int) -> int:
    """Targets in a tile, so that a source has a few dozen edges in each."""
    tiles = min(max(1, outdegree // _A_TILE), n_targets, _MOST_TILES)
    return math.ceil(n_targets / tiles)


@compiled
def draw_columns(outdegrees, own, shape, distinct, stream, cursor, out):
    """Count the edges of each target of a slice, or with room in `out` write their sources.

    Parameters
    ----------
    outdegrees : ndarray of int64, shape (n_sources,)
    own : ndarray of int64, shape (n_sources,)
        The target that a source may not draw, or -1.
    shape : tuple of int
        Number of targets, targets in a tile, first target of the slice, and target after its last.
    distinct : bool
        Whether a source may draw a target once only.
    stream : tuple of uint64
        ``purpose, k0, k1``.
    cursor : ndarray of int64, shape (last - first,)
        Where each target's next source goes; moved on by its edges.
    out : ndarray of int32
        Sources; empty to count only.
    """
    n_targets, tile, first, last = shape
    n_tiles = (n_targets + tile - 1) // tile
    purpose, k0, k1 = stream
    stack = np.empty((128, 3), np.int64)
    taken = np.zeros((tile + 63) >> 6, np.uint64)
    free = np.empty(tile + 1, np.int32)
    words = np.empty(WORDS, np.uint32)
    skip = np.empty(1, np.int32)
    drawn = np.empty(1024, np.int32)
    for source in range(outdegrees.size):
        stack[0, 0], stack[0, 1], stack[0, 2] = 0, n_tiles, outdegrees[source]
        depth = 1
        while depth > 0:
            depth -= 1
            a, b, number = stack[depth, 0], stack[depth, 1], stack[depth, 2]
            if number == 0 or b * tile <= first or a * tile >= last:
                continue
            start = a * tile
            if b - a > 1:
                middle = (a + b) // 2
                left = _available(start, middle * tile, own[source])
                right = _available(middle * tile, min(b * tile, n_targets), own[source])
                w0, w1, _, _ = philox(np.uint64(source), np.uint64(middle), np.uint64(SPLIT), purpose, k0, k1)
                if distinct:
                    share = hypergeometric_value(unit_interval(w0, w1), number, left, right)
                else:
                    share = binomial_value(unit_interval(w0, w1), number, np.float64(left) / np.float64(left + right))
                stack[depth, 0], stack[depth, 1], stack[depth, 2] = a, middle, share
                stack[depth + 1, 0], stack[depth + 1, 1], stack[depth + 1, 2] = middle, b, number - share
                depth += 2
                continue
            width = min(tile, n_targets - start)
            n_skip = np.int64(start <= own[source] < start + width)
            skip[0] = own[source] - start
            if drawn.size < number:
                drawn = np.empty(2 * number, np.int32)
            block = a * _BLOCKS
            if distinct:
                draw_distinct(source, block, number, width, skip[:n_skip], taken, free, words, stream, drawn[:number])
            else:
                draw_repeated(source, block, number, width, skip[:n_skip], words, stream, drawn[:number])
            for e in range(number):
                t = start + drawn[e] - first
                if 0 <= t < last - first:
                    if out.size > 0:
                        out[cursor[t]] = source
                    cursor[t] += 1


@compiled(forceinline=True)
def _available(start, end, own):
    return end - start - np.int64(start <= own < end)

"""Compiled independent pairs: the partners of any slice of the rows, or of the columns, of a matrix of coin tosses.

The matrix of targets (rows) and sources (columns) is cut into tiles, each with a stream of its own, so that whoever asks for
rows and whoever asks for columns toss the same coins. Inside a tile, the gaps from one edge to the next are geometric numbers
(Batagelj & Brandes 2005, doi:10.1103/PhysRevE.71.036113): the cost is that of the edges, not of the pairs.
"""

import math
from decimal import Decimal, localcontext

import numpy as np

from simcore.compile import compiled
from simcore.fastmath import log
from simcore.random import philox, unit_interval

__all__ = ["draw_tiles", "gap_scale", "tile_bits"]

# Blocks of random words, of two gaps each, that are made at once; a tile has so few edges on average that they are enough.
_LANES = 64
_GAPS = 2 * _LANES
_EDGES = 112
_FAR = 2.0**61


def gap_scale(p: float) -> float:
    """What turns the logarithm of a uniform number into the pairs between two edges of probability `p`.

    Examples
    --------
    >>> gap_scale(0.0), gap_scale(0.75), gap_scale(1.0)
    (-inf, -0.7213475204444817, 0.0)
    """
    if p == 0.0 or p == 1.0:
        return -math.inf if p == 0.0 else 0.0
    if p < 2.0**-53:
        return -1.0 / p
    # Not `math.log1p`, whose last bit depends on the machine.
    with localcontext(prec=50):
        return float(1 / (1 - Decimal(p)).ln())


def tile_bits(n_rows: int, n_columns: int, p: float) -> tuple[int, int]:
    """Rows and columns of a tile, as powers of two: few edges on average, and hardly more pairs than there are.

    Examples
    --------
    >>> tile_bits(1000, 1000, 1e-3), tile_bits(1000, 2, 1e-3), tile_bits(1000, 1000, 1.0)
    ((8, 8), (10, 1), (3, 3))
    """
    bits = 62 if p * 2.0**62 <= _EDGES else math.frexp(_EDGES / p)[1] - 1
    column_bits = min(bits // 2, (n_columns - 1).bit_length())
    row_bits = min(bits - column_bits, (n_rows - 1).bit_length())
    return row_bits, min(bits - row_bits, (n_columns - 1).bit_length())


@compiled
def _refill(row, column, block, scale, stream, gaps):
    """The next gaps of a tile, at their place in `gaps`; the trip counts are constant so that the loops vectorise."""
    purpose, k0, k1 = stream
    u = np.empty(_GAPS)
    for q in range(_LANES):
        w0, w1, w2, w3 = philox(np.uint64(row), np.uint64(column), np.uint64(block + q), purpose, k0, k1)
        u[q] = unit_interval(w0, w1)
        u[q + _LANES] = unit_interval(w2, w3)
    for k in range(_GAPS):
        gaps[k] = np.int64(min(log(u[k]) * scale, _FAR))
    return block + _LANES


@compiled
def _draw_tile(place, nodes, scale, by_column, stream, gaps, first, cursor, out):
    """Count or write the partners in one tile of the rows (or columns) from `first` on."""
    row, column, row_bits, column_bits = place
    sources, targets, also_target, also_source = nodes
    cell, end = np.int64(-1), np.int64(1) << (row_bits + column_bits)
    block, at = np.int64(0), gaps.size
    while True:
        if at == gaps.size:
            block, at = _refill(row, column, block, scale, stream, gaps), 0
        cell += 1 + gaps[at]
        at += 1
        if cell >= end:
            return
        t = (row << row_bits) + (cell >> column_bits)
        s = (column << column_bits) + (cell & ((np.int64(1) << column_bits) - 1))
        if t >= targets.size or s >= sources.size or sources[s] == targets[t]:
            continue
        if sources[s] > targets[t] and also_target[s] and also_source[t]:
            continue
        mine, partner = (s, t) if by_column else (t, s)
        if first <= mine < first + cursor.size:
            if out.size > 0:
                out[cursor[mine - first]] = partner
            cursor[mine - first] += 1


@compiled
def draw_tiles(first, by_column, nodes, shape, stream, cursor, out):
    """Count the partners of some rows or columns, or with room in `out` write them in ascending order.

    Parameters
    ----------
    first : int
        First row, or column, that is wanted; as many as `cursor` has follow.
    by_column : bool
        Whether columns are wanted.
    nodes : tuple of ndarray
        ``sources, targets``: the nodes of the columns and rows; ``also_target, also_source`` (bool): which of them are on the
        other side too. Of two pairs of the same nodes in either order, only that with the greater target counts.
    shape : tuple
        Number of bits of a tile's rows and columns, what `gap_scale` gives, and whether only pairs with a row above the column
        count.
    stream : tuple of uint64
        ``purpose, k0, k1``.
    cursor : ndarray of int64
        Where the next partner of each row or column goes; moved on by its edges.
    out : ndarray of int32
        Partners; empty to count only.
    """
    row_bits, column_bits, scale, is_triangle = shape
    gaps = np.empty(_GAPS, np.int64)
    along, across = (column_bits, row_bits) if by_column else (row_bits, column_bits)
    n_across = (((nodes[1].size if by_column else nodes[0].size) - 1) >> across) + 1
    for a in range(first >> along, ((first + cursor.size - 1) >> along) + 1):
        for b in range(n_across):
            row, column = (b, a) if by_column else (a, b)
            if is_triangle and (column << column_bits) >= ((row + 1) << row_bits) - 1:
                continue
            place = (row, column, row_bits, column_bits)
            _draw_tile(place, nodes, scale, by_column, stream, gaps, first, cursor, out)

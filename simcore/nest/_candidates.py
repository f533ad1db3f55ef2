"""Pairs of nodes that a rule may connect, looked at in chunks that stay small."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from simcore.nest._layers import Layer
from simcore.nest._masks import GridMask, Mask, inside_periodic, search_box
from simcore.nest._where import Stream, Where

__all__ = ["Ends", "PairsOfNodes", "Partners"]

# Pairs that are looked at together: their arrays stay in the cache.
_CHUNK = 1 << 15


@dataclass(frozen=True, eq=False)
class Ends:
    """Nodes at one end of connections.

    Parameters
    ----------
    ids : ndarray of int64, shape (n,)
    layer : Layer or None
        Their positions, in the order of `ids`.
    """

    ids: np.ndarray
    layer: Layer | None = None

    @cached_property
    def columns(self) -> np.ndarray:
        """Coordinates one after the other; shape (d, n)."""
        assert self.layer is not None
        return np.ascontiguousarray(self.layer.positions.T)


class PairsOfNodes(Where):
    """Pairs of nodes, one of which looks for partners; positions and ways are computed when they are asked for.

    Parameters
    ----------
    partners : Partners
    rows, columns : ndarray of int64, shape (n,)
        Numbers of the node that looks and of the other.
    turn : int
        How often redrawn.
    """

    partners: "Partners"
    rows: np.ndarray
    columns: np.ndarray

    def __init__(self, partners: "Partners", rows: np.ndarray, columns: np.ndarray, turn: int = 0) -> None:
        super().__init__(len(rows), partners.stream, turn=turn)
        self.__dict__.update(partners=partners, rows=rows, columns=columns)

    def take(self, rows: Any) -> "PairsOfNodes":
        return PairsOfNodes(self.partners, self.rows[rows], self.columns[rows], self.turn)

    def redrawn(self, turn: int, turns: int) -> "PairsOfNodes":
        return PairsOfNodes(self.partners, self.rows, self.columns, self.turn * (turns + 1) + turn)

    def kept(self, chosen: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Rows and columns of the chosen pairs, or of all."""
        return (self.rows, self.columns) if chosen is None else (self.rows[chosen], self.columns[chosen])

    def of_rows(self, values: np.ndarray) -> np.ndarray:
        """For each pair the value of the node that looks; goes together with `of_columns`."""
        return values[self.rows]

    def of_columns(self, values: np.ndarray) -> np.ndarray:
        """For each pair the value of the other node."""
        return values[self.columns]

    def flat(self, values: np.ndarray) -> np.ndarray:
        """Values of all pairs, shape (n,), from what was computed with `of_rows` and `of_columns`."""
        return values

    def _ids(self) -> np.ndarray:
        if "_keys" not in self.__dict__:
            upper, lower = (len(ends.ids) for ends in (self.partners.own, self.partners.others))
            rows, columns = self.of_rows(np.arange(upper)), self.of_columns(np.arange(lower))
            source, target = (rows, columns) if self.partners.looks_as_source else (columns, rows)
            self.__dict__["_keys"] = self.flat((target << 32) | source)
        return self.__dict__["_keys"]

    def place(self, name: str, axis: int) -> np.ndarray:
        looks = name == ("sources" if self.partners.looks_as_source else "targets")
        ends = self.partners.own if looks else self.partners.others
        if name == "positions" or ends.layer is None or axis >= ends.layer.n_dimensions:
            return super().place(name, axis)  # which says what is wrong
        column = ends.columns[axis]
        return column[self.rows if looks else self.columns]

    def distance(self) -> np.ndarray:
        square = self._way(0)
        square *= square
        for axis in range(1, self._n_axes()):
            way = self._way(axis)
            way *= way
            square += way
        return np.sqrt(square, out=square)

    def component(self, axis: int) -> np.ndarray:
        if axis >= self._n_axes():
            self.refuse_axis(axis, self._n_axes())
        return np.abs(self._way(axis))

    def _n_axes(self) -> int:
        if self.partners.own.layer is None or self.partners.others.layer is None:
            super().distance()  # which says what is wrong
        return self.partners.others.layer.n_dimensions  # type: ignore[union-attr]

    def _way(self, axis: int) -> np.ndarray:
        """The shortest way along one axis."""
        self._n_axes()
        way = self.flat(self.of_columns(self.partners.others.columns[axis]) - self.of_rows(self.partners.own.columns[axis]))
        layer = self.partners.others.layer
        if layer is not None and layer.edge_wrap:
            length = layer.extent[axis]
            way -= length * np.floor(way / length + 0.5)
        return way


class BlockOfNodes(PairsOfNodes):
    """All pairs of a slice of nodes with all others, computed without lists of the pairs."""

    def __init__(self, partners: "Partners", chunk: slice, turn: int = 0) -> None:
        Where.__init__(self, (chunk.stop - chunk.start) * len(partners.others.ids), partners.stream, turn=turn)
        self.__dict__.update(partners=partners, chunk=chunk)

    @cached_property
    def rows(self) -> np.ndarray:  # type: ignore[override]
        return np.repeat(np.arange(self.chunk.start, self.chunk.stop), len(self.partners.others.ids))

    @cached_property
    def columns(self) -> np.ndarray:  # type: ignore[override]
        return np.tile(np.arange(len(self.partners.others.ids)), self.chunk.stop - self.chunk.start)

    chunk: slice

    def redrawn(self, turn: int, turns: int) -> "BlockOfNodes":
        return BlockOfNodes(self.partners, self.chunk, self.turn * (turns + 1) + turn)

    def kept(self, chosen: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        if chosen is None:
            return self.rows, self.columns
        rows, columns = np.divmod(np.flatnonzero(chosen), len(self.partners.others.ids))
        return rows + self.chunk.start, columns

    def of_rows(self, values: np.ndarray) -> np.ndarray:
        return values[self.chunk, None]

    def of_columns(self, values: np.ndarray) -> np.ndarray:
        return values[None, :]

    def flat(self, values: np.ndarray) -> np.ndarray:
        return values.reshape(-1)


class Partners:
    """Nodes that look for partners, and where they find them.

    Parameters
    ----------
    own, others : Ends
        Who looks, and who is looked for.
    mask : Mask or None
        Where, seen from who looks.
    looks_as_source : bool
    allow_autapses : bool
        Whether a node may find itself.
    stream : Stream
    """

    def __init__(
        self, own: Ends, others: Ends, mask: Mask | None, looks_as_source: bool, allow_autapses: bool, stream: Stream
    ) -> None:
        self.own, self.others, self.mask, self.stream = own, others, mask, stream
        self.looks_as_source = looks_as_source
        self._finds_itself = allow_autapses or not np.intersect1d(own.ids, others.ids).size
        self._box = None if mask is None else _Search(own, others, mask)

    def in_chunks(self, draw: Callable[[slice], Any]) -> list[Any]:
        """What a function gives for one chunk of nodes after the other."""
        from simcore.compile import run_parallel

        n = len(self.own.ids)
        counts = np.full(n, len(self.others.ids)) if self._box is None else self._box.counts
        return run_parallel([partial(draw, chunk) for chunk in _chunks(counts)])

    def pairs(self, chunk: slice) -> PairsOfNodes:
        """All pairs of a chunk of nodes that the mask allows, node after node."""
        block = BlockOfNodes(self, chunk)
        if self._box is None and self._finds_itself:
            return block
        rows, columns = (block.rows, block.columns) if self._box is None else self._box.find(chunk)
        if not self._finds_itself:
            other = self.own.ids[rows] != self.others.ids[columns]
            rows, columns = rows[other], columns[other]
        return PairsOfNodes(self, rows, columns)

    def uniforms(self, pairs: PairsOfNodes) -> np.ndarray:
        """The uniform number of each pair that decides whether it is connected."""
        from simcore.random import uniforms

        return uniforms(self.stream.key, self.stream.purpose, pairs._ids())


class _Search:
    """Search inside a mask: first in the box around it, then exactly."""

    def __init__(self, own: Ends, others: Ends, mask: Mask) -> None:
        from simcore.nest._pairs import count_near, in_three, sort_into_cells

        pool, places = others.layer, own.layer
        assert pool is not None and places is not None
        points, seen, sides, corner = pool.positions, places.positions, pool.extent, pool.lower_left
        if isinstance(mask, GridMask):
            assert pool.cells is not None and pool.shape is not None
            points, seen = pool.cells.astype(np.float64), pool.cell_of(places.positions).astype(np.float64)
            sides, corner, mask = np.array(pool.shape, dtype=np.float64), np.full(pool.n_dimensions, -0.5), mask.in_cells()
        self._mask, self._period = mask, sides if pool.edge_wrap else None
        low, high = search_box(mask, sides)
        self._is_small = self._period is None or bool((high - low < sides).all())
        if not self._is_small:
            # Several images of a node may lie in the box: all are looked at.
            low, high = -sides, sides
        self._n_dimensions = pool.n_dimensions
        self._cells = sort_into_cells(points, high - low, self._period, corner if pool.edge_wrap else points.min(axis=0))
        self._low, self._high, self._seen = in_three(low, -1.0), in_three(high, 1.0), in_three(seen)
        self.counts = np.empty(len(seen), dtype=np.int64)
        count_near(self._seen, self._low, self._high, self._cells, self.counts)

    def find(self, chunk: slice) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the nodes of a chunk and of those inside the mask around them."""
        from simcore.nest._pairs import find_near

        most = int(self.counts[chunk].sum())
        rows, columns, ways = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64), np.empty((most, 3))
        n = find_near(self._seen[chunk], self._low, self._high, self._cells, chunk.start, rows, columns, ways)
        own = ways[:n, : self._n_dimensions]
        if self._is_small or self._period is None:
            inside = self._mask.inside(own)
        else:
            inside = inside_periodic(self._mask, own, self._period)
        return rows[:n][inside], columns[:n][inside]


def _chunks(counts: np.ndarray) -> list[slice]:
    """Slices of consecutive nodes that have at most so many candidates together as are looked at, or are single."""
    ends, borders = np.cumsum(counts), [0]
    while borders[-1] < len(counts):
        before = ends[borders[-1] - 1] if borders[-1] else 0
        borders.append(max(int(np.searchsorted(ends, before + _CHUNK, side="right")), borders[-1] + 1))
    return [slice(a, b) for a, b in itertools.pairwise(borders)]

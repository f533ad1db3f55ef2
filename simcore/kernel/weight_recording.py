"""Weights that synapses send, written down by the delivery kernels: which synapses, room for rows, and what the rows mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simcore.description import Projection
from simcore.kernel.connectivity import Synapses
from simcore.kernel.layout import Record
from simcore.kernel.places import places

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["ROW", "WeightRecord", "WeightRequest", "watched_synapses"]

# Rows for which there is room at first, and as far as room doubles each time that it is full.
_ROWS = 1 << 12
_MOST_ROWS = 1 << 18

# A spike that a synapse transmitted.
ROW = np.dtype(
    [
        ("step", np.int64),
        ("projection", np.int32),
        ("edge", np.int64),
        ("source", np.int32),
        ("target", np.int32),
        ("weight", float),
    ]
)


@dataclass(eq=False)
class WeightRequest:
    """Edges of some projections between some nodes (bool, shape (n,), or None for all) whose weights are wanted."""

    projections: Sequence[Projection]
    sources: np.ndarray | None
    targets: np.ndarray | None


class WeightRecord:
    """What is written down of one pathway in one block.

    Parameters
    ----------
    synapses : Synapses
    edges : ndarray of `ROW`
        What is known of each recorded synapse: projection, number in it, source, target; and its weight.
    where : ndarray of int64
        Positions of these synapses; ascending.
    """

    def __init__(self, synapses: Synapses, edges: np.ndarray, where: np.ndarray) -> None:
        self._edges, self._where = edges, where
        starts = np.repeat(synapses.base[:-1], np.diff(synapses.run_first)) + synapses.run_end
        self._delays = synapses.run_delay[np.searchsorted(starts, where, side="right")].astype(np.int64)
        self._mask, self._weights = np.zeros(synapses.n_synapses, dtype=np.uint8), np.zeros(0)
        self._mask[where] = 1
        if synapses.plan.counts and not synapses.plan.synapse.is_plastic:
            self._weights = np.ones(synapses.n_synapses)
            self._weights[where] = edges["weight"]
        self.table, self._rows = np.zeros(Record.WORDS, dtype=np.int64), []
        scale = 1.0 if self._weights.size else synapses.plan.stored_scale
        self.table[Record.SCALE] = np.float64(scale).view(np.int64)
        self.make_room(_ROWS)

    def make_room(self, n_rows: int) -> None:
        """Take the rows out, and have room for some number of them."""
        n = int(self.table[Record.N_ROWS])
        if n:
            at = np.searchsorted(self._where, self._columns[0][:n])
            rows = self._edges[at]
            rows["step"], rows["weight"] = self._columns[1][:n] - self._delays[at], self._columns[2][:n]
            self._rows.append(rows)
        before = int(self.table[Record.CAPACITY])
        capacity = max(before, min(2 * before, _MOST_ROWS) if n_rows else 0, n_rows)
        if capacity > before:
            self._columns = np.empty(capacity, dtype=np.int64), np.empty(capacity, dtype=np.int64), np.empty(capacity)
        words = {Record.N_ROWS: 0, Record.CAPACITY: capacity}
        arrays = [*self._columns, self._mask, self._weights]
        for word, array in zip(range(Record.SYNAPSES_AT, Record.WEIGHTS_AT + 1), arrays, strict=True):
            self.table[word] = array.ctypes.data
        for word, value in words.items():
            self.table[word] = value

    def empty(self, synapses: Synapses) -> "WeightRecord":
        """A record of the same synapses without rows."""
        return WeightRecord(synapses, self._edges, self._where)

    def take(self) -> np.ndarray:
        """The rows since the last call, of each synapse in the order of delivery; ndarray of `ROW`."""
        self.make_room(0)
        rows = np.concatenate([*self._rows, np.empty(0, dtype=ROW)])
        self._rows = []
        return rows


def watched_synapses(engine: "Engine", requests: Sequence[WeightRequest]) -> dict[int, WeightRecord]:
    """A record for each pathway, by its identity, that has edges of some requests."""
    found: dict[int, tuple[Synapses, list[tuple[np.ndarray, np.ndarray]]]] = {}
    for request in requests:
        stored = [p for p in request.projections if engine.stores(p)]
        for block in engine.blocks if stored else ():
            for projection, synapses, batch, where in places(
                engine, block, stored, sources=request.sources, targets=request.targets
            ):
                edges = np.empty(where.size, dtype=ROW)
                edges["projection"], edges["edge"] = projection.index, batch.numbers
                edges["source"], edges["target"], edges["weight"] = batch.sources, batch.targets, batch.weights
                found.setdefault(id(synapses), (synapses, []))[1].append((where, edges))
    records = {}
    for key, (synapses, parts) in found.items():
        # Edges may be wanted by several requests.
        where, first = np.unique(np.concatenate([w for w, _ in parts]), return_index=True)
        records[key] = WeightRecord(synapses, np.concatenate([e for _, e in parts])[first], where)
    return records

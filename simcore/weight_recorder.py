"""WeightRecorder: the weights that synapses send, spike by spike."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from simcore.contents import Contents

__all__ = ["WeightRecorder", "rows_of"]


class WeightRecorder:
    """Weights that edges of some projections sent, one row for each spike that arrived at a target.

    Rows are sorted by ``times`` (of the spike of the source, in ms), then projection, then edge.

    Parameters
    ----------
    simulation : Simulation
    projections : array_like of int
        Positions in ``simulation.projections``.
    sources, targets : ndarray of int64, optional
        Numbers of the nodes between which edges are recorded; all if None.
    start, stop : int
        Spikes after `start` and not after `stop`, in steps, are kept.
    since : int
        Step at which it was made, or a little before: it holds no spikes that were emitted earlier.
    """

    def __init__(
        self, simulation: "Contents", projections: Any, *, sources: np.ndarray | None = None,
        targets: np.ndarray | None = None, start: int, stop: int, since: int = 0,
    ) -> None:  # fmt: skip
        # What it needs when the simulation is closed or gone.
        self._grid, self._ids = simulation.grid, simulation.ids_of(np.arange(simulation.n_nodes))
        self.numbers = np.unique(np.asarray(projections, dtype=np.int64))
        # By numbers and names the ranks see whether they record the same.
        self.names = ("projections", sources, targets)
        self.start, self.stop, self.since = start, stop, since
        self._pieces: list[np.ndarray] = []
        self._is_sorted = False

    @property
    def ends(self) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Numbers of the nodes that send, and that receive; None for all."""
        return self.names[1], self.names[2]

    def request(self, simulation: "Contents") -> Any:
        """What the compiled side is asked for."""
        from simcore.kernel.weight_recording import WeightRequest

        return WeightRequest(
            [simulation.projections[k] for k in self.numbers], *(_mask(e, simulation.n_nodes) for e in self.ends)
        )

    def gather(self, rows: np.ndarray, n_nodes: int) -> None:
        """Take over those of some rows that this recorder keeps."""
        self._pieces.append(self.chosen(rows, n_nodes))
        self._is_sorted = False

    def chosen(self, rows: np.ndarray, n_nodes: int) -> np.ndarray:
        """Those of some rows that this recorder keeps, in order."""
        keep = np.isin(rows["projection"], self.numbers)
        keep &= (rows["step"] + 1 > max(self.start, self.since)) & (rows["step"] + 1 <= self.stop)
        for name, end in zip(("source", "target"), self.ends, strict=True):
            mask = _mask(end, n_nodes)
            keep &= True if mask is None else mask[rows[name]]
        return _ordered(rows[keep])

    @property
    def rows(self) -> np.ndarray:
        """All rows in order: step of emission, projection, edge, numbers of source and target, weight."""
        if not self._is_sorted:
            from simcore.kernel.weight_recording import ROW

            self._pieces = [_ordered(np.concatenate([*self._pieces, np.empty(0, dtype=ROW)]))]
            self._is_sorted = True
        return self._pieces[0]

    def restore(self, rows: np.ndarray) -> None:
        """Hold these rows, which are in order, and no others."""
        self._pieces, self._is_sorted = [rows], True

    def state(self, put: Callable[[Any], str]) -> dict[str, Any]:
        """What a saved simulation needs of this recorder but its rows; `put` stores an array and returns its name."""
        ends = [None if end is None else put(end) for end in self.ends]
        return {"projections": put(self.numbers), "ends": ends, "start": self.start, "stop": self.stop, "since": self.since}

    def clear(self) -> None:
        """Forget everything, at a reset."""
        self._pieces, self._is_sorted, self.since = [], False, 0

    @property
    def times(self) -> np.ndarray:
        """Times in ms of the spikes of the sources; float64, shape (n,)."""
        return self._grid.times(self.rows["step"] + 1)

    @property
    def sources(self) -> np.ndarray:
        """Ids of the nodes that sent; int64, shape (n,)."""
        return self._ids[self.rows["source"]]

    @property
    def targets(self) -> np.ndarray:
        """Ids of the nodes that received; int64, shape (n,)."""
        return self._ids[self.rows["target"]]

    @property
    def weights(self) -> np.ndarray:
        """What was sent, in the unit and with the sign of weights; float64, shape (n,)."""
        return self.rows["weight"].copy()

    @property
    def projections(self) -> np.ndarray:
        """Positions in ``simulation.projections``; int64, shape (n,)."""
        return self.rows["projection"].astype(np.int64)

    @property
    def edges(self) -> np.ndarray:
        """Positions in what ``connectivity`` gives for the projection; int64, shape (n,)."""
        return self.rows["edge"].copy()

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"WeightRecorder({self.numbers.size} projections, {len(self)} spikes)"


def rows_of(columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Rows as `WeightRecorder` holds them, from their columns."""
    from simcore.kernel.weight_recording import ROW

    rows = np.empty(len(columns["step"]), dtype=ROW)
    for name, column in columns.items():
        rows[name] = column
    return rows


def _ordered(rows: np.ndarray) -> np.ndarray:
    """Rows by step of emission, projection and edge."""
    return rows[np.lexsort((rows["edge"], rows["projection"], rows["step"]))]


def _mask(numbers: np.ndarray | None, n_nodes: int) -> np.ndarray | None:
    """Which of all nodes are among some; None for None."""
    if numbers is None:
        return None
    mask = np.zeros(n_nodes, dtype=bool)
    mask[numbers] = True
    return mask

"""Where a `Parameter` takes values: between which places, and from which stream of random numbers."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simcore.nest.errors import raised

__all__ = ["Stream", "Where"]

# Random parts of one expression, and rounds of redrawing them, that a 32-bit counter can tell apart.
_MOST_PARTS = 1 << 12
_ROUND_BITS = 20

# Calls that the 24 bits of a purpose number; those beyond go on in the upper bits of the seed.
_CALLS = 1 << 24


@dataclass(frozen=True)
class Stream:
    """The random numbers of one call of a function of PyNEST's.

    Parameters
    ----------
    seed : int
        Of the kernel.
    number : int
        Which call since the kernel was reset.

    Examples
    --------
    >>> Stream(1, 2).uniforms([0, 1]).shape
    (2,)
    """

    seed: int
    number: int

    def uniforms(self, ids: Any, counter: int = 0) -> np.ndarray:
        """A uniform number in (0, 1) for each id, for values of parameters; float64, shape (n,)."""
        from simcore.random import Purpose, uniforms  # Numba loads on first use

        return uniforms(self.key, Purpose.NEST_VALUES + self.number % _CALLS, ids, counter)

    @property
    def purpose(self) -> int:
        """Purpose of the draws that decide about connections."""
        from simcore.random import Purpose

        return Purpose.NEST_EDGES + self.number % _CALLS

    @property
    def key(self) -> int:
        """The seed, changed once all numbers of calls are used up."""
        return (self.seed ^ (self.number // _CALLS << 40)) % 2**64


@dataclass(frozen=True, eq=False)
class Where:
    """What the values of a `Parameter` depend on, for n values at once.

    Parameters
    ----------
    n : int
        Number of values.
    stream : Stream
        Random numbers; `kernel.new_stream` gives one.
    positions : ndarray of float64, shape (n, d), optional
        Of nodes, for ``nest.spatial.pos``.
    sources, targets : ndarray of float64, shape (n, d), optional
        Of the nodes at both ends of connections.
    displacement : ndarray of float64, shape (n, d), optional
        From one end to the other, by the shortest way.
    ids : ndarray of int64, shape (n,), optional
        What the random numbers belong to; 0 to n - 1 if None.
    turn : int
        How often redrawn.

    Examples
    --------
    >>> Where(3, Stream(1, 0)).uniforms(0).shape
    (3,)
    """

    n: int
    stream: Stream
    positions: np.ndarray | None = None
    sources: np.ndarray | None = None
    targets: np.ndarray | None = None
    displacement: np.ndarray | None = None
    ids: np.ndarray | None = None
    turn: int = 0

    def uniforms(self, part: int) -> np.ndarray:
        """A uniform number in (0, 1) for each value; `part` numbers the random parts of an expression."""
        if part >= _MOST_PARTS:
            raise raised("BadProperty", f"Parameter: got more than {_MOST_PARTS} random parts in one expression")
        return self.stream.uniforms(self._ids(), (part << _ROUND_BITS) + self.turn % (1 << _ROUND_BITS))

    def _ids(self) -> np.ndarray:
        return np.arange(self.n) if self.ids is None else self.ids

    def place(self, name: str, axis: int) -> np.ndarray:
        """One coordinate of ``"positions"``, ``"sources"`` or ``"targets"``; shape (n,)."""
        points = getattr(self, name)
        if points is None:
            means = "nest.spatial.pos" if name == "positions" else f"nest.spatial.{name[:-1]}_pos"
            needs = "of nodes with positions" if name == "positions" else "of connections between nodes with positions"
            raise raised("BadParameterValue", f"Parameter: {means} has values only as a property {needs}")
        return _column(points, axis)

    def distance(self) -> np.ndarray:
        """Distance between both ends; shape (n,)."""
        d = self._displacement()
        return np.sqrt(np.einsum("ij,ij->i", d, d))

    def component(self, axis: int) -> np.ndarray:
        """Distance between both ends along one axis, not negative; shape (n,)."""
        return np.abs(_column(self._displacement(), axis))

    def _displacement(self) -> np.ndarray:
        if self.displacement is None:
            between = "between two nodes with positions: in Connect, or in apply(node, positions)"
            raise raised("BadParameterValue", f"Parameter: nest.spatial.distance has values only {between}")
        return self.displacement

    @staticmethod
    def refuse_axis(axis: int, n_dimensions: int) -> None:
        """Say that the nodes have no such coordinate."""
        got = f"got the coordinate {'xyz'[axis]}, but the nodes lie in {n_dimensions} dimensions"
        raise raised("BadParameterValue", f"Parameter: {got}")

    def take(self, rows: Any) -> "Where":
        """The same for some of the values: an array of their numbers, or a slice."""
        arrays = {name: getattr(self, name) for name in ("positions", "sources", "targets", "displacement")}
        some: dict[str, Any] = {name: None if array is None else array[rows] for name, array in arrays.items()}
        ids = self._ids()[rows]
        return replace(self, n=len(ids), ids=ids, **some)

    def redrawn(self, turn: int, turns: int) -> "Where":
        """The same with other random numbers: round number `turn` of at most `turns`."""
        return replace(self, turn=self.turn * (turns + 1) + turn)


def _column(points: np.ndarray, axis: int) -> np.ndarray:
    if axis >= points.shape[1]:
        Where.refuse_axis(axis, points.shape[1])
    return points[:, axis]

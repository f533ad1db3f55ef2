"""Nodes: some neurons or stimulators of a simulation, in an order that the user chose."""

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import ParameterError, SimulationError

if TYPE_CHECKING:
    from simcore.simulation import Simulation

__all__ = ["Nodes"]


class Nodes:
    """Some nodes of a simulation: what ``create`` returns, a slice of it, or a sum.

    Parameters
    ----------
    simulation : Simulation
        Where they live.
    numbers : ndarray of int64, shape (n,)
        Their numbers in order of creation.

    Attributes
    ----------
    ids : ndarray of int64, shape (n,)
        The user's ids.

    Examples
    --------
    >>> import simcore
    >>> sim = simcore.Simulation(dt=0.1, seed=1)
    >>> neurons = sim.create("iaf_psc_exp", 10)
    >>> neurons[:3].ids
    array([0, 1, 2])
    >>> len(neurons[:3] + neurons[8:])
    5
    """

    def __init__(self, simulation: Any, numbers: np.ndarray) -> None:
        self._simulation = weakref.ref(simulation)
        self.numbers = np.array(numbers, dtype=np.int64)
        self.numbers.flags.writeable = False

    @property
    def simulation(self) -> "Simulation":
        """The simulation that these nodes belong to."""
        simulation = self._simulation()
        if simulation is None:
            raise SimulationError("the simulation of these nodes is gone: keep a reference to it")
        return simulation

    @property
    def ids(self) -> np.ndarray:
        """The user's ids, in order; int64, shape (n,)."""
        return self.simulation.ids_of(self.numbers)

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models among these nodes, in order of creation."""
        return tuple(dict.fromkeys(p.model.name for p, _ in self.simulation._split(self)))

    def get(self, name: str) -> np.ndarray:
        """Value of a parameter or state variable of each node; see `Simulation.get`."""
        return self.simulation.get(self, name)

    def set(self, values: dict[str, Any] | None = None, **named: Any) -> None:
        """Set parameters or state variables; see `Simulation.set`."""
        self.simulation.set(self, values, **named)

    def __len__(self) -> int:
        return self.numbers.size

    def __getitem__(self, key: Any) -> "Nodes":
        if isinstance(key, (int, np.integer)):
            key = [key]
        elif not isinstance(key, slice):
            key = np.asarray(key)
            key = key.astype(np.int64) if key.size == 0 else key
            if key.dtype == bool and key.shape != self.numbers.shape:
                raise ParameterError("Nodes: mask", got=f"{key.size} values", expected=f"{len(self)}")
            if key.dtype.kind not in "iub" or key.ndim != 1:
                raise ParameterError("Nodes: index", got=key, expected="a position, a slice, a list of positions or a mask")
        try:
            return Nodes(self.simulation, self.numbers[key])
        except IndexError:
            raise ParameterError("Nodes: index", got=key, expected=f"positions below {len(self)}") from None

    def __add__(self, other: "Nodes") -> "Nodes":
        if not isinstance(other, Nodes):
            return NotImplemented
        if other.simulation is not self.simulation:
            raise SimulationError("nodes of different simulations cannot be added")
        return Nodes(self.simulation, np.concatenate([self.numbers, other.numbers]))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Nodes):
            return NotImplemented
        return other.simulation is self.simulation and np.array_equal(self.numbers, other.numbers)

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Any:
        return (self[k] for k in range(len(self)))

    def __repr__(self) -> str:
        if self._simulation() is None:
            return f"Nodes({len(self)} of a simulation that is gone)"
        parts = [f"{len(numbers)} {p.model.name}" for p, numbers in self.simulation._split(self)]
        return f"Nodes({', '.join(parts) or 'none'})"

    def _repr_html_(self) -> str:
        if self._simulation() is None:
            return repr(self)
        rows = ""
        for population, numbers in self.simulation._split(self):
            ids = self.simulation.ids_of(numbers)
            rows += f"<tr><td>{population.model.name}</td><td>{len(numbers)}</td><td>{ids.min()} – {ids.max()}</td></tr>"
        return f"<table><tr><th>model</th><th>nodes</th><th>ids</th></tr>{rows}</table>"

"""What makes a graph a network: its population, signs, what may not change while a simulation lives, and copies."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from netgraph._fit import check_not_negative, check_population
from netgraph._membership import warn
from netgraph.graph import Graph
from netgraph.population import NeuralPop
from simcore.errors import NetspikeError, ParameterError, SimulationError

if TYPE_CHECKING:
    from netgraph.space import Shape

__all__ = ["NetworkBase"]


class NetworkBase(Graph):
    """A directed graph with a `NeuralPop`; `netgraph.network.Network` adds ways to make one, and the bridge to simulators."""

    def __init__(
        self, population: NeuralPop, *, name: str = "network", positions: Any = None, shape: "Shape | None" = None
    ) -> None:
        check_population(population, "Network: population")
        self._build(population, name=name, positions=positions, shape=shape)
        problems = population._problems()
        if problems:
            warn(f"the population of {name!r} is not complete and cannot be sent to a simulation: {'; '.join(problems)}")

    def _build(self, population: NeuralPop, *, name: str, positions: Any, shape: "Shape | None") -> None:
        self._population = population
        self._simulation: Any = None
        self._nest_sent: Any = None
        super().__init__(population.size, directed=True, name=name, positions=positions, shape=shape)
        self._edge_store.put("weight", np.asarray(1.0))
        self._edge_store.put("delay", np.asarray(1.0))
        self._attach_structure(population)

    @property
    def population(self) -> NeuralPop:
        """The neurons: groups, types, models, parameters, and synapses between groups."""
        return self._population

    @property
    def structure(self) -> NeuralPop:
        """The population: what names of groups mean. It cannot be set."""
        return self._population

    @structure.setter
    def structure(self, structure: Any) -> None:
        expected = "nothing: its population divides the nodes of a network; Network.from_graph takes another"
        raise ParameterError("structure", got=structure, expected=expected)

    @property
    def neuron_types(self) -> np.ndarray:
        """Type of each neuron: 1 excitatory, -1 inhibitory, 0 in no group; read-only int8 array of shape (n_nodes,)."""
        return self._population.neuron_types()

    @property
    def simulation(self) -> Any:
        """The live `simcore.Simulation` that the network was sent to; None before `to_sim` and after ``close()``."""
        return self._simulation

    @property
    def _frozen_by(self) -> str | None:
        return self._population._holders.get(self)

    @_frozen_by.setter
    def _frozen_by(self, text: str | None) -> None:
        self._population._freeze(self, text)

    def _attach(self, simulation: Any, text: str) -> None:
        """Note that the network was sent; nothing that was sent changes until `_detach`."""
        if self._simulation is not None:
            raise SimulationError(f"{self.name!r} was sent to {self._frozen_by} before; close that first with sim.close()")
        self._simulation = simulation
        self._frozen_by = text

    def _detach(self) -> None:
        """Note that the simulation is closed."""
        self._simulation = None
        self._frozen_by = None

    def _stamp(self) -> tuple[tuple, tuple]:
        objects, values = super()._stamp()
        groups = tuple((name, group.neuron_type) for name, group in self._population.items())
        return (*objects, self._population.group_index()), (*values, *groups)

    def _check_nodes_mutable(self, what: str) -> None:
        self._check_mutable(what.replace("_", " "))
        self._population._check_mutable("the groups")
        self._population._check_unshared(self, what)

    def _check_column(self, kind: str, name: str, column: np.ndarray) -> np.ndarray:
        if kind == "edge" and name == "type":
            raise ParameterError(
                "edges['type']", got="types", expected="none in a network: the source neuron's type gives the sign"
            )
        column = super()._check_column(kind, name, column)
        if kind == "edge" and name == "weight":
            check_not_negative(column)
        return column

    def _load_edges(self, source: Any, target: Any, **options: Any) -> None:
        try:
            super()._load_edges(source, target, **options)
        except NetspikeError:
            self._population._networks.discard(self)  # whoever keeps the error must not keep the population in use
            raise

    def _check_removable(self, kind: str, name: str) -> None:
        if kind == "edge" and name in ("weight", "delay"):
            raise ParameterError(f"edges[{name!r}]", got="no values", expected="a value: every edge of a network has one")
        super()._check_removable(kind, name)

    def _node_ids(self, nodes: Any, where: str) -> np.ndarray:
        self._population._check_own(nodes, where)
        return super()._node_ids(nodes, where)

    def _edge_signs(self) -> np.ndarray:
        return self.neuron_types[self.source]

    def _bare(self, n_nodes: int, structure: Any, positions: np.ndarray | None) -> Self:
        new = object.__new__(type(self))
        new._build(structure, name=self.name, positions=positions, shape=self._shape)
        return new

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_simulation": None, "_nest_sent": None}

"""Network: a directed graph whose nodes are the neurons of a population."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from netgraph._fit import check_fit, check_not_negative, check_population
from netgraph._matrix import matrix_edges
from netgraph._membership import warn
from netgraph.graph import Graph
from netgraph.groups import DEFAULT_MODEL, NeuralGroup
from netgraph.population import NeuralPop
from simcore.errors import NetspikeError, ParameterError, SimulationError
from simcore.models import NeuronModel

if TYPE_CHECKING:
    from netgraph.space import Shape

__all__ = ["Network"]


class Network(Graph):
    """A directed graph with a `NeuralPop`: node ``i`` of the graph is neuron ``i`` of the population.

    Weights are positive or zero; the type of the source neuron gives the sign when the network is sent. Every edge has a weight
    and a delay, 1.0 and 1.0 ms unless something else is said. Several networks may share a population; one whose nodes are to
    be added or deleted needs one of its own, as `copy` gives it.

    Parameters
    ----------
    population : NeuralPop
        The neurons; the network has ``population.size`` nodes. A warning says when some of them are in no group.
    name : str
        For titles and messages.
    positions : array_like, shape (n_nodes, 2) or (n_nodes, 3), optional
        Where the neurons are [um].
    shape : netgraph.space.Shape, optional
        The space that they lie in.

    Examples
    --------
    >>> pop = NeuralPop.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    >>> net = Network(pop, name="small")
    >>> net.add_edges([0, 9], [1, 1])
    array([0, 1])
    >>> net
    <Network 'small': 10 nodes, 2 directed edges; weight, delay; groups excitatory (8), inhibitory (2)>
    """

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
        population._networks.add(self)

    @classmethod
    def uniform(
        cls,
        size: int,
        *,
        neuron_type: int = 1,
        neuron_model: str | NeuronModel = DEFAULT_MODEL,
        neuron_param: Mapping[str, Any] | None = None,
        syn_model: Any = "static_synapse",
        syn_param: Mapping[str, Any] | None = None,
        name: str = "network",
        positions: Any = None,
        shape: "Shape | None" = None,
    ) -> Self:
        """A network without edges whose neurons are all alike; see `NeuralPop.uniform`.

        Examples
        --------
        >>> Network.uniform(5, neuron_model="iaf_psc_exp").n_nodes
        5
        """
        neurons: dict[str, Any] = {"neuron_type": neuron_type, "neuron_model": neuron_model, "neuron_param": neuron_param}
        population = NeuralPop.uniform(size, **neurons, syn_model=syn_model, syn_param=syn_param)
        return cls(population, name=name, positions=positions, shape=shape)

    @classmethod
    def exc_and_inhib(
        cls,
        size: int,
        *,
        iratio: float = 0.2,
        en_model: str | NeuronModel = DEFAULT_MODEL,
        en_param: Mapping[str, Any] | None = None,
        in_model: str | NeuronModel = DEFAULT_MODEL,
        in_param: Mapping[str, Any] | None = None,
        syn_spec: Any = None,
        name: str = "network",
        positions: Any = None,
        shape: "Shape | None" = None,
    ) -> Self:
        """A network without edges with excitatory and inhibitory neurons; see `NeuralPop.exc_and_inhib`.

        Examples
        --------
        >>> Network.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp").neuron_types.sum()
        np.int64(6)
        """
        neurons: dict[str, Any] = {"en_model": en_model, "en_param": en_param, "in_model": in_model, "in_param": in_param}
        population = NeuralPop.exc_and_inhib(size, iratio=iratio, **neurons, syn_spec=syn_spec)
        return cls(population, name=name, positions=positions, shape=shape)

    @classmethod
    def from_edges(  # type: ignore[override]
        cls,
        source: Any,
        target: Any,
        *,
        population: NeuralPop,
        n_nodes: int | None = None,
        weights: Any = None,
        delays: Any = None,
        attributes: Mapping[str, Any] | None = None,
        allow_multi_edges: bool = True,
        allow_self_loops: bool = True,
        name: str = "network",
        positions: Any = None,
        shape: "Shape | None" = None,
        seed: int | None = None,
    ) -> Self:
        """A network from its population and the ends of its edges; see `Graph.from_edges`.

        Parameters
        ----------
        source, target : array_like of int, shape (n_edges,)
            Ids of neurons.
        population : NeuralPop
            The neurons.
        n_nodes : int, optional
            If given, must be the size of the population.
        weights, delays : number, array_like, Distribution, tuple or dict, optional
            See `Graph.set_weights`; 1.0 and 1.0 ms if None.

        Examples
        --------
        >>> pop = NeuralPop.uniform(3, neuron_model="iaf_psc_exp")
        >>> Network.from_edges([0, 1], [1, 2], population=pop, weights=155.0, delays=5.0).edges["delay"]
        array([5., 5.])
        """
        if isinstance(population, NeuralPop) and n_nodes not in (None, population.size):
            raise ParameterError("from_edges: n_nodes", got=n_nodes, expected=f"the size of the population, {population.size}")
        network = cls(population, name=name, positions=positions, shape=shape)
        allowed = {"allow_multi_edges": allow_multi_edges, "allow_self_loops": allow_self_loops}
        network._load_edges(source, target, weights=weights, delays=delays, attributes=attributes, seed=seed, **allowed)
        return network

    @classmethod
    def from_matrix(  # type: ignore[override]
        cls,
        matrix: Any,
        *,
        population: NeuralPop,
        weighted: bool = True,
        delays: Any = None,
        name: str = "network",
        positions: Any = None,
        shape: "Shape | None" = None,
        seed: int | None = None,
    ) -> Self:
        """A network from its population and the matrix ``A[source, target]``; see `Graph.from_matrix`.

        Examples
        --------
        >>> pop = NeuralPop.uniform(2, neuron_model="iaf_psc_exp")
        >>> Network.from_matrix([[0, 2], [0, 0]], population=pop).edges["weight"]
        array([2.])
        """
        edges = matrix_edges(matrix, directed=True, weighted=weighted)
        where: dict[str, Any] = {"name": name, "positions": positions, "shape": shape}
        return cls.from_edges(**edges, population=population, delays=delays, seed=seed, **where)

    @classmethod
    def from_graph(cls, graph: Graph, population: NeuralPop) -> Self:
        """A network with the nodes, edges, columns and positions of a directed graph, which is copied.

        Parameters
        ----------
        graph : Graph
            Directed, with as many nodes as the population; weights, if there are any, are not negative.
        population : NeuralPop
            The neurons; a column ``"type"`` of the edges must say the same as their types, and is dropped.

        Raises
        ------
        ParameterError
            An undirected graph, another size, negative weights, or types that differ.

        Examples
        --------
        >>> graph = Graph.from_edges([0, 1], [1, 2], weights=3.0)
        >>> Network.from_graph(graph, NeuralPop.uniform(3, neuron_model="iaf_psc_exp")).edges["weight"]
        array([3., 3.])
        """
        check_fit(graph, population)
        new = cls(population, name=graph.name, positions=graph.positions, shape=graph.shape)
        graph._with_edges(new, graph.source.copy(), graph.target.copy(), None)
        new._node_store = graph._node_store.copy()
        new.type = graph.type
        if "type" in new._edge_store:
            new._edge_store.remove("type")
        for column in {"weight", "delay"} - set(new._edge_store):
            new._edge_store.put(column, np.asarray(1.0))
        return new

    @property
    def population(self) -> NeuralPop:
        """The neurons: groups, types, models, parameters, and synapses between groups."""
        return self._population

    @property
    def neuron_types(self) -> np.ndarray:
        """Type of each neuron: 1 excitatory, -1 inhibitory, 0 in no group; read-only int8 array of shape (n_nodes,)."""
        return self._population.neuron_types()

    @property
    def simulation(self) -> Any:
        """The live `simcore.Simulation` that the network was sent to; None before `to_sim` and after ``close()``."""
        return self._simulation

    def to_sim(
        self, *, dt: float = 0.1, seed: int = 0, threads: int | None = None, comm: Any = None, local: bool = False
    ) -> Any:
        """Send the network to a new simulation; see `netgraph.simulation.to_sim`.

        The network and its population cannot be changed until the simulation is closed.

        Parameters
        ----------
        dt : float
            Step in ms.
        seed, threads, comm, local
            Of the simulation.

        Examples
        --------
        >>> net = Network.uniform(3, neuron_model="iaf_psc_exp")
        >>> net.to_sim(dt=0.1, seed=42) is net.simulation
        True
        """
        from netgraph.simulation.send import to_sim

        return to_sim(self, dt=dt, seed=seed, threads=threads, comm=comm, local=local)

    def to_nest(self, nest: Any, *, seed: int = 0) -> np.ndarray:
        """Send the network to NEST, or to any module with the PyNEST interface; see `netgraph.simulation.to_nest`.

        Parameters
        ----------
        nest : module
            ``import nest``.
        seed : int
            Of parameters given as distributions.

        Examples
        --------
        >>> gids = net.to_nest(nest)  # doctest: +SKIP
        """
        from netgraph.simulation.nest_export import to_nest

        return to_nest(self, nest, seed=seed)

    def add_nodes(  # type: ignore[override]
        self, n: int, *, group: str | NeuralGroup, attributes: Mapping[str, Any] | None = None, positions: Any = None
    ) -> np.ndarray:
        """Add neurons to a group, and to the meta groups that hold all of it, after the existing ones; see `Graph.add_nodes`.

        Parameters
        ----------
        n : int
            How many.
        group : str or NeuralGroup
            The group that they join. None of its parameters may be an array, which would no longer fit.
        attributes, positions
            See `Graph.add_nodes`.

        Returns
        -------
        ids : ndarray of int64, shape (n,)

        Examples
        --------
        >>> net = Network.uniform(2, neuron_model="iaf_psc_exp")
        >>> net.add_nodes(2, group="default_group")
        array([2, 3])
        """
        member = self._population._member(group)
        self._check_nodes_mutable("add_nodes")
        member._check_extendable()
        ids = super().add_nodes(n, attributes=attributes, positions=positions)
        self._population._grow(member, ids)
        return ids

    def delete_nodes(self, ids: Any) -> None:
        """Delete neurons with their edges; they leave their groups, and the others are renumbered without gaps, in their order.

        Groups keep the order of their neurons and the parameters of each. A group that loses all its neurons leaves the
        population, with the entries of ``syn_spec`` that name it.

        Parameters
        ----------
        ids : array_like of int or Group
            Ids of neurons.

        Examples
        --------
        >>> net = Network.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
        >>> net.delete_nodes([0, 9])
        >>> net.population["inhibitory"].ids
        array([7])
        """
        self._check_nodes_mutable("delete_nodes")
        keep = np.ones(self.n_nodes, dtype=bool)
        keep[self._node_ids(ids, "delete_nodes: ids")] = False
        super().delete_nodes(np.flatnonzero(~keep))
        self._population._remap(np.where(keep, np.cumsum(keep) - 1, -1), self.n_nodes)

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

    def _empty_like(self, nodes: np.ndarray | None = None) -> Self:
        population = self._population.copy()
        if nodes is not None:
            new_of_old = np.full(self.n_nodes, -1, dtype=np.int64)
            new_of_old[nodes] = np.arange(nodes.size)
            population._remap(new_of_old, nodes.size)
        new = object.__new__(type(self))
        positions = self._positions if nodes is None or self._positions is None else self._positions[nodes]
        new._build(population, name=self.name, positions=positions, shape=self._shape)
        new._node_store = self._node_store.copy(nodes, new.n_nodes)
        new.type = self.type
        return new

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_simulation": None, "_nest_sent": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._population._networks.add(self)

    def __repr__(self) -> str:
        groups = ", ".join(f"{name} ({group.size})" for name, group in self._population.items())
        return f"{super().__repr__()[:-1]}; groups {groups or 'none'}>"

    def _repr_html_(self) -> str:
        return super()._repr_html_() + self._population._repr_html_()

"""Network: a directed graph whose nodes are the neurons of a population."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from netgraph._fit import check_fit
from netgraph._matrix import matrix_edges
from netgraph._network_base import NetworkBase
from netgraph.graph import Graph
from netgraph.groups import DEFAULT_MODEL, NeuralGroup
from netgraph.population import NeuralPop
from simcore.errors import ParameterError
from simcore.models import NeuronModel

if TYPE_CHECKING:
    from netgraph.space import Shape

__all__ = ["Network"]


class Network(NetworkBase):
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

    @classmethod
    def from_simulation(
        cls,
        simulation: Any,
        *,
        names: Sequence[str] | None = None,
        name: str = "network",
        positions: Any = None,
        shape: "Shape | None" = None,
    ) -> Self:
        """A network of the neurons of a simulation and the edges between them, with their present weights.

        Node k is the neuron with the k-th lowest id, ``nodes["id"]``; a network that was sent has its own nodes again. Edges
        come in the order of ``simulation.connectivity()``. Weights lose their sign, which becomes the type of their source;
        neurons that send nothing are excitatory unless all others of their population are inhibitory. Each population that was
        created becomes a group, or two if it has neurons of both types. Parameters are those of now and start values those of
        time zero, so that `to_sim` with the same step makes the same network again. Stimulators, with what they send, and
        recorders are left out. The network is a copy: the simulation goes on by itself, and ``network.simulation`` is None.

        Parameters
        ----------
        simulation : simcore.Simulation
            Not closed.
        names : list of str, optional
            Names of the populations of neurons, in order of creation; those of their models, numbered, if None. Of a population
            with both types, ``"_excitatory"`` and ``"_inhibitory"`` are added.
        name : str
            For titles and messages.
        positions : array_like, shape (n_nodes, 2) or (n_nodes, 3), optional
            Where the neurons are [um]; if None, where rules that look at distances have them, if they have all.
        shape : netgraph.space.Shape, optional
            The space that they lie in.

        Raises
        ------
        ParameterError
            A neuron with positive and negative weights, no neurons, or wrong names.

        Warns
        -----
        UserWarning
            Edges between two groups have different synapse models, receptors or synapse parameters, which a population cannot
            say: the first stand for all.

        Examples
        --------
        >>> import simcore
        >>> sim = simcore.Simulation(dt=0.1, seed=1)
        >>> exc, inh = sim.create("iaf_psc_exp", 3), sim.create("iaf_psc_exp", 2)
        >>> made = sim.connect(exc, inh, weight=20.0), sim.connect(inh, exc, weight=-80.0)
        >>> net = Network.from_simulation(sim, names=["exc", "inh"])
        >>> net
        <Network 'network': 5 nodes, 12 directed edges; weight, delay; groups exc (3), inh (2)>
        >>> net.edges["weight"][[0, -1]], net.neuron_types
        (array([20., 80.]), array([ 1,  1,  1, -1, -1], dtype=int8))
        """
        from netgraph.simulation.receive import receive

        found = receive(simulation, names=names)
        network = cls(found.population, name=name, positions=found.positions if positions is None else positions, shape=shape)
        network._append_edges_unchecked(found.source, found.target)
        network.edges.update(weight=_constant(found.weight), delay=_constant(found.delay))
        network.nodes["id"] = found.ids
        return network

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
        return super().add_nodes(n, group=member, attributes=attributes, positions=positions)

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
        super().delete_nodes(ids)

    def __repr__(self) -> str:
        groups = ", ".join(f"{name} ({group.size})" for name, group in self._population.items())
        return f"{super().__repr__()[:-1]}; groups {groups or 'none'}>"


def _constant(values: np.ndarray) -> Any:
    """One number if all are the same, which a column keeps without an array."""
    return float(values[0]) if values.size and (values == values[0]).all() else values

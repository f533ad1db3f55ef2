"""Whether a graph, its weights and a population can make a network."""

from typing import Any

import numpy as np

from netgraph.graph import Graph
from netgraph.population import NeuralPop
from simcore.errors import ParameterError

__all__ = ["check_fit", "check_not_negative", "check_population"]


def check_population(population: Any, where: str) -> None:
    """Refuse what is no population."""
    if not isinstance(population, NeuralPop):
        raise ParameterError(where, got=population, expected="a NeuralPop")


def check_fit(graph: Any, population: Any) -> None:
    """Refuse a graph that cannot be the network of a population; see `Network.from_graph`."""
    if not isinstance(graph, Graph) or not graph.directed:
        got = "an undirected graph" if isinstance(graph, Graph) else graph
        raise ParameterError("from_graph: graph", got=got, expected="a directed netgraph.Graph")
    check_population(population, "from_graph: population")
    if graph.n_nodes != population.size:
        raise ParameterError("from_graph: population", got=f"{population.size} neurons", expected=f"{graph.n_nodes}")
    if "type" in graph.edges and not np.array_equal(graph.edges["type"], population.neuron_types()[graph.source]):
        expected = "the types of the source neurons in the population"
        raise ParameterError("from_graph: edges['type']", got="types that differ", expected=expected)
    if "weight" in graph.edges:
        check_not_negative(graph._edge_store.raw("weight"))


def check_not_negative(weights: np.ndarray) -> None:
    """Refuse negative weights of a network."""
    if (weights < 0).any():
        expected = ">= 0 in a network: the source neuron's type gives the sign (numpy.abs makes weights positive)"
        raise ParameterError("edges['weight']", got=float(weights[weights < 0][0]), expected=expected)

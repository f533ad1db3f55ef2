"""Every function of NetworkX that dispatches and needs nothing but a graph gives for our graph what it gives for its own."""

import inspect
import math
import warnings
from collections.abc import Iterable, Mapping

import networkx as nx
import numpy as np
import pytest
import scipy.sparse
from networkx.utils.backends import _registered_algorithms

from netgraph import Graph, Network, NeuralPop
from netgraph.convert import to_networkx
from tests.reference.networkx_backend import registered  # noqa: F401  (a fixture)

# Longer than a test may take, or drawn without a seed; and what a test of its own looks at.
LEFT_OUT = {
    "set_edge_attributes",
    "set_node_attributes",
}


def functions():
    """Names of the dispatching functions whose only necessary argument is a graph."""
    for name, function in sorted(_registered_algorithms.items()):
        dispatch = function.__wrapped__
        parameters = list(inspect.signature(dispatch.orig_func).parameters.values())
        needed = [p.name for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        if len(needed) == 1 and dispatch.graphs.get(needed[0]) == 0 and needed[0] not in dispatch.list_graphs:
            yield name


def directed():
    graph = Graph.from_edges([0, 0, 1, 2, 3, 3, 4, 5], [1, 2, 2, 0, 1, 4, 5, 3], n_nodes=6, weights=np.arange(1.0, 9.0))
    graph.nodes["size"] = [3, 1, 4, 1, 5, 9]
    return graph


def undirected():
    ends = [0, 0, 1, 2, 3, 3, 4], [1, 2, 2, 3, 4, 5, 5]
    return Graph.from_edges(*ends, directed=False, weights=[1.0, 2.0, 1.5, 3.0, 1.0, 2.5, 0.5])


def tree():
    return Graph.from_edges([0, 0, 1, 1], [1, 2, 3, 4], name="tree")


def bipartite():
    return Graph.from_edges([0, 0, 1, 2], [3, 4, 4, 3], directed=False)


def multigraph():
    return Graph.from_edges([0, 0, 1, 2, 2], [1, 1, 2, 0, 2], weights=[1, 2, 3, 4, 5], name="parallel")


def undirected_multigraph():
    return Graph.from_edges([0, 1, 1, 2], [1, 0, 2, 3], directed=False, weights=[1.0, 2.0, 3.0, 4.0])


def isolated():
    return Graph(3, directed=False)


def one_node():
    return Graph(1)


def empty():
    return Graph(0, directed=False)


def network():
    population = NeuralPop.exc_and_inhib(5, iratio=0.4, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    return Network.from_edges([0, 1, 2, 3, 4, 0], [1, 2, 3, 4, 0, 3], population=population, weights=[1, 2, 3, 4, 5, 6])


GRAPHS = [
    directed, undirected, tree, bipartite, multigraph, undirected_multigraph, isolated, one_node, empty, network
]


def outcome(name, graph):
    """What a function returns for a graph, or the error that it raises."""
    parameters = inspect.signature(_registered_algorithms[name].__wrapped__.orig_func).parameters
    seeded = {"seed": 5} if "seed" in parameters else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return plain(_registered_algorithms[name](graph, **seeded))
        except Exception as error:  # the kinds of errors are compared
            return type(error), str(error)


def plain(value):
    """Results as nested tuples and dictionaries that can be compared."""
    if isinstance(value, Graph):
        value = to_networkx(value)
    if isinstance(value, nx.Graph):
        edges = {}
        for u, v, data in value.edges(data=True):
            ends = (u, v) if value.is_directed() else tuple(sorted((u, v), key=repr))
            edges.setdefault(ends, []).append(tuple(sorted((k, plain(x)) for k, x in data.items())))
        nodes = {name: plain(dict(data)) for name, data in value.nodes(data=True)}
        return value.is_directed(), value.is_multigraph(), nodes, {ends: sorted(rows, key=repr) for ends, rows in edges.items()}
    if scipy.sparse.issparse(value):
        return value.shape, plain(value.toarray())
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.kind, plain(value.tolist())
    if isinstance(value, (str, bytes, bool, int, float, complex, type(None), set, frozenset, np.number)):
        return value
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        return tuple(plain(one) for one in value)
    return repr(type(value)), plain(vars(value)) if hasattr(value, "__dict__") else repr(value)


def same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and isinstance(b, (int, float)):
        return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    return a == b


NAMES = [name for name in functions() if name not in LEFT_OUT]


def test_most_of_networkx_is_looked_at():
    assert len(NAMES) > 250


@pytest.mark.parametrize("make", GRAPHS)
def test_every_function_gives_for_our_graph_what_it_gives_for_its_own(make):
    different = {}
    for name in NAMES:
        graph = make()
        ours, theirs = outcome(name, graph), outcome(name, to_networkx(make()))
        if not same(ours, theirs):
            different[name] = ours, theirs
        assert (graph.source.tolist(), graph.edges) == (make().source.tolist(), make().edges), name
    assert different == {}

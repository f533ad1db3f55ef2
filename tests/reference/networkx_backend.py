"""The NetworkX backend where the package is used from its source folder, and what results of both libraries are compared by."""

import inspect
import math
import tomllib
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, ValuesView
from importlib.metadata import EntryPoint
from itertools import permutations
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import scipy.sparse
from networkx.utils import backends

from netgraph import Graph
from netgraph.convert import to_networkx

PROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text())["project"]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry points of pyproject.toml, known to NetworkX while a test runs."""
    if "netgraph" not in backends.backends:
        points = {
            group: EntryPoint("netgraph", PROJECT["entry-points"][group]["netgraph"], group)
            for group in ("networkx.backends", "networkx.backend_info")
        }
        monkeypatch.setitem(backends.backends, "netgraph", points["networkx.backends"])
        monkeypatch.setitem(backends.backend_info, "netgraph", points["networkx.backend_info"].load()())
        dispatchable = backends._dispatchable
        monkeypatch.setattr(dispatchable, "__call__", dispatchable._call_if_any_backends_installed)


def outcome(function: Callable[..., Any], graph: Any) -> Any:
    """What a function returns for a graph, or the class of the error that it raises."""
    seeded = {"seed": 5} if "seed" in inspect.signature(function).parameters else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = function(graph, **seeded)
            return tuple(result) if isinstance(result, (Iterator, ValuesView)) else result
        except Exception as error:  # the kinds of errors are compared
            return type(error)


def same(ours: Any, theirs: Any) -> bool:
    """Whether results are equal: numbers up to rounding, graphs with the names that their nodes have in NetworkX."""
    if isinstance(ours, type) or isinstance(theirs, type):
        return ours is theirs
    if isinstance(ours, Graph):
        return same_graph(ours, theirs)
    if isinstance(ours, nx.Graph):
        return nx.utils.graphs_equal(ours, theirs) or (nx.is_isomorphic(ours, theirs) and list(ours) == list(theirs))
    if scipy.sparse.issparse(ours):
        return ours.shape == theirs.shape and same(ours.toarray(), theirs.toarray())
    if isinstance(ours, np.ndarray):
        return ours.dtype.kind == theirs.dtype.kind and np.allclose(ours, theirs, rtol=1e-9, atol=1e-12, equal_nan=True)
    if isinstance(ours, float) or isinstance(theirs, float):
        return type(ours) in (int, float) and math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12) or ours != ours != theirs
    if isinstance(ours, Mapping):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, (tuple, list)) and isinstance(theirs, (tuple, list)):
        return type(ours) is type(theirs) and len(ours) == len(theirs) and all(map(same, ours, theirs))
    if type(ours).__module__.startswith(("networkx", "pandas")):
        return type(ours) is type(theirs) and str(ours) == str(theirs)
    return type(ours) is type(theirs) and ours == theirs


def same_graph(graph: Graph, theirs: nx.Graph) -> bool:
    """Whether our graph has the nodes, edges and attributes of a graph of NetworkX; where that has none, ours may have some."""
    converted = to_networkx(graph)
    names = graph.nodes["label"].tolist() if "label" in graph.nodes else range(graph.n_nodes)
    nodes = {names[i]: data for i, data in converted.nodes(data=True)}
    edges = edges_by_ends(((names[u], names[v], data) for u, v, data in converted.edges(data=True)), graph.directed)
    wanted = edges_by_ends(theirs.edges(data=True), theirs.is_directed())
    return (
        graph.directed == theirs.is_directed()
        and nodes.keys() == set(theirs)
        and all(has(nodes[name], data) for name, data in theirs.nodes(data=True))
        and edges.keys() == wanted.keys()
        and all(any(all(map(has, order, wanted[ends])) for order in permutations(edges[ends])) for ends in wanted)
        and all(len(edges[ends]) == len(wanted[ends]) for ends in wanted)
    )


def edges_by_ends(edges: Iterable[tuple], is_directed: bool) -> dict:
    """Attributes of the edges between each two nodes."""
    found: dict = {}
    for u, v, data in edges:
        found.setdefault((u, v) if is_directed else frozenset((u, v)), []).append(data)
    return found


def has(data: Mapping, wanted: Mapping) -> bool:
    """Whether all that is wanted is there."""
    return all(data.get(key) == value for key, value in wanted.items())

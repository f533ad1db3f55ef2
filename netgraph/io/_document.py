"""Document: what a graph consists of, as plain arrays and JSON. Every format writes and reads this, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from netgraph._checks import MAX_NODES
from netgraph._ids import endpoints, id_dtype
from netgraph._store import EDGE_DEFAULTS, ColumnStore
from netgraph.attributes import Rule
from netgraph.graph import Graph
from netgraph.io._json import Arrays, decode, encode
from simcore.errors import FileFormatError, NetspikeError, TooLargeError
from simcore.memory import check_free

__all__ = ["KINDS", "Document", "check_size", "graph_of"]

# NumPy kind of a column to its word in files.
KINDS = {"b": "bool", "i": "int64", "f": "float64", "U": "str"}


@dataclass
class Document:
    """A graph as plain arrays and JSON.

    Parameters
    ----------
    n_nodes : int
    source, target : ndarray of int, shape (n_edges,)
    directed : bool
    name, type : str
        See `Graph`.
    edges, nodes : dict of str to ndarray
        Columns by name; shape () for a constant one, else (n_edges,) or (n_nodes,).
    positions : ndarray of float64, shape (n_nodes, 2) or (n_nodes, 3), optional
        In um.
    about : dict
        All else, as JSON: shape, structure or population, rules for later edges.
    arrays : dict of str to ndarray
        Arrays that `about` names; without any, they stand in it.
    population : NeuralPop, optional
        The population that `about` describes, for formats with words of their own for it; on the way into a file only.
    """

    n_nodes: int
    source: np.ndarray
    target: np.ndarray
    directed: bool = True
    name: str = "graph"
    type: str = "custom"
    edges: dict[str, np.ndarray] = field(default_factory=dict)
    nodes: dict[str, np.ndarray] = field(default_factory=dict)
    positions: np.ndarray | None = None
    about: dict[str, Any] = field(default_factory=dict)
    arrays: Arrays = field(default_factory=dict)
    population: Any = None

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return self.source.size

    @classmethod
    def of(cls, graph: Graph, *, inline: bool = True) -> "Document":
        """The document of a graph; `inline` puts arrays of groups into `about`, else they are in `arrays`.

        Raises
        ------
        ParameterError
            Something that no file can hold, e.g. an object among the properties of a group.
        """
        arrays: Arrays = {}
        stores = {"edges": graph._edge_store, "nodes": graph._node_store}
        columns = {kind: {name: store.raw(name) for name in store} for kind, store in stores.items()}
        about = _about(graph, None if inline else arrays)
        return cls(
            graph.n_nodes,
            graph.source,
            graph.target,
            graph.directed,
            graph.name,
            graph.type,
            **columns,
            positions=graph.positions,
            about=about,
            arrays=arrays,
            population=getattr(graph, "population", None),
        )


def check_size(path: Any, n_nodes: Any, *, line: int | None = None) -> int:
    """The number of nodes that a file claims, if such a graph can be.

    Raises
    ------
    FileFormatError
        No such number.
    TooLargeError
        Its nodes would not fit into memory.
    """
    if isinstance(n_nodes, bool) or not isinstance(n_nodes, int) or not 0 <= n_nodes <= MAX_NODES:
        raise FileFormatError(path, line=line, got=n_nodes, expected=f"a number of nodes from 0 to {MAX_NODES}")
    check_free(f"load {path}", f"{n_nodes:.1e} nodes", 8.0 * n_nodes)
    return n_nodes


def graph_of(document: Document, path: Path, *, models: Sequence[Any] = ()) -> Graph:
    """The graph of a document, which owns the document's arrays from here on.

    Parameters
    ----------
    document : Document
    path : Path
        File that it was read from, for messages.
    models : sequence of NeuronModel or SynapseModel
        Models of the user's own that the file names.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    FileFormatError
        Something that no graph can have.
    """
    check_size(path, document.n_nodes)
    try:
        return _build(document, models)
    except (TooLargeError, FileFormatError):
        raise
    except NetspikeError as error:
        raise FileFormatError.because(path, f"not a graph that can be: {error}") from error
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        reason = f"not a graph that can be: {type(error).__name__}: {error}"
        raise FileFormatError.because(path, reason) from error


def _about(graph: Graph, arrays: Arrays | None) -> dict[str, Any]:
    """Everything but ends, columns and positions."""
    about: dict[str, Any] = {}
    if graph.shape is not None:
        about["shape"] = encode(graph.shape.to_dict(), "shape", arrays)
    if graph.structure is not None:
        from netgraph.io._population import encode_structure

        kind = "structure" if getattr(graph, "population", None) is None else "population"
        about[kind] = encode_structure(graph.structure, arrays)
    if graph._rules:
        about["rules"] = {
            name: {"spec": encode(rule.spec, f"rule of edges[{name!r}]"), "seed": rule.seed, "shift": rule.shift}
            for name, rule in graph._rules.items()
        }
    for kind, store in (("edge", graph._edge_store), ("node", graph._node_store)):
        fills = {name: encode(store.fill(name).item(), name) for name in store if not _is_usual_fill(store, name)}
        if fills:
            about[f"{kind}_fills"] = fills
    return about


def _is_usual_fill(store: ColumnStore, name: str) -> bool:
    """Whether later rows get what a column gets that is put as it is."""
    column, fill = store.raw(name), store.fill(name)
    usual = column if column.ndim == 0 else store._missing(name, column.dtype)
    return repr(usual.item()) == repr(fill.item())


def _build(document: Document, models: Sequence[Any]) -> Graph:
    graph = _empty(document, models)
    graph.name, graph.type = document.name, str(document.type)
    graph._adopt_edges(*_checked_ends(document), ColumnStore(document.n_edges, EDGE_DEFAULTS))
    for name in ("weight", "delay") if "population" in document.about else ():
        graph._edge_store.put(name, np.asarray(1.0))
    sizes = {"edge": document.n_edges, "node": document.n_nodes}
    for kind, columns in (("edge", document.edges), ("node", document.nodes)):
        for name, column in columns.items():
            _check_form(name, column, sizes[kind])
            getattr(graph, f"{kind}s")._refuse_computed(name)
            graph._store(kind).put(name, graph._check_column(kind, name, column))
        for name, fill in document.about.get(f"{kind}_fills", {}).items():
            raw = graph._store(kind).raw(name)
            graph._store(kind)._fill[name] = np.asarray(decode(fill), dtype="U" if raw.dtype.kind == "U" else raw.dtype)
    for name, tree in document.about.get("rules", {}).items():
        _add_rule(graph, name, tree)
    return graph


def _empty(document: Document, models: Sequence[Any]) -> Graph:
    """The graph or network without edges."""
    shape = document.about.get("shape")
    space: dict[str, Any] = {"positions": document.positions, "shape": None}
    if shape is not None:
        from netgraph.space import Shape

        space["shape"] = Shape.from_dict(decode(shape, document.arrays))
    from netgraph.io._population import decode_structure

    if "population" not in document.about:
        graph = Graph(document.n_nodes, directed=document.directed, name=document.name, **space)
        if "structure" in document.about:
            graph.structure = decode_structure(document.about["structure"], document.arrays)
        return graph
    # Networks stand above this layer, and know nothing of files.
    from netgraph import Network

    tree = document.about["population"]
    if not document.directed or tree.get("class") != "NeuralPop":
        raise ValueError("a population of a graph that is not directed, or that is no NeuralPop")
    population: Any = decode_structure(tree, document.arrays, models=models)
    if population.size != document.n_nodes:
        raise ValueError(f"{document.n_nodes} nodes and a population of {population.size}")
    network = object.__new__(Network)
    network._build(population, name=document.name, **space)
    return network


def _checked_ends(document: Document) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the edges in the type of node ids, without a copy where they are right."""
    source, target = document.source, document.target
    dtype = id_dtype(document.n_nodes)
    right = source.shape == target.shape and source.ndim == 1 and all(ends.dtype.kind in "iu" for ends in (source, target))
    if right and source.size:
        right = all(0 <= int(ends.min()) and int(ends.max()) < document.n_nodes for ends in (source, target))
    if not right:
        return endpoints(source, target, document.n_nodes)
    return np.ascontiguousarray(source, dtype=dtype), np.ascontiguousarray(target, dtype=dtype)


def _check_form(name: Any, column: np.ndarray, size: int) -> None:
    if column.dtype.kind not in KINDS or (column.dtype.kind in "if" and column.dtype.itemsize != 8):
        raise ValueError(f"a column {name!r} of type {column.dtype}")
    if column.shape not in ((), (size,)):
        raise ValueError(f"a column {name!r} of shape {column.shape} for {size} rows")


def _add_rule(graph: Graph, name: str, tree: dict[str, Any]) -> None:
    from netgraph._values import as_rule
    from netgraph.attributes import parse_edge_value

    rule = as_rule(parse_edge_value(decode(tree["spec"]), name), name, int(tree["seed"]))
    if not isinstance(rule, Rule) or name not in graph._edge_store:
        raise ValueError(f"a rule for {name!r} that is none")
    graph._check_no_circle(rule, name)
    rule.seed, rule.shift = int(tree["seed"]), int(tree["shift"])
    graph._rules[name] = rule

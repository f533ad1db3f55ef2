"""What graphs of other libraries have no columns for: groups, shape and rules for later edges, as text they carry along."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from netgraph.convert._build import node_table
from netgraph.graph import Graph
from simcore.errors import ParameterError

__all__ = ["KEY", "description_of", "restored"]

# Name of the attribute of a graph that holds the text.
KEY = "netgraph"

# Not the word of the notes in files, which describe columns too.
_FORMAT, _VERSION = "netgraph description", 1
# Node columns that tell of groups beside the text.
_TOLD = {"population": ("group", "type"), "structure": ("group",)}


def description_of(graph: Graph, where: str) -> str | None:
    """JSON text; None if there is nothing to tell, or, with a warning, if it cannot be told.

    Examples
    --------
    >>> from netgraph.space import Shape
    >>> description_of(Graph(2, shape=Shape.disk(10.0)), "to_networkx")[:60]
    '{"format":"netgraph description","version":1,"n_nodes":2,"ab'
    """
    from netgraph.io._document import Document
    from netgraph.io._json import dump

    try:
        about = Document.of(graph).about
    except ParameterError as error:
        warnings.warn(f"{where}: groups, shape and rules stay behind: {error}", UserWarning, stacklevel=3)
        return None
    return dump({"format": _FORMAT, "version": _VERSION, "n_nodes": graph.n_nodes, "about": about}) if about else None


def restored(graph: Graph, text: Any, where: str, *, models: Sequence[Any] = ()) -> Graph:
    """The graph with what the text describes; the graph itself if that is no description.

    A population or structure that does not fit the nodes, or what their columns ``"group"`` and ``"type"`` say, is left out
    with a warning.

    Parameters
    ----------
    graph : Graph
        What the columns tell.
    text : object
        The attribute of the foreign graph.
    where : str
        Whose argument it is, for messages.
    models : sequence of NeuronModel or SynapseModel
        Models of the user's own that the population has.

    Raises
    ------
    FileFormatError
        A broken description, or one that the graph does not fit, such as places outside of the shape.
    """
    from netgraph.io._document import graph_of
    from netgraph.io._json import parse
    from netgraph.io._raw import refusing

    if not isinstance(text, str) or f'"{_FORMAT}"' not in text[:60]:
        return graph
    path = Path(f"{where}: attribute {KEY!r} of the graph")
    with refusing(path, "what a converter to this library wrote"):
        note = parse(text)
        if note["version"] != _VERSION:
            raise ValueError(f"version {note['version']!r}, which is not known here")
        about = _about(graph, dict(note["about"]))
        kind = next((kind for kind in _TOLD if kind in about), None)
        told = _TOLD.get(kind or "", ())
        of_these = note["n_nodes"] == graph.n_nodes and all(name in graph.nodes for name in told)
    if kind is not None:
        of_these = of_these and (graph.directed or kind == "structure")
        made = graph_of(_document(graph, about, without=told), path, models=models) if of_these else graph
        if made is not graph and _fits(made, graph, told):
            return made
        reason = "it is of other nodes than these, or of other groups and types than their attributes say"
        warnings.warn(f"{where}: the {kind} is left out: {reason}", UserWarning, stacklevel=3)
        del about[kind]
    return graph_of(_document(graph, about), path, models=models) if about else graph


def _about(graph: Graph, about: dict[str, Any]) -> dict[str, Any]:
    """What is still about this graph: rules of columns that exist, and values for later rows of the type of the column."""
    from netgraph.io._json import decode

    about["rules"] = {name: rule for name, rule in about.get("rules", {}).items() if name in graph.edges}
    for key, columns in (("edge_fills", graph.edges), ("node_fills", graph.nodes)):
        found = about.get(key, {})
        about[key] = {
            name: fill
            for name, fill in found.items()
            if name in columns and np.asarray(decode(fill)).dtype.kind == columns.dtype(name).kind
        }
    return {key: value for key, value in about.items() if value}


def _document(graph: Graph, about: dict[str, Any], *, without: Sequence[str] = ()) -> Any:
    """The graph as a document, with what is about it, without some node columns."""
    from netgraph.io._document import Document

    nodes = {name: graph._node_store.raw(name) for name in graph.nodes if name not in without}
    return Document(
        graph.n_nodes,
        graph.source,
        graph.target,
        graph.directed,
        graph.name,
        graph.type,
        edges={name: graph._edge_store.raw(name) for name in graph._edge_store},
        nodes=nodes,
        positions=graph.positions,
        about=about,
    )


def _fits(made: Graph, graph: Graph, told: Sequence[str]) -> bool:
    """Whether the columns say of each node what its groups say."""
    table = node_table("", made, ())
    return all(np.array_equal(table[name], graph.nodes[name]) for name in told)

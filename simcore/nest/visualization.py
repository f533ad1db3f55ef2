"""A picture of a small network: nodes as circles, connections as arrows."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.nest._connections import GetConnections
from simcore.nest._nodes import NodeCollection, nodes_of
from simcore.nest.errors import raised

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_network"]

# Most nodes and arrows of which a picture still shows anything.
_MOST_NODES, _MOST_ARROWS = 500, 5000

# Most nodes that are put on a circle.
_ON_A_CIRCLE = 30

_COLOURS = {"neuron": "#56B4E9", "stimulator": "#E69F00", "recorder": "#BBBBBB", "ext": "#FFFFFF"}


def plot_network(nodes: NodeCollection, filename: Any, ext_conns: bool = False, plot_modelnames: bool = False) -> None:
    """Draw a network to a file; it is meant for networks of some dozen nodes.

    Parameters
    ----------
    nodes : NodeCollection
        Nodes to draw, with the connections among them.
    filename : str
        Where to; its ending says in which format: pdf, png, svg, ...
    ext_conns : bool
        Whether connections to all other nodes are drawn, too, as arrows to one node called "ext".
    plot_modelnames : bool
        Whether circles tell the model below the id.

    Raises
    ------
    BadProperty
        No nodes, more than can be shown, or an unknown ending.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> neurons = nest.Create("iaf_psc_alpha", 3)
    >>> nest.Connect(neurons, neurons)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nest.visualization.plot_network(neurons, f"{folder}/network.png")
    ...     pathlib.Path(folder, "network.png").stat().st_size > 1000
    True
    """
    ids = np.array(nodes_of(nodes, "plot_network: nodes").tolist(), dtype=np.int64)
    if not 0 < ids.size <= _MOST_NODES:
        raise raised("BadProperty", f"plot_network: nodes: got {ids.size} nodes, expected 1 to {_MOST_NODES}")
    pairs = _pairs(nodes, ids, ext_conns)
    if len(pairs) > _MOST_ARROWS:
        raise raised("BadProperty", f"plot_network: got {len(pairs)} connected pairs of nodes, expected at most {_MOST_ARROWS}")
    from matplotlib.figure import Figure

    n_drawn = ids.size + (pairs[:, 1] == 0).any()
    side = max(4.0, 1.1 * np.sqrt(n_drawn) * (1.4 if plot_modelnames else 1.0))
    figure = Figure((side, side), layout="tight")
    if Path(filename).suffix.lower().lstrip(".") not in figure.canvas.get_supported_filetypes():
        endings = ", ".join(sorted(figure.canvas.get_supported_filetypes()))
        raise raised("BadProperty", f"plot_network: filename: got {str(filename)!r}, expected one that ends in: {endings}")
    _draw(figure.add_subplot(), nodes, pairs, names=plot_modelnames)
    figure.savefig(filename, dpi=150)


def _pairs(nodes: NodeCollection, ids: np.ndarray, with_others: bool) -> np.ndarray:
    """Connected pairs, each once; shape (n, 2); the target 0 stands for all other nodes."""
    found = GetConnections(source=nodes)
    if not len(found):
        return np.zeros((0, 2), dtype=np.int64)
    ends = np.array([list(found.sources()), list(found.targets())])
    ends[1] = np.where(np.isin(ends[1], ids), ends[1], 0)
    return np.unique(ends.T if with_others else ends.T[ends[1] > 0], axis=0)


def _draw(axes: "Axes", nodes: NodeCollection, pairs: np.ndarray, *, names: bool) -> None:
    import networkx as nx

    graph = nx.DiGraph()
    kinds, models = ([*value] if isinstance(value, tuple) else [value] for value in (nodes.element_type, nodes.model))
    graph.add_nodes_from(nodes.tolist())
    labels = {k: f"{k}\n{model}" if names else str(k) for k, model in zip(nodes.tolist(), models, strict=True)}
    if (pairs[:, 1] == 0).any():
        graph.add_node(0)
        labels[0], kinds = "ext", [*kinds, "ext"]
    graph.add_edges_from(pairs.tolist())
    # Circles on a circle never hide each other; many nodes would make it too wide.
    is_small = len(graph) <= _ON_A_CIRCLE
    places = nx.circular_layout(graph) if is_small else nx.spring_layout(graph, seed=1, k=3.0 / np.sqrt(len(graph)))
    size = 2600 if names else 500
    nx.draw_networkx_nodes(
        graph, places, ax=axes, node_size=size, node_color=[_COLOURS[kind] for kind in kinds], edgecolors="black"
    )
    nx.draw_networkx_labels(graph, places, ax=axes, labels=labels, font_size=6 if names else 8)
    nx.draw_networkx_edges(graph, places, ax=axes, node_size=size, connectionstyle="arc3,rad=0.12", edge_color="#555555")
    axes.set_axis_off()
    axes.margins(0.12)

"""Nodes divided by a column, by given labels, or by groups."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simcore.errors import ParameterError

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["labels_of"]

_EXPECTED = "a node column, one label for each node, or a Structure or NeuralPop"


def labels_of(graph: "Graph", by: Any, where: str) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Number of each node's part, -1 for nodes in none, and the label of each part.

    Parameters
    ----------
    graph : Graph
    by : str, array_like of shape (n_nodes,), or Structure
        Parts come sorted by label, groups in their order.
    where : str
        Whose argument it is, for messages.

    Examples
    --------
    >>> from netgraph import Graph
    >>> labels_of(Graph(3), ["b", "a", "b"], "by")
    (array([1, 0, 1]), array(['a', 'b'], dtype='<U1'))
    """
    if hasattr(by, "group_index"):
        labels, names = by.group_index(), np.array(list(by), dtype=str)
    else:
        values = _as_labels(graph.nodes[by] if isinstance(by, str) else by, where)
        names, labels = np.unique(values, return_inverse=True)
    if labels.shape != (graph.n_nodes,):
        raise ParameterError(where, got=f"labels of {labels.size} nodes", expected=f"of {graph.n_nodes}, as the graph has")
    return labels, names


def _as_labels(values: Any, where: str) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError:
        raise ParameterError(where, got=values, expected=_EXPECTED) from None
    if array.ndim != 1 or array.dtype.kind not in "biufU" or (array.dtype.kind == "f" and np.isnan(array).any()):
        raise ParameterError(where, got=values, expected=_EXPECTED)
    return array

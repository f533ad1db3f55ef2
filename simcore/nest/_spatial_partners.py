"""Functions of PyNEST about the partners of nodes with positions, and files of nodes and connections."""

from pathlib import Path
from typing import Any

import numpy as np

from simcore.nest._connections import GetConnections
from simcore.nest._layers import collection_layer
from simcore.nest._nodes import NodeCollection
from simcore.nest._spatial_functions import with_positions
from simcore.nest.errors import raised

__all__ = [
    "DumpLayerConnections",
    "DumpLayerNodes",
    "GetSourceNodes",
    "GetSourcePositions",
    "GetTargetNodes",
    "GetTargetPositions",
]


def GetTargetNodes(sources: Any, tgt_layer: Any, syn_model: str | None = None) -> tuple[Any, ...]:
    """Targets of each source.

    Parameters
    ----------
    sources, tgt_layer : NodeCollection
        Sources, and among whom their targets are looked for.
    syn_model : str, optional
        Only over synapses of this model.

    Returns
    -------
    targets : tuple of NodeCollection
        One for each source; a target that is connected several times stands there once.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([3, 1]))
    >>> nest.Connect(nodes[:2], nodes[1:], "one_to_one")
    >>> [targets.tolist() for targets in nest.GetTargetNodes(nodes[:2], nodes)]
    [[2], [3]]
    """
    return _partners("GetTargetNodes", ("sources", sources), ("tgt_layer", tgt_layer), "source", syn_model)


def GetSourceNodes(src_layer: Any, targets: Any, syn_model: str | None = None) -> tuple[Any, ...]:
    """Sources of each target.

    Parameters
    ----------
    src_layer, targets : NodeCollection
        Among whom the sources are looked for, and targets.
    syn_model : str, optional
        Only over synapses of this model.

    Returns
    -------
    sources : tuple of NodeCollection
        One for each target; a source that is connected several times stands there once.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([3, 1]))
    >>> nest.Connect(nodes[:2], nodes[1:], "one_to_one")
    >>> [sources.tolist() for sources in nest.GetSourceNodes(nodes, nodes[1:])]
    [[1], [2]]
    """
    return _partners("GetSourceNodes", ("targets", targets), ("src_layer", src_layer), "target", syn_model)


def GetTargetPositions(sources: Any, tgt_layer: Any, syn_model: str | None = None) -> list[list[list[float]]]:
    """Positions of the targets of each source.

    Parameters
    ----------
    sources, tgt_layer, syn_model
        See `GetTargetNodes`.

    Returns
    -------
    positions : list of list of list of float
        For each source the positions of its targets, one for each connection.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([2, 1]))
    >>> nest.Connect(nodes, nodes, "one_to_one")
    >>> nest.GetTargetPositions(nodes, nodes)
    [[[-0.25, 0.0]], [[0.25, 0.0]]]
    """
    return _places_of_partners("GetTargetPositions", ("sources", sources), ("tgt_layer", tgt_layer), "source", syn_model)


def GetSourcePositions(src_layer: Any, targets: Any, syn_model: str | None = None) -> list[list[list[float]]]:
    """Positions of the sources of each target.

    Parameters
    ----------
    src_layer, targets, syn_model
        See `GetSourceNodes`.

    Returns
    -------
    positions : list of list of list of float
        For each target the positions of its sources, one for each connection.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([2, 1]))
    >>> nest.Connect(nodes, nodes, "one_to_one")
    >>> nest.GetSourcePositions(nodes, nodes[1])
    [[[0.25, 0.0]]]
    """
    return _places_of_partners("GetSourcePositions", ("targets", targets), ("src_layer", src_layer), "target", syn_model)


def DumpLayerNodes(layer: Any, outname: Any) -> None:
    """Write ids and positions to a text file, a line for each node: id, x, y and in three dimensions z.

    Parameters
    ----------
    layer : NodeCollection
    outname : str or Path
        File; one that exists is written over.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nest.DumpLayerNodes(nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([2, 1])), "/dev/stdout")
    ... # doctest: +SKIP
    """
    ids, space = with_positions(layer, "DumpLayerNodes: layer")
    columns = " ".join(["%d"] + ["%g"] * space.n_dimensions)
    _write(outname, (columns % (node, *place) for node, place in zip(ids.tolist(), space.positions.tolist(), strict=True)))


def DumpLayerConnections(source_layer: Any, target_layer: Any, synapse_model: str, outname: Any) -> None:
    """Write connections to a text file, a line for each: source, target, weight, delay, and the way from source to target.

    Parameters
    ----------
    source_layer : NodeCollection
        With positions.
    target_layer : NodeCollection
        The way to targets without positions is NaN.
    synapse_model : str
        Only connections of this model.
    outname : str or Path
        File; one that exists is written over.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([2, 1]))
    >>> nest.DumpLayerConnections(nodes, nodes, "static_synapse", "/dev/stdout")
    ... # doctest: +SKIP
    """
    sources, space = with_positions(source_layer, "DumpLayerConnections: source_layer")
    targets, target_space = collection_layer(target_layer, "DumpLayerConnections: target_layer")
    edges = GetConnections(source_layer, target_layer, synapse_model)
    ways = np.full((len(edges), space.n_dimensions), np.nan)
    if target_space is not None:
        starts = space.positions[np.searchsorted(sources, edges._sources)]
        ways = target_space.displacement(starts, target_space.positions[np.searchsorted(targets, edges._targets)])
    columns = " ".join(["%d", "%d", "%g", "%g"] + ["%g"] * space.n_dimensions)
    values = [edges._column(name) for name in ("source", "target", "weight", "delay")] if len(edges) else [[]] * 4
    rows = zip(*values, ways.tolist(), strict=True)
    _write(outname, (columns % (*row, *way) for *row, way in rows))


def _write(outname: Any, lines: Any) -> None:
    try:
        Path(outname).write_text("".join(line + "\n" for line in lines))
    except OSError as error:
        raise raised("IOError", f"cannot write {outname}: {error.strerror}") from error


def _edges_of(name: str, own: tuple[str, Any], others: tuple[str, Any], side: str, model: Any) -> Any:
    """Ids and layer of the partners, and for each node of the first collection the ids of those that it is connected with."""
    (ids, _), (partners, layer) = (collection_layer(nodes, f"{name}: {label}") for label, nodes in (own, others))
    ends = (own[1], others[1]) if side == "source" else (others[1], own[1])
    edges = GetConnections(*ends, model)
    mine, theirs = (edges._sources, edges._targets) if side == "source" else (edges._targets, edges._sources)
    order = np.argsort(mine, kind="stable")
    starts, stops = (np.searchsorted(mine[order], ids, side=s) for s in ("left", "right"))
    return partners, layer, [theirs[order[a:b]] for a, b in zip(starts, stops, strict=True)]


def _partners(name: str, own: tuple[str, Any], others: tuple[str, Any], side: str, model: Any) -> tuple[Any, ...]:
    ids, layer, found = _edges_of(name, own, others, side, model)
    out = []
    for partners in found:
        unique = np.unique(partners)
        out.append(NodeCollection._made(unique, None if layer is None else layer.take(np.searchsorted(ids, unique))))
    return tuple(out)


def _places_of_partners(name: str, own: tuple[str, Any], others: tuple[str, Any], side: str, model: Any) -> list[Any]:
    with_positions(others[1], f"{name}: {others[0]}")
    ids, layer, found = _edges_of(name, own, others, side, model)
    return [layer.positions[np.searchsorted(ids, partners)].tolist() for partners in found]

"""Connect: rules and synapse specifications of PyNEST, said in simcore's terms."""

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.distributions import Distribution
from simcore.nest._edges import connect_edges, edge_context, kinds_of, place_of
from simcore.nest._kernel import Kernel, kernel
from simcore.nest._last_slice import parts_by_begin
from simcore.nest._links import SimulatedLink, delays_on_grid
from simcore.nest._nodes import NodeCollection
from simcore.nest._parameter import Parameter
from simcore.nest._rules import RULE_NAMES, edges_of, is_random, is_spatial, make_rule
from simcore.nest._synapse_spec import SynapseSpec, synapse_specs, values_of_edges
from simcore.nest.errors import nest_errors, raised

__all__ = ["Connect"]


def Connect(pre: Any, post: Any, conn_spec: Any = None, syn_spec: Any = None, return_synapsecollection: bool = False) -> Any:
    """Connect nodes, as in NEST.

    Parameters
    ----------
    pre, post : NodeCollection, or array_like of int
        Sources and targets. Ids that repeat are allowed with the rule one_to_one.
    conn_spec : str or dict, optional
        Name of a rule, or a dictionary of ``rule``, its parameters and ``allow_autapses``, ``allow_multapses``,
        ``make_symmetric``, ``mask``; None connects all to all.
    syn_spec : str, dict or CollocatedSynapses, optional
        Name of a synapse model, or a dictionary of ``synapse_model``, ``weight``, ``delay``, ``receptor_type`` and parameters:
        numbers, `Parameter` objects, or arrays of the shape that the rule has.
    return_synapsecollection : bool
        Whether to return the connections between `pre` and `post`.

    Returns
    -------
    connections : SynapseCollection or None

    Raises
    ------
    IllegalConnection, BadProperty, BadDelay, UnknownSynapseType, UnaccessedDictionaryEntry
        What cannot be connected; nothing has changed then.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> neurons = nest.Create("iaf_psc_alpha", 10)
    >>> nest.Connect(neurons, neurons, {"rule": "fixed_indegree", "indegree": 2}, {"weight": 20.0, "delay": 1.5})
    >>> nest.num_connections
    20
    """
    began = time.perf_counter()
    sources, targets = _ids(pre, "pre"), _ids(post, "post")
    spec = rule_spec(conn_spec)
    _check_repeated(sources, targets, spec)
    if not isinstance(return_synapsecollection, bool):
        raise TypeError(f"Connect: return_synapsecollection: got {return_synapsecollection!r}, expected True or False")
    request = _Request(kernel, sources, targets, spec, _layers(pre, post))
    with kernel.may_refuse():
        _make_all(request, synapse_specs(kernel, syn_spec))
    kernel.seconds["connect"] += time.perf_counter() - began
    if return_synapsecollection:
        from simcore.nest._connections import GetConnections

        return GetConnections(NodeCollection(np.unique(sources)), NodeCollection(np.unique(targets)))
    return None


@dataclass(frozen=True)
class _Request:
    """Whom to connect by which rule."""

    kernel: Kernel
    sources: np.ndarray
    targets: np.ndarray
    rule: Mapping[str, Any]
    layers: tuple[Any, Any]


def rule_spec(conn_spec: Any) -> dict[str, Any]:
    """The rule as a dictionary, its name checked."""
    spec = {"rule": "all_to_all"} if conn_spec is None else conn_spec
    spec = {"rule": spec} if isinstance(spec, str) else spec
    if not isinstance(spec, Mapping):
        raise TypeError(f"Connect: conn_spec: got {conn_spec!r}, expected the name of a rule or a dictionary")
    if "rule" not in spec:
        raise raised("BadProperty", f"Connect: conn_spec: got {dict(spec)}, expected a key 'rule': {', '.join(RULE_NAMES)}")
    return dict(spec)


def _ids(nodes: Any, name: str) -> np.ndarray:
    """Ids of a collection or of an array, which exist; not none."""
    if isinstance(nodes, NodeCollection):
        ids = nodes._current()
    else:
        if not np.iterable(nodes) or isinstance(nodes, (str, Mapping)):
            raise TypeError(f"Connect: {name}: got {nodes!r}, expected a NodeCollection or a list of ids")
        listed = [len(n) == 1 and int(n._current()[0]) if isinstance(n, NodeCollection) else n for n in nodes]
        ids = np.asarray(listed)
        if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            raise TypeError(f"Connect: {name}: got {nodes!r}, expected a NodeCollection or a list of ids")
        ids = ids.astype(np.int64)
        kernel.check_ids(ids)
    if ids.size == 0:
        raise raised("IllegalConnection", f"Connect: {name}: got no nodes, expected at least one")
    return ids


def _check_repeated(sources: np.ndarray, targets: np.ndarray, spec: Mapping[str, Any]) -> None:
    """Ids that repeat, or that do not ascend, only make sense pair by pair."""
    if spec["rule"] == "one_to_one":
        return
    if any(not _ascends(ids) and np.unique(ids).size < ids.size for ids in (sources, targets)):
        raise ValueError(f"Connect: ids repeat, which rule {spec['rule']!r} cannot use; expected rule 'one_to_one'")


def _layers(pre: Any, post: Any) -> tuple[Any, Any]:
    return getattr(pre, "_layer", None), getattr(post, "_layer", None)


def _make_all(request: _Request, specs: Sequence[SynapseSpec]) -> None:
    """Make the connections of all synapse specifications, or none."""
    links, projections = request.kernel.links, request.kernel.simulation.projections
    before = len(links), len(projections)
    is_shared = len(specs) > 1 and is_random(request.rule)
    try:
        edges = _edges(request) if is_shared or not _is_plain(request) else None
        for spec in specs:
            parts = parts_by_begin(request.kernel, spec.entry, _senders(request)) if edges is None and spec.is_compact else []
            if len(parts) == 1:
                _project(request, spec, since=parts[0][0])
            else:
                _explicit(request, spec, _edges(request) if edges is None else edges)
    except BaseException:
        for link in links[before[0] :]:
            link.take_back()
        del links[before[0] :], projections[before[1] :]
        raise


def _senders(request: _Request) -> np.ndarray:
    """Nodes that may send over the new connections."""
    return np.concatenate([request.sources, *([request.targets] if request.rule.get("make_symmetric") else [])])


def _is_plain(request: _Request) -> bool:
    """Whether a rule of simcore connects the nodes as they are: neurons, or stimulators of one model, to neurons."""
    if is_spatial(request.rule) or _is_paired(request):
        return False
    kinds = [kinds_of(request.kernel, ids) for ids in (request.sources, request.targets)]
    is_one = len(kinds[0]) == 1 and kinds[0][0][0].partition(":")[0] in ("neuron", "train", "direct")
    return is_one and all(kind == "neuron" for kind, _ in kinds[1])


def _is_paired(request: _Request) -> bool:
    """Whether the nodes are lists of pairs, which may repeat or be in any order."""
    if request.rule["rule"] != "one_to_one":
        return False
    return not (_ascends(request.sources) and _ascends(request.targets))


def _ascends(ids: np.ndarray) -> bool:
    return bool((ids[1:] > ids[:-1]).all())


def _project(request: _Request, spec: SynapseSpec, *, since: float | None) -> None:
    """Connect by a rule of simcore, which draws edges and values itself when it builds."""
    kernel, sim = request.kernel, request.kernel.simulation
    rule = make_rule(request.rule, request.sources, request.targets)
    values = spec.compact()
    if not isinstance(values["delay"], Distribution):
        values["delay"] = delays_on_grid(kernel, values["delay"])
    with nest_errors(EdgeError="BadProperty"):
        rule.check(request.sources, request.targets)
    with nest_errors():
        projection = sim.connect(
            kernel.nodes(request.sources), kernel.nodes(request.targets), rule, weight=values.pop("weight", 1.0),
            delay=values.pop("delay"), synapse=spec.entry.record, params=values, receptor=int(spec.receptor), since=since,
        )  # fmt: skip
    kernel.links.append(SimulatedLink(kernel, spec.entry, place_of(kernel, request.sources), projection))


def _edges(request: _Request) -> Any:
    """The edges of the request one by one: sources, targets, and their displacement if space decides."""
    if is_spatial(request.rule):
        from simcore.nest._spatial_connect import spatial_edges

        return spatial_edges(request)
    if _is_paired(request):
        if request.sources.size != request.targets.size:
            raise ValueError("Connect: rule 'one_to_one': ids repeat or do not ascend, expected as many sources as targets")
        return request.sources, request.targets
    rule = make_rule(request.rule, request.sources, request.targets)
    return edges_of(request.kernel, rule, request.sources, request.targets)


def _explicit(request: _Request, spec: SynapseSpec, edges: Any) -> None:
    """Connect edge by edge, kind by kind: with arrays of values, or with recorders among the nodes."""
    kernel, (sources, targets) = request.kernel, edges[:2]
    where = None
    if any(isinstance(value, Parameter) for value in spec.values.values()):
        where = edge_context(kernel, request.rule, request.layers, (request.sources, request.targets), edges)
    values = {
        name: values_of_edges(
            value, name, rule=request.rule, edges=edges, ends=(request.sources, request.targets), where=where
        )
        for name, value in spec.values.items()
    }  # fmt: skip
    kinds = kinds_of(kernel, request.sources), kinds_of(kernel, request.targets)
    if len(kinds[0]) == len(kinds[1]) == 1 and np.ndim(spec.receptor) == 0:
        if sources.size:
            pair = kinds[0][0][0], kinds[1][0][0]
            connect_edges(kernel, spec, pair, (sources, targets), values=values, receptor=int(spec.receptor))
        return
    receptors = np.broadcast_to(spec.receptor, sources.shape)
    for (sends, senders), (takes, receivers) in itertools.product(*kinds):
        chosen = np.isin(sources, senders) & np.isin(targets, receivers)
        for receptor in np.unique(receptors[chosen]):
            rows = np.flatnonzero(chosen & (receptors == receptor))
            own = {name: value[rows] if np.ndim(value) else value for name, value in values.items()}
            connect_edges(kernel, spec, (sends, takes), (sources[rows], targets[rows]), values=own, receptor=int(receptor))

"""Edges one by one: which kinds of nodes there are at their ends, and what it means to connect these."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.devices import DeviceModel
from simcore.nest._last_slice import parts_by_begin
from simcore.nest._links import RecorderLink, SimulatedLink, delays_on_grid
from simcore.nest.errors import nest_errors, raised

if TYPE_CHECKING:
    from simcore.nest._kernel import Kernel
    from simcore.nest._synapse_spec import SynapseSpec

__all__ = ["connect_edges", "edge_context", "kinds_of", "place_of"]


def kinds_of(kernel: "Kernel", ids: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The kinds among some nodes, each with its nodes.

    A kind is neuron, train (a generator whose spikes travel through synapses), direct:model (any other stimulator), meter, or
    the name of a recorder's model.
    """
    found: dict[str, list[np.ndarray]] = {}
    for group, positions, _ in kernel.split(ids):
        record: Any = group.entry.record
        if group.kind == "neuron":
            kind = "neuron"
        elif isinstance(record, DeviceModel):
            kind = "train" if record.is_source else f"direct:{record.name}"
        else:
            kind = "meter" if record.is_meter else record.name
        found.setdefault(kind, []).append(group.first + positions)
    return [(kind, np.concatenate(parts)) for kind, parts in found.items()]


def place_of(kernel: "Kernel", sources: np.ndarray) -> int:
    """Where NEST lists connections from these nodes to neurons: 0 from neurons, 2 from stimulators."""
    return 0 if kernel.group_of(int(sources[0])).kind == "neuron" else 2


def edge_context(kernel: "Kernel", rule: Mapping[str, Any], layers: Any, ends: Any, edges: Any) -> Any:
    """What `Parameter` objects are evaluated with, one value an edge."""
    from simcore.nest._parameter import Where
    from simcore.nest._spatial_connect import pool_layer

    sources, targets = edges[:2]
    places = {}
    for name, layer, ids, of_edge in zip(("sources", "targets"), layers, ends, (sources, targets), strict=True):
        if layer is not None:
            places[name] = layer.positions[np.searchsorted(ids, of_edge)]
    pool = pool_layer(rule, layers)
    if pool is not None and len(places) == 2 and layers[0].n_dimensions == layers[1].n_dimensions:
        places["displacement"] = pool.displacement(places["sources"], places["targets"])
    return Where(sources.size, kernel.new_stream(), **places)


def connect_edges(
    kernel: "Kernel", spec: "SynapseSpec", kinds: tuple[str, str], ends: tuple[np.ndarray, np.ndarray],
    *, values: Mapping[str, Any], receptor: int,
) -> None:  # fmt: skip
    """Connect edges whose sources are of one kind, and whose targets are of one kind."""
    sends, takes = kinds
    if sends == "meter":
        _to_meter(kernel, spec, ends, values)
    elif sends in ("spike_recorder", "weight_recorder"):
        raise raised(
            "IllegalConnection", f"Connect: a {sends} sends nothing; recorders are connected as Connect(neurons, recorder)"
        )
    elif takes in ("meter", "weight_recorder"):
        how = "as Connect(meter, neurons)" if takes == "meter" else "through the synapse model's weight_recorder"
        raise raised("IllegalConnection", f"Connect: this recorder takes no spikes; it is connected {how}")
    elif takes == "spike_recorder":
        _to_spike_recorder(kernel, spec, sends, ends, values)
    else:
        _to_neurons(kernel, spec, ends, values, receptor)


def _to_neurons(kernel: "Kernel", spec: "SynapseSpec", ends: Any, values: Mapping[str, Any], receptor: int) -> None:
    place = place_of(kernel, ends[0])
    for since, rows in parts_by_begin(kernel, spec.entry, ends[0]):
        given = {name: value[rows] if np.ndim(value) else value for name, value in values.items()}
        with nest_errors():
            projection = kernel.simulation.connect_edges(
                *(nodes[rows] for nodes in ends), weight=given.pop("weight", 1.0),
                delay=delays_on_grid(kernel, given.pop("delay")), synapse=spec.entry.record, params=given, receptor=receptor,
                since=since,
            )  # fmt: skip
        kernel.links.append(SimulatedLink(kernel, spec.entry, place, projection))


def _to_spike_recorder(kernel: "Kernel", spec: "SynapseSpec", sends: str, ends: Any, values: Mapping[str, Any]) -> None:
    sources, targets = ends
    if not spec.entry.record.is_static:
        raise raised(
            "IllegalConnection", f"Connect: a spike_recorder is connected through static_synapse, not {spec.entry.name}"
        )
    with nest_errors(ParameterError="IllegalConnection"):
        kernel.simulation.check_recordable(kernel.nodes(np.unique(sources)), "spikes")
    link = _remember(kernel, spec, 1 if sends == "neuron" else 2, ends, values)
    for recorder in np.unique(targets):
        own = sources[targets == recorder]
        if (own[1:] > own[:-1]).all():
            link.attach(recorder_of(kernel, int(recorder)), own)
            continue
        # A source that is connected twice is recorded twice.
        turn = np.zeros(own.size, dtype=np.int64)
        order = np.argsort(own, kind="stable")
        ordered = own[order]
        starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        turn[order] = np.arange(own.size) - np.repeat(starts, np.diff([*starts, own.size]))
        for k in range(int(turn.max()) + 1):
            link.attach(recorder_of(kernel, int(recorder)), own[turn == k])


def _to_meter(kernel: "Kernel", spec: "SynapseSpec", ends: Any, values: Mapping[str, Any]) -> None:
    meters, nodes = ends
    for meter in np.unique(meters):
        recorder, own = recorder_of(kernel, int(meter)), nodes[meters == meter]
        known = np.concatenate([np.zeros(0, dtype=np.int64), *recorder.sources])
        if np.isin(own, known).any() or np.unique(own).size < own.size:
            raise raised("IllegalConnection", "Connect: a meter is connected once to a node; make another one for more")
        for group, _, _ in kernel.split(own):
            if not getattr(group.entry.record, "recordable_units", None):
                raise raised("IllegalConnection", f"Connect: a {group.entry.name} has nothing that a meter could sample")
        names = list(recorder.values["record_from"])
        if names:
            with nest_errors(NetspikeError="IllegalConnection"):
                kernel.simulation.check_recordable(kernel.nodes(own), names)
    link = _remember(kernel, spec, 2, ends, values)
    for meter in np.unique(meters):
        link.attach(recorder_of(kernel, int(meter)), nodes[meters == meter])


def recorder_of(kernel: "Kernel", node: int) -> Any:
    """The recorder with an id."""
    group = kernel.group_of(node)
    return group.recorders[node - group.first]  # type: ignore[attr-defined]


def _remember(kernel: "Kernel", spec: "SynapseSpec", place: int, ends: Any, values: Mapping[str, Any]) -> RecorderLink:
    sources, targets = ends
    columns = {name: np.broadcast_to(values.get(name, 1.0), sources.shape).astype(np.float64) for name in ("weight", "delay")}
    columns["delay"] = delays_on_grid(kernel, columns["delay"])
    link = RecorderLink(kernel, spec.entry, place, sources, targets, **columns)
    kernel.links.append(link)
    return link

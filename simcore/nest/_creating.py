"""Create nodes, and the models that they are made from: defaults and copies."""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from simcore.nest._groups import RecorderGroup, SimulatedGroup, has_chosen_receptors, in_terms_of_simcore
from simcore.nest._kernel import kernel
from simcore.nest._links import delays_on_grid
from simcore.nest._missing import UNSUPPORTED
from simcore.nest._models import NodeEntry, SynapseEntry, check_names
from simcore.nest._nodes import NodeCollection
from simcore.nest._old_names import new_name
from simcore.nest._parameter import checked_number
from simcore.nest._recorder_models import RecorderModel
from simcore.nest._recorders import Recorder
from simcore.nest._status import as_json, draw_values
from simcore.nest.errors import UnknownKey, nest_errors, raised

__all__ = ["CopyModel", "Create", "GetDefaults", "SetDefaults"]


def Create(model: str, n: int | dict[str, Any] = 1, params: Any = None, positions: Any = None) -> NodeCollection:
    """Create nodes of one model.

    Parameters
    ----------
    model : str
        Name of a node model; ``nest.node_models`` lists them.
    n : int or dict
        How many; with `positions` their number may say it. A dictionary is `params` of one node.
    params : dict or list of dict, optional
        Values: numbers, lists or arrays with one for each node, or `Parameter` objects; or a dictionary for each node.
    positions : nest.spatial.grid or nest.spatial.free, optional
        Where the nodes are.

    Returns
    -------
    nodes : NodeCollection

    Raises
    ------
    UnknownModelName, UnaccessedDictionaryEntry, BadProperty
        What cannot be created; nothing has changed then.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nest.Create("iaf_psc_alpha", 3, {"V_m": [-70.0, -65.0, -60.0]})
    NodeCollection(metadata=None, model=iaf_psc_alpha, size=3, first=1, last=3)
    """
    began = time.perf_counter()
    entry = kernel.models.node(new_name(model))
    if isinstance(n, dict) and params is None:  # Create(model, params)
        n, params = 1, n
    with kernel.may_refuse():
        group = _group(entry, _whole(n), params, positions)
    kernel.add_group(group)
    kernel.seconds["create"] += time.perf_counter() - began
    return NodeCollection._made(np.arange(group.first, group.first + group.size), group.layer)


def _group(entry: NodeEntry, n: int, params: Any, positions: Any) -> Any:
    """The new nodes."""
    layer = None if positions is None else _layer(positions, n)
    size = n if layer is None else len(layer.positions)
    if size < 1:
        raise raised("BadProperty", f"Create: n: got {size}, expected a whole number >= 1")
    ids = np.arange(kernel.n_nodes + 1, kernel.n_nodes + size + 1)
    given = _params(entry, params, size)
    if isinstance(entry.record, RecorderModel):
        group: Any = _recorders(entry, ids, given)
    else:
        group = _simulated(entry, ids, given, None if layer is None else layer.positions)
    group.layer = layer
    return group


def _whole(n: Any) -> int:
    """The number of nodes, which may be a float such as ``0.8 * 1000``."""
    is_number = not isinstance(n, bool) and np.ndim(n) == 0 and np.asarray(n).dtype.kind in "iuf"
    if not is_number or not float(n).is_integer():
        raise TypeError(f"Create: n: got {n!r}, expected a whole number")
    return int(n)


def _layer(positions: Any, n: int) -> Any:
    from simcore.nest._layers import make_layer

    return make_layer(positions, n, kernel.new_stream())


def _params(entry: NodeEntry, params: Any, n: int) -> Any:
    """The values by name, for all nodes or with one for each; recorders may have a dictionary each."""
    if params is None:
        return {}
    if isinstance(params, Mapping):
        return params
    if not isinstance(params, (list, tuple)) or not all(isinstance(one, Mapping) for one in params):
        raise TypeError(f"Create: params: got {params!r}, expected a dictionary, or a list of one for each node")
    if len(params) != n:
        raise TypeError(f"Create: params: got {len(params)} dictionaries, expected one for each of the {n} nodes")
    if isinstance(entry.record, RecorderModel):
        return params
    defaults = {**UNSUPPORTED["all"], **UNSUPPORTED[entry.element_type], **_node_defaults(entry)}
    names = dict.fromkeys(name for one in params for name in one)
    check_names(entry.name, names, defaults)
    return {name: [one.get(name, defaults[name]) for one in params] for name in names}


def _recorders(entry: NodeEntry, ids: np.ndarray, given: Any) -> RecorderGroup:
    group = RecorderGroup(kernel, entry, int(ids[0]), ids.size)
    shares = [given] if isinstance(given, Mapping) else given
    for k, one in enumerate(shares):
        positions = np.arange(ids.size) if isinstance(given, Mapping) else np.array([k])
        group.change(draw_values(one, ids[positions], None), positions)()
    return group


def _simulated(entry: NodeEntry, ids: np.ndarray, params: Mapping[str, Any], positions: np.ndarray | None) -> SimulatedGroup:
    values = {**entry.defaults, **params}
    given = in_terms_of_simcore(entry, draw_values(values, ids, positions))
    with nest_errors():
        sim = kernel.simulation
        sim.create(entry.record, ids.size, given, ids=ids)
    made = sim.populations if entry.element_type == "neuron" else sim.devices
    return SimulatedGroup(kernel, entry, int(ids[0]), ids.size, made[-1])


def GetDefaults(model: str, keys: Any = None, output: str = "") -> Any:
    """Default values of a node or synapse model.

    Parameters
    ----------
    model : str
    keys : str or list of str, optional
        One value, or a list of values; None gives a dictionary of all.
    output : {"", "json"}
        ``"json"`` gives a JSON text.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.GetDefaults("iaf_psc_alpha", ["V_th", "C_m"])
    [-55.0, 250.0]
    """
    entry = kernel.models.any(new_name(model))
    values = _synapse_defaults(entry) if isinstance(entry, SynapseEntry) else _node_defaults(entry)
    if keys is None:
        found: Any = values
    else:
        for key in [keys] if isinstance(keys, str) else keys:
            if key not in values:
                raise UnknownKey(f"{model} has no default {key!r}; it has: {', '.join(values)}")
        found = values[keys] if isinstance(keys, str) else [values[key] for key in keys]
    return as_json(found) if output == "json" else found


def _node_defaults(entry: NodeEntry) -> dict[str, Any]:
    head = {
        "element_type": entry.element_type,
        "global_id": 0,
        "local": True,
        "model": entry.name,
        "type_id": entry.record.name,
    }
    head |= {"frozen": False, "node_uses_wfr": False, "thread": -1, "vp": -1}
    if isinstance(entry.record, RecorderModel):
        recorder = Recorder(kernel, entry, 0)
        own = {name: recorder.read(name) for name in recorder.names()}
    else:
        own = _simulated_defaults(entry)
    return dict(sorted({**head, **own}.items()))


def _simulated_defaults(entry: NodeEntry) -> dict[str, Any]:
    from simcore.nest._recorder_models import FOREVER

    record: Any = entry.record
    own = {name: value for name, value in record.defaults().items()}
    for name, state in getattr(record, "state", {}).items():
        if name in record.settable:
            own[name] = own[state.start] if isinstance(state.start, str) else state.start
    own |= entry.defaults
    own = {name: np.array(value, dtype=np.float64) if isinstance(value, tuple) else value for name, value in own.items()}
    if "stop" in own and own["stop"] == np.inf:
        own["stop"] = FOREVER
    if entry.element_type == "neuron":
        own["t_spike"] = -1.0
    if getattr(record, "recordable_units", None):
        own["recordables"] = sorted(record.recordable_units)
    if has_chosen_receptors(record):
        own["n_synapses"] = len(own["tau_syn"])
    return own


def _synapse_defaults(entry: SynapseEntry) -> dict[str, Any]:
    own = {
        "element_type": "synapse", "has_delay": True, "requires_symmetric": False, "synapse_model": entry.name,
        "num_connections": sum(link.n_edges for link in kernel.links if link.entry is entry),
        "synapse_modelid": list(kernel.models.synapses).index(entry.name),
        **entry.values(),
    }  # fmt: skip
    recorder = entry.defaults.get("weight_recorder")
    own["weight_recorder"] = NodeCollection() if recorder is None else NodeCollection([recorder])
    return dict(sorted(own.items()))


def SetDefaults(model: str, params: Any, val: Any = None) -> None:
    """Set default values of a model, for what is created or connected from now on.

    Parameters
    ----------
    model : str
    params : dict or str
        Names and values; or one name, with `val`.
    val : Any, optional

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nest.SetDefaults("iaf_psc_alpha", {"I_e": 376.0})
    >>> nest.Create("iaf_psc_alpha").I_e
    376.0
    """
    params = {params: val} if isinstance(params, str) else params
    if not isinstance(params, Mapping):
        raise TypeError(f"SetDefaults: params: got {params!r}, expected a dictionary")
    entry = kernel.models.any(new_name(model))
    entry.defaults = _checked_defaults(entry, {**entry.defaults, **params})


def CopyModel(existing: str, new: str, params: Mapping[str, Any] | None = None) -> None:
    """Copy a model under a new name, with other defaults.

    Parameters
    ----------
    existing, new : str
        Name of the model, and the new one.
    params : dict, optional
        Defaults of the copy.

    Raises
    ------
    NewModelNameExists, UnknownModelName

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nest.CopyModel("static_synapse", "excitatory", {"weight": 20.0, "delay": 1.5})
    >>> nest.GetDefaults("excitatory", "weight")
    20.0
    """
    if params is not None and not isinstance(params, Mapping):
        raise TypeError(f"CopyModel: params: got {params!r}, expected a dictionary")
    entry = kernel.models.copy(new_name(existing), new)
    entry.defaults = _checked_defaults(entry, {**entry.defaults, **(params or {})})
    kernel.models.add(entry)


def _checked_defaults(entry: NodeEntry | SynapseEntry, values: dict[str, Any]) -> dict[str, Any]:
    """The defaults, after checking that nodes or connections could be made with them."""
    if isinstance(entry, SynapseEntry):
        return _checked_synapse_defaults(entry, values)
    bare: Any = type(entry)(entry.name, entry.record)
    if isinstance(entry.record, RecorderModel):
        recorder = Recorder(kernel, bare, 0)
        recorder.change(values)()
        return {name: recorder.values[name] for name in values}
    given = in_terms_of_simcore(bare, values)
    with nest_errors():
        kernel.simulation.check_create(entry.record, given)
    return given


def _weight_recorder(model: str, value: Any) -> int:
    """Id of the weight_recorder that a model's connections are to be recorded by."""
    if not isinstance(value, NodeCollection):
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value in kernel.weight_recorders:
            return int(value)
        raise raised(
            "TypeMismatch", f"{model}: weight_recorder: got {value!r}, expected a NodeCollection with one weight_recorder"
        )
    ids = value._current()
    if ids.size != 1 or int(ids[0]) not in kernel.weight_recorders:
        raise raised("BadProperty", f"{model}: weight_recorder: got {value!r}, expected one weight_recorder")
    return int(ids[0])


def _checked_synapse_defaults(entry: SynapseEntry, values: dict[str, Any]) -> dict[str, Any]:
    from simcore.parameter import check_value

    own = {"weight", "delay", "receptor_type", "weight_recorder"}
    check_names(entry.name, values, (*own, *entry.record.settable))
    out = {}
    for name, value in values.items():
        if name in entry.record.settable:
            with nest_errors():
                out[name] = check_value(f"{entry.name}: {name}", value, entry.record.settable[name])
        elif name == "weight_recorder":
            out[name] = _weight_recorder(entry.name, value)
        elif name == "receptor_type" and not isinstance(value, (int, np.integer)):
            raise raised("TypeMismatch", f"{entry.name}: receptor_type: got {value!r}, expected a whole number")
        else:
            out[name] = int(value) if name == "receptor_type" else checked_number(value, f"{entry.name}: {name}")
    if "delay" in out:
        out["delay"] = float(delays_on_grid(kernel, out["delay"]))
    return out

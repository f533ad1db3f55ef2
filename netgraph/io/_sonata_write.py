"""The files of a SONATA circuit from a document: nodes.h5, edges.h5, types as CSV, parameters and configuration as JSON."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from netgraph.io._document import Document
from netgraph.io._fields import Field, Style, fields_of, header_of, identifier
from netgraph.io._json import dump
from simcore.distributions import Distribution
from simcore.errors import ParameterError

__all__ = ["STYLE", "write_circuit"]

STYLE = Style()
_VERSION = np.array([0, 1], dtype=np.uint32)
_MAGIC = np.uint32(0x0A7A)
_NODE_TYPE, _EDGE_TYPE = 100, 1


def write_circuit(h5py: ModuleType, document: Document, folder: Path, name: str) -> None:
    """Write all files into a new folder."""
    if not isinstance(name, str) or identifier(name) != name:
        raise ParameterError("save: population", got=name, expected="letters, digits and underscores, a letter first")
    types = _Types(document)
    axes = list("xyz"[: document.positions.shape[1]]) if document.positions is not None else []
    nodes = fields_of(document.nodes, document.n_nodes, STYLE, key=identifier, taken=["dynamics_params", *axes])
    others = {column: values for column, values in document.edges.items() if column != "weight"}
    edges = fields_of(others, document.n_edges, STYLE, key=identifier, taken=["dynamics_params", "syn_weight"])
    if "weight" in document.edges:
        edges.append(Field("weight", "syn_weight", document.edges["weight"], document.n_edges))
    note = header_of(document, edges, nodes, positions=axes or None, signs=types.signs is not None)
    places = [] if document.positions is None else list(document.positions.T)
    nodes = [*nodes, *(Field(axis, axis, place, document.n_nodes) for axis, place in zip(axes, places, strict=True))]
    folder.mkdir()
    with h5py.File(folder / "nodes.h5", "w") as file:
        _write_nodes(h5py, file, name, nodes, types=types)
        file["netgraph/note"] = dump(note)
        for key, array in document.arrays.items():
            file[f"netgraph/{key}"] = array
    with h5py.File(folder / "edges.h5", "w") as file:
        _write_edges(h5py, file, name, edges, document=document, types=types)
    _write_csv(folder / "node_types.csv", types.nodes)
    _write_csv(folder / "edge_types.csv", types.edges)
    for key, params in types.params.items():
        (folder / key).write_text(json.dumps(params, indent=1))
    (folder / "circuit_config.json").write_text(json.dumps(_CONFIG, indent=1))


_CONFIG = {
    "manifest": {"$BASE_DIR": "."},
    "components": {"point_neuron_models_dir": "$BASE_DIR", "synaptic_models_dir": "$BASE_DIR"},
    "networks": {
        "nodes": [{"nodes_file": "$BASE_DIR/nodes.h5", "node_types_file": "$BASE_DIR/node_types.csv"}],
        "edges": [{"edges_file": "$BASE_DIR/edges.h5", "edge_types_file": "$BASE_DIR/edge_types.csv"}],
    },
}


class _Types:
    """Types of nodes and edges, with what a population says of them.

    Attributes
    ----------
    nodes, edges : list of dict
        Rows of the CSV files.
    node_type, edge_type : ndarray of int
        Type of each node and of each edge.
    signs : ndarray of int, shape (n_nodes,), or None
        Sign of the weights of a node's outgoing edges; None without a population.
    params : dict
        Name of a JSON file to parameters.
    arrays : dict of str to ndarray of float64, shape (n_nodes,)
        Parameters that differ between the neurons of a group.
    """

    def __init__(self, document: Document) -> None:
        self.params: dict[str, Any] = {}
        self.arrays: dict[str, np.ndarray] = {}
        self.signs: np.ndarray | None = None
        if document.population is None:
            self.nodes = [_node_row(0, "nodes", "virtual", "NULL")]
            self.edges = [{"edge_type_id": _EDGE_TYPE, "model_template": "NULL", "dynamics_params": "NULL"}]
            self.node_type = np.full(document.n_nodes, _NODE_TYPE)
            self.edge_type = np.full(document.n_edges, _EDGE_TYPE)
            return
        self._of_population(document, document.population)

    def _of_population(self, document: Document, population: Any) -> None:
        index = np.asarray(population.group_index())
        groups = list(population.values())
        self.signs = np.array([*(group.neuron_type for group in groups), 1])[index]
        self.node_type = _NODE_TYPE + np.where(index < 0, len(groups), index)
        self.nodes = [self._node_row(i, group) for i, group in enumerate(groups)]
        if (index < 0).any():
            self.nodes.append(_node_row(len(groups), "rest", "virtual", "NULL"))
        self._gather(population)
        pairs = (index[document.source] + 1) * (len(groups) + 1) + index[document.target] + 1
        found, self.edge_type = np.unique(pairs, return_inverse=True)
        self.edge_type = self.edge_type + _EDGE_TYPE
        self.edges = []
        for i, pair in enumerate(found.tolist()):
            source, target = (int(k) - 1 for k in divmod(pair, len(groups) + 1))
            self.edges.append(self._edge_row(i, population, groups, pair=(source, target)))
        if not self.edges:
            self.edges = [{"edge_type_id": _EDGE_TYPE, "model_template": "NULL", "dynamics_params": "NULL"}]

    def _node_row(self, i: int, group: Any) -> dict[str, Any]:
        model = group.neuron_model
        row = _node_row(
            i, group.name, "virtual" if model is None else "point_neuron", "NULL" if model is None else f"nest:{model}"
        )
        row["ei"] = "e" if group.neuron_type == 1 else "i"
        row["dynamics_params"] = f"neurons_{_NODE_TYPE + i}.json"
        self.params[row["dynamics_params"]] = {
            name: value for name, value in group.neuron_param.items() if not isinstance(value, (np.ndarray, Distribution))
        }
        return row

    def _gather(self, population: Any) -> None:
        """Parameters that are arrays in a group, of all neurons whose model has them."""
        from netgraph._parameter_values import current

        groups = [group for group in population.values() if group.model is not None]
        names = dict.fromkeys(n for g in groups for n, value in g.neuron_param.items() if isinstance(value, np.ndarray))
        for name in names:
            values = np.full(population.size, np.nan)
            for group in groups:
                value = current(group, group.model, name) if name in group.model.settable else np.nan
                values[group.ids] = np.nan if isinstance(value, Distribution) else value
            self.arrays[name] = values

    def _edge_row(self, i: int, population: Any, groups: list[Any], *, pair: tuple[int, int]) -> dict[str, Any]:
        names = [groups[k].name if k >= 0 else None for k in pair]
        synapse = {"synapse_model": "static_synapse", "receptor_type": 0}
        if None not in names:
            synapse = population.resolve_synapse(*names)
        key = f"synapses_{_EDGE_TYPE + i}.json"
        model = synapse.pop("synapse_model")
        receptor = synapse.pop("receptor_type")
        numbers: dict[str, Any] = {name: value for name, value in synapse.items() if not isinstance(value, Distribution)}
        self.params[key] = numbers | ({"receptor_type": receptor} if receptor else {})
        shown = [identifier(name) if name is not None else "rest" for name in names]
        return {
            "edge_type_id": _EDGE_TYPE + i,
            "source_query": shown[0],
            "target_query": shown[1],
            "model_template": getattr(model, "name", model),
            "dynamics_params": key,
        }


def _node_row(i: int, name: str, model_type: str, template: str) -> dict[str, Any]:
    return {
        "node_type_id": _NODE_TYPE + i,
        "pop_name": identifier(name),
        "ei": "NULL",
        "model_type": model_type,
        "model_template": template,
        "dynamics_params": "NULL",
    }


def _write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    lines = [" ".join(rows[0]), *(" ".join(map(str, row.values())) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_nodes(h5py: ModuleType, file: Any, name: str, fields: list[Field], *, types: _Types) -> None:
    file.attrs["version"], file.attrs["magic"] = _VERSION, _MAGIC
    n = types.node_type.size
    group = file.create_group(f"nodes/{name}")
    group["node_id"] = np.arange(n, dtype=np.uint64)
    group["node_type_id"] = types.node_type.astype(np.int64)
    _put_constant(group, "node_group_id", np.asarray(0, dtype=np.uint32), n)
    group["node_group_index"] = np.arange(n, dtype=np.uint64)
    _write_fields(h5py, group.create_group("0"), fields)
    for key, values in types.arrays.items():
        group[f"0/dynamics_params/{key}"] = values


def _write_edges(h5py: ModuleType, file: Any, name: str, fields: list[Field], *, document: Document, types: _Types) -> None:
    file.attrs["version"], file.attrs["magic"] = _VERSION, _MAGIC
    group = file.create_group(f"edges/{name}_to_{name}")
    for end in ("source", "target"):
        group[f"{end}_node_id"] = getattr(document, end).astype(np.uint64)
        group[f"{end}_node_id"].attrs["node_population"] = name
    group["edge_type_id"] = types.edge_type.astype(np.int64)
    _put_constant(group, "edge_group_id", np.asarray(0, dtype=np.uint32), document.n_edges)
    group["edge_group_index"] = np.arange(document.n_edges, dtype=np.uint64)
    signs = types.signs
    if signs is not None:
        signed = [_signed(field, signs[document.source]) if field.name == "weight" else field for field in fields]
        fields = signed
    _write_fields(h5py, group.create_group("0"), fields)
    for key, ends in (("source_to_target", document.source), ("target_to_source", document.target)):
        nodes, ranges = _index(ends, document.n_nodes)
        group[f"indices/{key}/node_id_to_ranges"] = nodes
        group[f"indices/{key}/range_to_edge_id"] = ranges


def _signed(field: Field, signs: np.ndarray) -> Field:
    same = signs.size > 0 and (signs == signs[0]).all()
    values = field.values * signs[0] if same and field.values.ndim == 0 else field.piece(slice(None)) * signs
    return Field(field.name, field.key, np.asarray(values, dtype=np.float64), field.size)


def _write_fields(h5py: ModuleType, group: Any, fields: list[Field]) -> None:
    for field in fields:
        values = field.values
        if values.dtype.kind == "b":
            values = values.astype(np.int8)
        if values.dtype.kind == "U":
            group[field.key] = np.array(field.piece(slice(None)).tolist(), dtype=h5py.string_dtype())
        elif values.ndim == 0:
            _put_constant(group, field.key, values, field.size)
        else:
            group[field.key] = values


def _put_constant(group: Any, key: str, value: np.ndarray, size: int) -> None:
    """A column of which the file holds one number."""
    group.create_dataset(key, shape=(size,), dtype=value.dtype, fillvalue=value.item())


def _index(ends: np.ndarray, n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the edges of each node are: its ranges, and for each range the first edge and the one after the last."""
    order = np.argsort(ends, kind="stable")
    owners = ends[order]
    begins = np.ones(order.size, dtype=bool)
    begins[1:] = (owners[1:] != owners[:-1]) | (order[1:] != order[:-1] + 1)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], order.size)[: first.size] - 1
    ranges = np.column_stack([order[first], order[last] + 1]).astype(np.uint64)
    nodes = np.arange(n_nodes)
    owner = owners[first]
    found = [np.searchsorted(owner, nodes, side) for side in ("left", "right")]
    return np.column_stack(found).astype(np.uint64).reshape(n_nodes, 2), ranges.reshape(-1, 2)

"""A document from the files of a SONATA circuit, of ours or of another program; links out of a file are not followed."""

import csv
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from netgraph.io._document import Document, check_size
from netgraph.io._raw import Cells, Raw, convert, document_of, note_of
from simcore.errors import FileFormatError, NetspikeError, UnknownNameError
from simcore.memory import check_free

__all__ = ["read_circuit"]

# Names of files have no more characters.
_LONGEST = 4096


def read_circuit(h5py: ModuleType, path: Path, wanted: dict[str, str | None], *, directed: bool) -> Document:
    """Read all files of a circuit."""
    config = path / "circuit_config.json" if path.is_dir() else path
    networks = _networks(config)
    try:
        nodes = _Nodes(path)
        for entry in networks.get("nodes", []):
            with h5py.File(entry["nodes_file"], "r") as file:
                nodes.add(h5py, file, _types(entry.get("node_types_file"), "node"), wanted["nodes"])
        edges = _Edges(path, nodes)
        for entry in networks.get("edges", []):
            with h5py.File(entry["edges_file"], "r") as file:
                edges.add(h5py, file, _types(entry.get("edge_types_file"), "edge"), wanted["edges"])
    except NetspikeError:
        raise
    except FileNotFoundError as error:
        raise FileFormatError(
            config, got=f"a file that is not there: {error.filename or error}", expected="names of files"
        ) from None
    except (OSError, RuntimeError) as error:
        raise FileFormatError(path, got=str(error), expected="a SONATA circuit in HDF5 files") from error
    _check_found("nodes", nodes, wanted["nodes"])
    _check_found("edges", edges, wanted["edges"])
    return _document(path, nodes, edges, directed=directed)


class _Table:
    """Columns that grow by populations; what one of them has not is missing there."""

    def __init__(self, path: Path) -> None:
        self.path, self.size = path, 0
        self.names: list[str] = []
        self.seen: list[str] = []
        self._parts: dict[str, list[tuple[int, np.ndarray]]] = {}

    def append(self, name: str, n: int, columns: dict[str, np.ndarray]) -> None:
        for key, values in columns.items():
            self._parts.setdefault(key, []).append((self.size, values))
        self.names += [name]
        self.size += n

    def cells(self) -> dict[str, Cells]:
        """All columns."""
        return {key: _joined(parts, self.size) for key, parts in self._parts.items()}


class _Nodes(_Table):
    """Nodes of all populations, and the note of ours."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.first: dict[str, tuple[int, np.ndarray]] = {}
        self.note: dict[str, Any] | None = None
        self.arrays: dict[str, np.ndarray] = {}

    def add(self, h5py: ModuleType, file: Any, types: dict[int, dict[str, str]], wanted: str | None) -> None:
        """Add the populations of a file."""
        if "netgraph" in file:
            self.note = note_of(self.path, str(_strings(file["netgraph/note"][()])))
            extra = _member(h5py, file["netgraph"], "extra") if "extra" in file["netgraph"] else {}
            self.arrays = {f"extra/{key}": _data(self.path, h5py, extra, key)[()] for key in extra}
        for name in _populations(file, "nodes", self, wanted):
            group = _member(h5py, file["nodes"], name)
            n = check_size(self.path, int(_shape(self.path, h5py, group, "node_type_id")[0]))
            if name in self.first:
                raise FileFormatError(self.path, got=f"two populations of nodes {name!r}", expected="each once")
            ids = _array(self.path, h5py, group, "node_id") if "node_id" in group else np.arange(n)
            self.first[name] = (self.size, ids)
            columns = _columns(self.path, h5py, group, "node", types=types, is_ours=self.note is not None)
            self.append(name, n, columns)

    def numbers(self, population: str, ids: np.ndarray) -> np.ndarray:
        """Numbers of the nodes with these ids in a population."""
        if population not in self.first:
            raise FileFormatError(self.path, got=f"edges of nodes of {population!r}", expected=", ".join(self.first) or "nodes")
        first, known = self.first[population]
        if not np.array_equal(known, np.arange(known.size)):
            order = np.argsort(known, kind="stable")
            at = np.searchsorted(known, ids, sorter=order).clip(max=max(0, known.size - 1))
            if ids.size and (known.size == 0 or (known[order[at]] != ids).any()):
                raise FileFormatError(self.path, got="an edge of a node that is not there", expected=f"nodes of {population!r}")
            return first + order[at]
        if ids.size and (int(ids.min()) < 0 or int(ids.max()) >= known.size):
            got = f"an edge of node {int(ids.max())} of {population!r}"
            raise FileFormatError(self.path, got=got, expected=f"nodes from 0 to {known.size - 1}")
        return ids.astype(np.int64) + first


class _Edges(_Table):
    """Edges of all populations."""

    def __init__(self, path: Path, nodes: _Nodes) -> None:
        super().__init__(path)
        self._nodes = nodes
        self.ends: dict[str, list[np.ndarray]] = {"source": [], "target": []}

    def add(self, h5py: ModuleType, file: Any, types: dict[int, dict[str, str]], wanted: str | None) -> None:
        """Add the populations of a file."""
        for name in _populations(file, "edges", self, wanted):
            group = _member(h5py, file["edges"], name)
            sizes = set()
            for end, found in self.ends.items():
                ids = _array(self.path, h5py, group, f"{end}_node_id")
                population = group[f"{end}_node_id"].attrs.get("node_population", "")
                found.append(self._nodes.numbers(str(_strings(population)), ids))
                sizes.add(ids.size)
            if len(sizes) > 1:
                raise FileFormatError(self.path, got=f"{name!r} with {sizes} ends", expected="as many sources as targets")
            is_ours = self._nodes.note is not None
            self.append(name, sizes.pop(), _columns(self.path, h5py, group, "edge", types=types, is_ours=is_ours))


def _document(path: Path, nodes: _Nodes, edges: _Edges, *, directed: bool) -> Document:
    source, target = (np.concatenate([np.empty(0, np.int64), *ends]) for ends in edges.ends.values())
    raw = Raw(path, nodes.size, source, target, directed, nodes=nodes.cells(), edges=edges.cells(), note=nodes.note)
    if nodes.note is not None:
        raw.directed = bool(nodes.note["directed"])
        document = document_of(_unsigned(raw, nodes))
        document.arrays = nodes.arrays
        return document
    if len(nodes.names) > 1:
        sizes = np.diff([*(first for first, _ in nodes.first.values()), nodes.size])
        raw.nodes["population"] = Cells(np.repeat(nodes.names, sizes))
    if "syn_weight" in raw.edges and "weight" not in raw.edges:
        raw.edges["weight"] = raw.edges.pop("syn_weight")
    return document_of(raw)


def _unsigned(raw: Raw, nodes: _Nodes) -> Raw:
    """Weights as the graph has them: without the sign of the source's type."""
    if nodes.note is None or not nodes.note.get("signs") or "syn_weight" not in raw.edges:
        return raw
    from netgraph.io._population import group_types

    signs = group_types(nodes.note["about"]["population"], nodes.arrays, raw.n_nodes)
    raw.edges["syn_weight"] = Cells(np.asarray(raw.edges["syn_weight"].values) * signs[raw.source])
    return raw


def _networks(config: Path) -> dict[str, list[dict[str, str]]]:
    """The files of nodes and edges, with variables of the manifest replaced."""
    try:
        tree = json.loads(config.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise FileFormatError(config, line=line, got=str(error), expected="a circuit configuration in JSON") from None
    manifest = {key: str(value) for key, value in tree.get("manifest", {}).items()}
    found: dict[str, list[dict[str, str]]] = {}
    for kind in ("nodes", "edges"):
        found[kind] = [
            {key: str(config.parent / _resolved(value, manifest)) for key, value in entry.items() if isinstance(value, str)}
            for entry in tree["networks"].get(kind, [])
        ]
    return found


def _resolved(text: str, manifest: dict[str, str]) -> str:
    """A name of a file without variables, which may stand for others."""
    names = {key if key.startswith("$") else f"${key}": value for key, value in manifest.items()}
    for _ in range(len(manifest)):
        for name, value in names.items():
            text = text.replace(name, value) if len(text) <= _LONGEST else text
    if any(name in text for name in names):
        raise ValueError("a manifest whose variables name each other")
    return text.replace("${configdir}", ".").replace("$configdir", ".")


def _types(path: str | None, kind: str) -> dict[int, dict[str, str]]:
    """Attributes of each type, by its number."""
    if path is None or path.endswith(("NULL", "null")):
        return {}
    types = {}
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter=" ", skipinitialspace=True)
        for row in reader:
            number = row.pop(f"{kind}_type_id", None)
            if number is None or not number.lstrip("-").isdigit() or None in row:
                raise FileFormatError(
                    path, line=reader.line_num, got=str(row)[:60], expected=f"{kind}_type_id and its attributes"
                )
            types[int(number)] = {str(key): value or "" for key, value in row.items()}
    return types


def _populations(file: Any, kind: str, table: "_Table", wanted: str | None) -> list[str]:
    names = list(file[kind]) if kind in file else []
    table.seen += names
    return [name for name in names if wanted in (None, name)]


def _check_found(kind: str, table: "_Table", wanted: str | None) -> None:
    if wanted is not None and wanted not in table.seen:
        raise UnknownNameError(f"population of {kind}", got=wanted, choices=table.seen)


def _columns(
    path: Path, h5py: ModuleType, group: Any, kind: str, *, types: dict[int, dict[str, str]], is_ours: bool
) -> dict[str, np.ndarray]:
    """Attributes of a population, those of its types first."""
    type_ids = _array(path, h5py, group, f"{kind}_type_id")
    n = type_ids.size
    columns: dict[str, np.ndarray] = {}
    if not is_ours:
        columns |= _type_columns(types, type_ids)
    numbered = f"{kind}_group_id" in group
    which = _array(path, h5py, group, f"{kind}_group_id") if numbered else np.zeros(n, np.int64)
    index = _array(path, h5py, group, f"{kind}_group_index") if numbered else np.arange(n)
    if which.size != n or index.size != n:
        raise FileFormatError(path, got=f"{which.size} groups and {index.size} places of {n} {kind}s", expected=f"{n} of each")
    for number in np.unique(which).tolist():
        rows = np.flatnonzero(which == number)
        if str(number) in group:
            _add_group(path, h5py, group, str(number), columns=columns, rows=rows, index=index[rows].astype(np.int64), n=n)
    return columns


def _add_group(
    path: Path,
    h5py: ModuleType,
    group: Any,
    number: str,
    *,
    columns: dict[str, np.ndarray],
    rows: np.ndarray,
    index: np.ndarray,
    n: int,
) -> None:
    """Put the attributes of a group of nodes or edges into the columns of its population."""
    members = _member(h5py, group, number)
    for key in members:
        if key in ("@library", "dynamics_params"):
            continue
        values = _array(path, h5py, members, key)
        if values.ndim == 0 or (index.size and not 0 <= int(index.min()) <= int(index.max()) < len(values)):
            raise FileFormatError(path, got=f"{values.shape} values of {key!r}", expected=f"one for each of {n}")
        if key in members.get("@library", {}):
            values = _array(path, h5py, members["@library"], key)[values.astype(np.int64)]
        for name, column in _flat(key, values):
            columns[name] = _put(columns.get(name), column[index], rows, n)


def _flat(key: str, values: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Columns of a table: x, y, z of positions, else with their numbers."""
    if values.ndim == 1:
        return [(key, values)]
    flat = values.reshape(len(values), -1).T
    names = "xyz" if key == "positions" and len(flat) <= 3 else [f"{key}_{i}" for i in range(len(flat))]
    return list(zip(names, flat, strict=False))


def _put(column: np.ndarray | None, values: np.ndarray, rows: np.ndarray, n: int) -> np.ndarray:
    if rows.size == n and column is None and np.array_equal(rows, np.arange(n)):
        return values
    if column is None or column.dtype.kind != values.dtype.kind:
        column = _blank(n, values.dtype)
    whole = column.astype(np.result_type(column.dtype, values.dtype))
    whole[rows] = values
    return whole


def _blank(n: int, dtype: np.dtype) -> np.ndarray:
    return np.full(n, np.nan) if dtype.kind in "if" else np.zeros(n, dtype)


def _type_columns(types: dict[int, dict[str, str]], type_ids: np.ndarray) -> dict[str, np.ndarray]:
    """Attributes of the types, spread over nodes or edges; those that no type has are left out."""
    known, where = np.unique(type_ids, return_inverse=True)
    columns: dict[str, np.ndarray] = {}
    for key in dict.fromkeys(key for one in types.values() for key in one):
        texts = [types.get(int(number), {}).get(key, "") for number in known]
        if not all(text in ("", "NULL") for text in texts):
            columns[key] = convert(["nan" if t == "NULL" and _are_numbers(texts) else t for t in texts], None)[where]
    return columns


def _are_numbers(texts: list[str]) -> bool:
    return convert([text for text in texts if text not in ("", "NULL")], None).dtype.kind in "if"


def _joined(parts: list[tuple[int, np.ndarray]], size: int) -> Cells:
    """One column from those of several populations."""
    if len(parts) == 1 and parts[0][1].size == size:
        return Cells(parts[0][1])
    kinds = {values.dtype.kind for _, values in parts}
    rows = np.concatenate([np.arange(first, first + values.size) for first, values in parts])
    if len(kinds) > 1 and "U" in kinds:
        parts = [(first, values.astype(str)) for first, values in parts]
    return Cells(np.concatenate([values for _, values in parts]), rows)


def _member(h5py: ModuleType, group: Any, key: str) -> Any:
    """A member of a group that lies in the same file."""
    link = group.get(key, getlink=True)
    if isinstance(link, h5py.ExternalLink):
        raise FileFormatError(group.file.filename, got=f"{key!r}, a link to another file", expected="data in this file")
    return group[key]


def _shape(path: Path, h5py: ModuleType, group: Any, key: str) -> tuple[int, ...]:
    shape = tuple(int(n) for n in _member(h5py, group, key).shape)
    if not shape:
        raise FileFormatError(path, got=f"one value of {key!r}", expected="a column")
    return shape


def _data(path: Path, h5py: ModuleType, group: Any, key: str) -> Any:
    """A dataset that lies in the same file and would fit into memory."""
    data = _member(h5py, group, key)
    if not isinstance(data, h5py.Dataset) or data.is_virtual or data.external:
        raise FileFormatError(path, got=f"{key!r}, which is no plain dataset", expected="data in this file")
    check_free(f"load {path}", f"{key!r}", 8.0 * data.size)
    return data


def _array(path: Path, h5py: ModuleType, group: Any, key: str) -> np.ndarray:
    """A dataset as bool, int64, float64 or text."""
    data = _data(path, h5py, group, key)
    if h5py.check_string_dtype(data.dtype) is not None:
        texts = data.asstr()[()]
        return convert(texts.ravel().tolist(), "str").reshape(texts.shape)
    if data.dtype.kind not in "biufe":
        raise FileFormatError(path, got=f"{key!r} of type {data.dtype}", expected="numbers or texts")
    values = data[()]
    return (
        values if values.dtype.kind == "b" else values.astype(np.float64 if values.dtype.kind == "f" else np.int64, copy=False)
    )


def _strings(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value

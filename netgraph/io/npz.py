"""npz: a zip archive of NumPy arrays and a header in JSON, which loads fastest and can stay on disk (``mmap=True``).

`numpy.load` opens it too: ``source`` and ``target``, one array a column (``edges/weight``), ``positions``, and ``header``, a
text. Arrays are not compressed, and each begins at a multiple of 64 bytes.
"""

import mmap as memory_map
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from netgraph.io._document import KINDS, Document
from netgraph.io._format import FileFormat
from netgraph.io._json import dump, parse
from simcore.archive import refuse_broken
from simcore.errors import FileFormatError, NetspikeError, TooLargeError
from simcore.memory import check_free

__all__ = ["FORMAT"]

_VERSION = 1
_ALIGNMENT = 64
# A local header of the archive: 30 bytes, the name, and the extra field, in which sizes of 64 bits take 20.
_LOCAL = struct.Struct("<4s22xHH")


def write(document: Document, path: Path, *, progress: bool | None = None) -> None:
    """Write a document."""
    arrays = {"source": document.source, "target": document.target}
    header: dict[str, Any] = {
        "format": "netgraph",
        "version": _VERSION,
        "n_nodes": document.n_nodes,
        "directed": document.directed,
        "name": document.name,
        "type": document.type,
        "about": document.about,
        "extra": list(document.arrays),
    }
    for kind, columns in (("edges", document.edges), ("nodes", document.nodes)):
        keys = {name: f"{kind}/{name if name.isidentifier() and name.isascii() else i}" for i, name in enumerate(columns)}
        header[kind] = list(keys.items())
        arrays |= {keys[name]: column for name, column in columns.items()}
    if document.positions is not None:
        arrays["positions"] = document.positions
    with zipfile.ZipFile(path, "w") as archive:
        _add(archive, "header", np.array(dump(header)))
        for name, array in (arrays | document.arrays).items():
            _add(archive, name, array)


def read(path: Path, *, progress: bool | None = None, mmap: bool = False) -> Document:
    """Read a document.

    Parameters
    ----------
    path : Path
    progress : bool, optional
        Not needed: reading takes no longer than the disk.
    mmap : bool
        Leave the arrays on disk, read-only; the system reads what is used, and the file must stay as it is.
    """
    try:
        with refuse_broken(path, "a netgraph .npz file"), path.open("rb") as file, zipfile.ZipFile(file) as archive:
            return _read(path, _Members(path, file, archive, mapped=bool(mmap)))
    except (FileFormatError, TooLargeError):
        raise
    except NetspikeError as error:
        raise FileFormatError.because(path, str(error).removeprefix(f"{path}: ")) from error.__cause__


FORMAT = FileFormat("npz", (".npz",), read, write, inline=False)


def _add(archive: zipfile.ZipFile, name: str, array: np.ndarray) -> None:
    """Store an array so that its data begin at a multiple of 64 bytes (the header of an .npy file has such a length)."""
    info = zipfile.ZipInfo(f"{name}.npy")
    if archive.fp is None:
        raise ValueError("the archive is closed")
    begin = archive.fp.tell() + 30 + len(info.filename.encode()) + 20
    room = -(begin + 4) % _ALIGNMENT
    info.extra = struct.pack("<HH", 0xD935, room) + bytes(room)
    with archive.open(info, "w", force_zip64=True) as member:
        npy.write_array(member, np.asanyarray(array), version=(1, 0), allow_pickle=False)


class _Members:
    """The arrays of an archive, read or mapped; their sizes are checked before anything is allocated."""

    def __init__(self, path: Path, file: BinaryIO, archive: zipfile.ZipFile, *, mapped: bool) -> None:
        self.path, self._file, self._archive = path, file, archive
        self._map = memory_map.mmap(file.fileno(), 0, access=memory_map.ACCESS_READ) if mapped else None

    def array(self, name: str) -> np.ndarray:
        """The array of that name."""
        info = self._archive.getinfo(f"{name}.npy")
        check_free(f"load {self.path}", f"array {name!r}", 0.0 if self._map else float(info.file_size))
        with self._archive.open(info) as member:
            version = npy.read_magic(member)
            if version != (1, 0):
                raise ValueError(f"array {name!r} in version {version} of NumPy's format")
            shape, by_columns, dtype = npy.read_array_header_1_0(member)
            begin = member.tell()
            n_bytes = int(np.prod(shape, dtype=object)) * dtype.itemsize
            if dtype.kind not in KINDS or dtype.fields or begin + n_bytes != info.file_size:
                raise ValueError(f"array {name!r} of type {dtype} and shape {shape} in {info.file_size} bytes")
            if self._map is None or info.compress_type != zipfile.ZIP_STORED or n_bytes == 0:
                flat = np.frombuffer(member.read(), dtype=dtype)
            else:
                flat = self._mapped(info, begin, dtype, n_bytes)
        native = flat if dtype.isnative else flat.astype(dtype.newbyteorder("="))
        return native.reshape(shape, order="F" if by_columns else "C")

    def _mapped(self, info: zipfile.ZipInfo, begin: int, dtype: np.dtype, n_bytes: int) -> np.ndarray:
        self._file.seek(info.header_offset)
        magic, name_length, extra_length = _LOCAL.unpack(self._file.read(_LOCAL.size))
        start = info.header_offset + _LOCAL.size + name_length + extra_length + begin
        if magic != b"PK\x03\x04" or start + n_bytes > len(self._map or b""):
            raise ValueError("an array that lies outside the file")
        return np.frombuffer(self._map, dtype=dtype, count=n_bytes // dtype.itemsize, offset=start)  # type: ignore[arg-type]


def _read(path: Path, members: _Members) -> Document:
    header = parse(str(members.array("header")))
    if (header.get("format"), header.get("version")) != ("netgraph", _VERSION):
        got = f"format {header.get('format')!r}, version {header.get('version')!r}"
        raise FileFormatError(path, got=got, expected=f"format 'netgraph', version {_VERSION}")
    columns: dict[str, Any] = {kind: _columns(members, header[kind]) for kind in ("edges", "nodes")}
    return Document(
        header["n_nodes"],
        members.array("source"),
        members.array("target"),
        bool(header["directed"]),
        header["name"],
        header["type"],
        **columns,
        positions=members.array("positions") if "positions.npy" in members._archive.namelist() else None,
        about=header["about"],
        arrays={name: members.array(name) for name in header["extra"]},
    )


def _columns(members: _Members, listed: list[Any]) -> Mapping[str, np.ndarray]:
    return {str(name): members.array(key) for name, key in listed}

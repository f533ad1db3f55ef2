"""Recording backends ascii and screen: a table of senders, times and values, to a file in NEST's format or to the terminal.

NEST begins files anew with every call of ``Simulate``, one for each thread. Here a recorder has one file, which all runs
continue.
"""

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from simcore.nest.errors import raised

if TYPE_CHECKING:
    from simcore.nest._recorders import Recorder

__all__ = ["BACKENDS", "Output", "check_property"]

# Properties of recorders that write, by backend, with their defaults.
BACKENDS: dict[str, dict[str, Any]] = {"ascii": {"file_extension": "dat", "precision": 3}, "screen": {"precision": 3}}

_HEADER = "# NEST version: 3.10.0\n# RecordingBackendASCII version: 2\n"

# Columns of whole numbers, and those that have names of their own in a file.
_WHOLE = ("senders", "targets", "receptors", "ports")
_TITLES = {"senders": "sender", "targets": "target", "receptors": "receptor", "ports": "port", "weights": "weight"}


def check_property(model: str, name: str, value: Any) -> Any:
    """A checked property of a backend."""
    if name == "file_extension":
        if not isinstance(value, str) or "/" in value:
            raise raised("TypeMismatch", f"{model}: file_extension: got {value!r}, expected a text without '/'")
        return value
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
        raise raised("BadProperty", f"{model}: precision: got {value!r}, expected a whole number of digits, >= 0")
    return int(value)


class Output:
    """Where a recorder writes, and how far it has come.

    Parameters
    ----------
    recorder : Recorder
    """

    def __init__(self, recorder: "Recorder") -> None:
        self._recorder = recorder
        self._opened: Path | None = None
        self.n_rows = 0
        # Step up to which rows have been written.
        self.step = 0

    @property
    def path(self) -> Path:
        """The file: where it was opened, or where it would be."""
        if self._opened is not None:
            return self._opened
        recorder, settings = self._recorder, self._recorder.kernel.settings
        label = recorder.values["label"] or recorder.entry.name
        extension = recorder.values["file_extension"]
        name = f"{settings.data_prefix}{label}-{recorder.node}-0{'.' if extension else ''}{extension}"
        return Path(settings.data_path) / name

    def open(self) -> None:
        """Begin the file, unless that was done; one that exists is replaced only if ``nest.overwrite_files`` allows it."""
        recorder, path = self._recorder, self.path
        if recorder.values["record_to"] != "ascii" or self._opened is not None or recorder.kernel.rank > 0:
            return
        if path.exists() and not recorder.kernel.settings.overwrite_files:
            way = "set nest.overwrite_files = True, another nest.data_path or nest.data_prefix, or the recorder's label"
            raise raised("IOError", f"{recorder.entry.name} {recorder.node}: file {str(path)!r} exists; {way}")
        titles = [self._title(name) for name in self._columns(recorder.rows())]
        try:
            path.write_text(_HEADER + "\t".join(titles) + "\n")
        except OSError as error:
            raise raised("IOError", f"{recorder.entry.name} {recorder.node}: cannot write {str(path)!r}: {error}") from error
        self._opened = path

    def write(self) -> None:
        """Write the rows that have come since the last call."""
        rows = self._recorder.rows(since=self.step)
        self.step = self._recorder.shown_until
        self.n_rows += len(rows["times"])
        if self._recorder.kernel.rank > 0:
            return
        if self._recorder.values["record_to"] == "screen":
            self._print(rows, sys.stdout)
            return
        with self.path.open("a") as file:
            self._print(rows, file)

    def _print(self, rows: dict[str, np.ndarray], file: IO[str]) -> None:
        names = self._columns(rows)
        exact = f"%.{self._recorder.values['precision']}f"
        in_steps = self._recorder.values["time_in_steps"]
        formats = ["%d" if name in _WHOLE or (name == "times" and in_steps) else exact for name in names]
        np.savetxt(file, np.stack([rows[name].astype(np.float64) for name in names], axis=1), fmt=formats, delimiter="\t")

    @staticmethod
    def _columns(rows: dict[str, np.ndarray]) -> list[str]:
        """Names of the columns, in the order of the file."""
        first = [name for name in ("senders", "times", "offsets") if name in rows]
        return [*first, *(name for name in rows if name not in first)]

    def _title(self, name: str) -> str:
        in_steps = self._recorder.values["time_in_steps"]
        if name == "times":
            return "time_step" if in_steps else "time_ms"
        return {"offsets": "time_offset", **_TITLES}.get(name, name)

"""Recording backends ascii and screen: a table of senders, times and values, to a file in NEST's format or to the terminal.

NEST begins files anew with every call of ``Simulate``, one for each thread. Here a recorder has one file, which all runs
continue; another label, prefix or folder begins another file.
"""

import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
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

# Columns of whole numbers, and titles that are not the names of the columns.
_WHOLE = ("senders", "targets", "receptors", "ports")
_TITLES = {"senders": "sender", "times": "time_ms", "offsets": "time_offset"}

# Columns that a weight_recorder adds to senders and times, in the order of NEST's files.
_OF_WEIGHTS = ("weights", "targets", "receptors", "ports")

# Rows that are put into words at once.
_ROWS_AT_ONCE = 10_000


def check_property(model: str, name: str, value: Any) -> Any:
    """A checked property of a backend, or the label of a recorder."""
    if name != "precision":
        if not isinstance(value, str) or "/" in value:
            raise raised("TypeMismatch", f"{model}: {name}: got {value!r}, expected a text without '/'")
        return value
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
        raise raised("BadProperty", f"{model}: precision: got {value!r}, expected a whole number of digits, >= 0")
    return int(value)


class Output:
    """Where a recorder writes, and how many rows it has written; what is written is not kept in memory.

    Parameters
    ----------
    recorder : Recorder
    """

    def __init__(self, recorder: "Recorder") -> None:
        # Of no weight, so that a recorder that nobody holds any more is freed at once.
        self._recorder: Recorder = weakref.proxy(recorder)
        # Files begun since the last reset: the name that settings and label give, and where that was then.
        self._begun: dict[Path, Path] = {}
        self.n_rows = 0

    @property
    def path(self) -> Path:
        """The file that the next run writes to, as it is called by the present settings."""
        recorder, settings = self._recorder, self._recorder.kernel.settings
        label = recorder.values["label"] or recorder.entry.name
        extension = recorder.values["file_extension"]
        name = f"{settings.data_prefix}{label}-{recorder.node}-0{'.' if extension else ''}{extension}"
        return Path(settings.data_path) / name

    def check(self) -> None:
        """Refuse to replace a file that another simulation has written, unless ``nest.overwrite_files`` allows it."""
        recorder = self._recorder
        if self._is_to_begin and self.path.exists() and not recorder.kernel.settings.overwrite_files:
            way = "set nest.overwrite_files = True, another nest.data_path or nest.data_prefix, or the recorder's label"
            raise raised("IOError", f"{self._who}: file {str(self.path)!r} exists; {way}")

    def open(self) -> None:
        """Begin the file, unless that was done."""
        if not self._is_to_begin:
            return
        place = self.path.absolute()
        with self._file_errors(place):
            place.write_text(_HEADER + "\t".join(self._titles()) + "\n")
        self._begun[self.path] = place

    @property
    def _is_to_begin(self) -> bool:
        recorder = self._recorder
        return recorder.values["record_to"] == "ascii" and self.path not in self._begun and recorder.kernel.rank == 0

    def write(self) -> None:
        """Write the rows that have come since the last call, and forget them."""
        rows = self._recorder.rows()
        self._recorder.forget()
        self.n_rows += len(rows["times"])
        if self._recorder.kernel.rank > 0:
            return
        if self._recorder.values["record_to"] == "screen":
            self._print(rows, sys.stdout)
            return
        place = self._begun[self.path]
        with self._file_errors(place), place.open("a") as file:
            self._print(rows, file)

    def _print(self, rows: dict[str, np.ndarray], file: IO[str]) -> None:
        names = self._columns()
        exact = f"%.{self._recorder.values['precision']}f"
        in_steps = self._recorder.values["time_in_steps"]
        words = ["%d" if name in _WHOLE or (name == "times" and in_steps) else exact for name in names]
        line = "\t".join(words) + "\n"
        for k in range(0, len(rows["times"]), _ROWS_AT_ONCE):
            table = np.stack([rows[name][k : k + _ROWS_AT_ONCE].astype(np.float64) for name in names], axis=1)
            file.write(line * len(table) % tuple(table.ravel().tolist()))

    def _columns(self) -> list[str]:
        """Names of the columns, in the order of the file."""
        values, model = self._recorder.values, self._recorder.model
        own = _OF_WEIGHTS if model.columns else values.get("record_from", ())
        return ["senders", "times", *(["offsets"] if values["time_in_steps"] else []), *dict.fromkeys(own)]

    def _titles(self) -> list[str]:
        in_steps = self._recorder.values["time_in_steps"]
        return ["time_step" if name == "times" and in_steps else _TITLES.get(name, name) for name in self._columns()]

    @property
    def _who(self) -> str:
        return f"{self._recorder.entry.name} {self._recorder.node}"

    @contextmanager
    def _file_errors(self, place: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise raised("IOError", f"{self._who}: cannot write {str(place)!r}: {error}") from error

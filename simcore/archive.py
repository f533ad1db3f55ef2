"""Files of arrays: an npz archive, never with pickle, whose header in JSON names its format and version."""

import errno
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from simcore.errors import NetspikeError

__all__ = ["read_archive", "refuse_broken", "write_archive"]

# What reading a file that is no archive, or a damaged or foreign one, raises.
_BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, EOFError, RuntimeError, struct.error)


def write_archive(path: Path, header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Path:
    """Write a header and arrays; an interrupted write leaves the old file as it was.

    Parameters
    ----------
    path : Path
    header : dict
        Plain numbers, strings, lists and dictionaries, with ``"format"`` and ``"version"``.
    arrays : dict of str to ndarray
        Any names but ``"header"``.
    """
    # A name of its own for each process: several ranks may write the same file.
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, header=np.array(json.dumps(header)), **arrays)
        temporary.replace(path)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None
    finally:
        temporary.unlink(missing_ok=True)
    return path


def read_archive(path: Path, kind: str, form: tuple[str, int]) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays of a file that `write_archive` wrote.

    Parameters
    ----------
    path : Path
    kind : str
        What the file should be, for the message.
    form : (str, int)
        Format and version that are wanted.

    Raises
    ------
    NetspikeError
        The file is of another kind, or broken.
    """
    with refuse_broken(path, kind):
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(str(arrays.pop("header")))
        if (header["format"], header["version"]) != form:
            found = f"{header['format']!r} version {header['version']}"
            raise NetspikeError(f"{path}: not {kind} (format {found}, expected {form[0]!r} version {form[1]})")
        return header, arrays


@contextmanager
def refuse_broken(path: Path, kind: str) -> Iterator[None]:
    """Turn the errors of reading a broken file into one that names the file."""
    try:
        yield
    except NetspikeError:
        raise
    except _BROKEN as error:
        reason = f"{type(error).__name__}: {error}"
        if "allow_pickle" in reason:  # NumPy's words for any foreign file, with advice to run the code in it
            reason = "neither an .npz nor an .npy file"
        raise NetspikeError(f"{path}: not {kind} ({reason})") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a missing file, a full disk: not about what the file holds
            raise
        raise NetspikeError(f"{path}: not {kind} (it points outside itself)") from error

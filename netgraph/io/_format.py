"""What a file format is, and how it is found by name or by the end of a file's name."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netgraph.io._document import Document
from simcore._registry import Registry
from simcore.errors import UnknownNameError

__all__ = ["REGISTRY", "FileFormat", "check_options", "format_of"]


@dataclass(frozen=True)
class FileFormat:
    """A file format; its file in this package exports one as ``FORMAT``.

    Parameters
    ----------
    name : str
        Its name, that of its file.
    suffixes : tuple of str
        Ends of names of files that are in this format; ``.gz`` after them is for compressed ones.
    read : callable
        ``read(path, *, progress, ...) -> Document``; its other keywords are options of `netgraph.io.load`.
    write : callable
        ``write(document, path, *, progress, ...)``; its other keywords are options of `netgraph.io.save`.
    inline : bool
        Whether arrays of groups and parameters stand in the JSON text (see `Document.of`).
    index : str, optional
        The file that names the others, if the format is a folder of files.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[..., Document]
    write: Callable[..., None]
    inline: bool = True
    index: str | None = None


REGISTRY = Registry("netgraph.io", "file format", FileFormat, export="FORMAT")


def format_of(path: Path, fmt: str) -> FileFormat:
    """The format of that name, or for ``"auto"`` that of the folder that `path` is, or the one whose files are named like it.

    Raises
    ------
    UnknownNameError
        No such format.
    """
    if fmt != "auto":
        return REGISTRY.get(fmt)
    for form in map(REGISTRY.get, REGISTRY.names()) if path.is_dir() else ():
        if form.index is not None and (path / form.index).exists():
            return form
    known = {suffix: name for name in REGISTRY.names() for suffix in REGISTRY.get(name).suffixes}
    name = path.name.lower().removesuffix(".gz")
    fitting = [suffix for suffix in known if name.endswith(suffix)]
    if not fitting:
        raise UnknownNameError("end of a file's name (fmt= names the format)", got=path.suffix or path.name, choices=known)
    return REGISTRY.get(known[max(fitting, key=len)])


def check_options(function: Callable[..., Any], what: str, options: Mapping[str, Any]) -> None:
    """Refuse an option that `function` does not take."""
    keywords = [p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY]
    choices = [name for name in keywords if name != "progress"]
    for name in options:
        if name not in choices:
            raise UnknownNameError(f"option of {what}", got=name, choices=choices)

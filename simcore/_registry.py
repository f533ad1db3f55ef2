"""Find the record that a file of a package exports, by the file's name: a new model, synapse or device touches one file."""

import functools
import importlib
import pkgutil
from typing import Any

from simcore.errors import UnknownNameError

__all__ = ["Registry"]


class Registry:
    """The modules of a package whose names do not start with ``_``, each exporting one record.

    Parameters
    ----------
    package : str
        Full name of the package, e.g. ``"simcore.models"``.
    kind : str
        Word for the message when a name is unknown, e.g. ``"neuron model"``.
    record : type
        Class of the exported record.
    export : str
        Name under which a file exports it.

    Examples
    --------
    >>> from simcore import models
    >>> models.REGISTRY.get("iaf_psc_exp").name
    'iaf_psc_exp'
    """

    def __init__(self, package: str, kind: str, record: type, *, export: str = "MODEL") -> None:
        self.package = package
        self.kind = kind
        self.record = record
        self.export = export
        self._loaded: dict[str, Any] = {}

    def names(self) -> tuple[str, ...]:
        """Sorted names of all records, without importing them."""
        return self._names

    @functools.cached_property
    def _names(self) -> tuple[str, ...]:
        path = importlib.import_module(self.package).__path__
        return tuple(sorted(m.name for m in pkgutil.iter_modules(path) if not m.name.startswith("_")))

    def is_own(self, record: Any) -> bool:
        """Whether a record is the user's own, whatever its name."""
        return record.name not in self or self.get(record.name) is not record

    def get(self, name_or_record: Any) -> Any:
        """The record of that name; a record is returned as it is.

        Raises
        ------
        UnknownNameError
            No file of that name, with the nearest name that exists.
        """
        if isinstance(name_or_record, self.record):
            return name_or_record
        if name_or_record not in self:
            raise UnknownNameError(self.kind, got=name_or_record, choices=self.names())
        if name_or_record not in self._loaded:
            module = importlib.import_module(f"{self.package}.{name_or_record}")
            self._loaded[name_or_record] = getattr(module, self.export)
        return self._loaded[name_or_record]

    def summary(self, name: str) -> str:
        """The first line of a record's file, ``"name: what it is"``."""
        self.get(name)
        return (importlib.import_module(f"{self.package}.{name}").__doc__ or f"{name}:").splitlines()[0]

    def __contains__(self, name: str) -> bool:
        return name in self._loaded or name in self.names()

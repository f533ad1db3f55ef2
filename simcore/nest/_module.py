"""The module itself: an object whose attributes are functions, classes, and the kernel's attributes."""

import types
from typing import Any

from simcore.nest import _attributes
from simcore.nest._missing import FUNCTIONS

__all__ = ["NestModule"]


class NestModule(types.ModuleType):
    """``simcore.nest`` as a module whose kernel attributes can be read and set: ``nest.resolution = 0.2``."""

    def __getattr__(self, name: str) -> Any:
        if name in _attributes.ATTRIBUTES:
            return _attributes.read_attribute(name)
        if name in FUNCTIONS:
            raise AttributeError(f"nest.{name} of NEST is not there: {FUNCTIONS[name]}")
        near = _attributes.unknown_attribute(name) if not name.startswith("_") else f"no attribute {name!r}"
        raise AttributeError(f"module {self.__name__!r}: {near}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _attributes.ATTRIBUTES:
            _attributes.set_attributes({name: value})
        elif name.startswith("__") or isinstance(value, types.ModuleType):  # the import system's own
            super().__setattr__(name, value)
        else:
            raise AttributeError(f"cannot set nest.{name}: {_attributes.unknown_attribute(name)}")

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__.get("__all__", ()), *_attributes.ATTRIBUTES})

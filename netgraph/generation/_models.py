"""The families of random graphs, found by looking: a new one is one file of this package."""

import functools
import importlib
import inspect
import pkgutil
from dataclasses import is_dataclass
from typing import Any

import netgraph.generation

__all__ = ["models"]


@functools.cache
def models() -> dict[str, Any]:
    """Families by name: the public dataclasses that draw edges, from the files whose names begin with no underscore.

    Examples
    --------
    >>> models()["erdos_renyi"](p=0.1).name
    'erdos_renyi'
    """
    found: dict[str, Any] = {}
    for file in pkgutil.iter_modules(netgraph.generation.__path__, "netgraph.generation."):
        if file.name.rpartition(".")[2].startswith("_"):
            continue
        module = importlib.import_module(file.name)
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == file.name and not name.startswith("_") and is_dataclass(kind) and hasattr(kind, "draw"):
                found[str(vars(kind)["name"])] = kind
    return dict(sorted(found.items()))

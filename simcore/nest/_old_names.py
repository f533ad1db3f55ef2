"""Old names: what NEST 2 called otherwise works, and says once what it is called now."""

import warnings
from collections.abc import Mapping
from typing import Any

from simcore.nest.errors import raised

__all__ = ["MODELS", "new_name", "warn_once", "without_old_parameters"]

# Models of NEST 2 by today's names.
MODELS = {"spike_detector": "spike_recorder"}

# Parameters of recorders that are always true today: they said what is to be written down.
_ALWAYS = ("withtime", "withgid", "to_memory")

_said: set[str] = set()


def warn_once(old: str, new: str) -> None:
    """Say once in a process what an old name is called now.

    Parameters
    ----------
    old, new : str
        The names, as they are shown.
    """
    if old not in _said:
        _said.add(old)
        warnings.warn(f"{old} is an old name; use {new}", DeprecationWarning, stacklevel=4)


def new_name(model: Any) -> Any:
    """Today's name of a model."""
    if isinstance(model, str) and model in MODELS:
        warn_once(f"model {model!r}", repr(MODELS[model]))
        return MODELS[model]
    return model


def without_old_parameters(model: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a recorder without those that say what is always the case today."""
    rest = {name: value for name, value in values.items() if name not in _ALWAYS}
    for name in values.keys() - rest.keys():
        if values[name] is not True:
            raise raised(
                "NotImplemented", f"{model}: {name}: got {values[name]!r}, expected True: senders and times are always kept"
            )
        warn_once(f"{model}: {name!r}", "nothing: senders and times are always kept")
    return rest

"""Where a result comes from: versions, seed, grid, machine."""

import functools
import importlib.metadata
import platform
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from simcore.simulation import Simulation

__all__ = ["provenance"]


def provenance(simulation: "Simulation", *, start: float, timing: dict[str, float]) -> dict[str, Any]:
    """A dictionary for `Results.meta`: plain numbers and strings only."""
    return {
        "netspike": _version("netspike"),
        "numpy": np.__version__,
        "numba": _version("numba"),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "seed": simulation.seed,
        "dt": simulation.dt,
        "threads": simulation.threads,
        "ranks": simulation.n_ranks,
        "start": start,
        "stop": simulation.time,
        "n_nodes": simulation.n_nodes,
        "timing": dict(timing),
    }


@functools.cache
def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"

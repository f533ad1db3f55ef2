"""A short description of a network, by which the ranks find out whether they were asked for the same one."""

import zlib
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from simcore.contents import Contents

__all__ = ["fingerprint"]


def fingerprint(simulation: "Contents") -> list[tuple[str, Any]]:
    """Names of the parts of a simulation, and numbers that tell them from others; empty for a process alone."""
    if simulation.ranks.size == 1:
        return []
    parts: list[tuple[str, Any]] = [("dt", simulation.dt), ("the seed", simulation.seed), ("time", simulation.time)]
    parts.append(("local", simulation.local))
    for number, p in enumerate(simulation.populations):
        # Later a rank knows the state of its own neurons only.
        states = p.columns if number >= len(simulation.initial) or simulation.time == 0 else {}
        parts.append((f"{p.size} {p.model.name}", _digest([p.parameters, sorted(p.model.state), states])))
    for d in simulation.devices:
        parts.append((f"{d.size} {d.model.name}", _digest(d.parameters)))
    for q in simulation.projections:
        # What was cut to this rank's share was the same before.
        values = None if q.kept is not None else [q.sources, q.targets, q.rule, q.weight, q.delay, q.parameters]
        parts.append((f"a projection with {q.synapse.name}", _digest([q.receptor, q.n_edges, values])))
    for recorder in simulation.recorders:
        parts.append((type(recorder).__name__, _digest([recorder.numbers, getattr(recorder, "names", None)])))
    return [*parts, ("the ids", _digest(simulation.nodes.ids))]


def _digest(value: Any) -> int:
    """A checksum of numbers, arrays, distributions, rules, and lists and dictionaries of them."""
    if isinstance(value, np.ndarray):
        return zlib.crc32(np.ascontiguousarray(value).data, zlib.crc32(str((value.dtype, value.shape)).encode()))
    if isinstance(value, dict):
        value = [x for pair in value.items() for x in pair]
    if isinstance(value, (list, tuple)):
        return zlib.crc32(repr([_digest(x) for x in value]).encode())
    if is_dataclass(value) and not isinstance(value, type):
        return _digest([type(value).__name__, asdict(value)])
    return zlib.crc32(repr(value).encode())

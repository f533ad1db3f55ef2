"""What is asked of some edges of a projection, checked, and put into its description: new values, or that they be gone."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from simcore.description import DevicePopulation, Population, Projection
from simcore.distributions import Distribution, is_distribution
from simcore.errors import InconsistentError, ParameterError
from simcore.memory import check_free
from simcore.parameter import as_floats, check_names, check_value
from simcore.ranks import Ranks
from simcore.timegrid import TimeGrid
from simcore.wiring import check_ends, delay_steps

__all__ = ["checked_numbers", "checked_values", "forget", "present_values", "put_values", "settle"]

# What a projection remembers of its edges as they are: of their weights, of their delays, and of which there are.
_REMEMBERED = {
    "weight": ("_weight_table", "same_weight", "singles", "weight_range"),
    "delay": ("_delay_table", "delay_range", "present_delays"),
    "edges": ("_n_gone", "end_nodes", "live_counts"),
}


def checked_numbers(where: str, projection: Projection, numbers: Any) -> np.ndarray | None:
    """Numbers of edges that there are, each once; None stands for all.

    Parameters
    ----------
    where : str
        Start of the message if there are no such edges.
    projection : Projection
    numbers : array_like of int, shape (n,), or None
    """
    if numbers is None:
        return None
    found = np.asarray(numbers)
    found = found.astype(np.int64) if found.size == 0 and found.ndim == 1 else found
    where = f"{where}: numbers"
    if found.ndim != 1 or found.dtype.kind not in "iu":
        raise ParameterError(where, got=numbers, expected="a one-dimensional array of whole numbers, or None for all edges")
    wrong = (found < 0) | (found >= projection.n_numbers)
    if not wrong.any():
        found = found.astype(np.int64)
        wrong = np.zeros(found.size, dtype=bool) if projection.gone is None else projection.gone[found]
    if wrong.any():
        expected = f"numbers of edges that there are, below {projection.n_numbers}; connectivity(columns=['number']) lists them"
        raise ParameterError(where, got=int(found[wrong][0]), expected=expected)
    if np.any(found[1:] <= found[:-1]):
        ordered = np.sort(found)
        again = ordered[1:][ordered[1:] == ordered[:-1]]
        if again.size:
            raise ParameterError(where, got=f"{again[0]} more than once", expected="each edge once")
    return found


def checked_values(
    projection: Projection,
    numbers: np.ndarray | None,
    given: Mapping[str, Any],
    *,
    groups: Sequence[Population | DevicePopulation],
    grid: TimeGrid,
) -> dict[str, Any]:
    """New values of some edges: numbers, or arrays with one value an edge; delays in steps.

    Parameters
    ----------
    projection : Projection
    numbers : ndarray of int64, shape (n,), optional
        Which edges; all if None.
    given : dict
        Weight, delay, parameters and state variables of the synapse model.
    groups : sequence of Population or DevicePopulation
        All of the simulation.
    grid : TimeGrid
    """
    model, n = projection.synapse, projection.n_edges if numbers is None else numbers.size
    table = model.settable
    if not given:
        raise ParameterError("set_edges", got="no values", expected=f"some of: {', '.join(['weight', 'delay', *table])}")
    check_names(f"value of edges with {model.name}", given, ["weight", "delay", *table])
    values: dict[str, Any] = {}
    for name, value in given.items():
        where = f"set_edges: {name}"
        if is_distribution(value):
            raise ParameterError(where, got=value, expected="a number, or an array with one value an edge")
        if name in table:
            values[name] = check_value(f"{model.name}: {name}", value, table[name], size=n)
            continue
        floats = as_floats(where, value)
        if floats.ndim and floats.shape != (n,):
            raise ParameterError(where, got=f"an array of shape {floats.shape}", expected=f"a number, or shape ({n},)")
        if not np.isfinite(floats).all():
            raise ParameterError(where, got=value, expected="finite numbers")
        number = floats if floats.ndim else float(floats)
        values[name] = delay_steps(where, number, grid) if name == "delay" else number
    if "weight" in values and n:
        _check_signs(projection, values["weight"], groups, grid)
    _check_together(projection, numbers, values)
    _check_memory(projection, numbers, values)
    return values


def _check_signs(projection: Projection, weight: Any, groups: Sequence[Population | DevicePopulation], grid: TimeGrid) -> None:
    """Refuse weights with a sign that the receptor does not take, as `connect` does."""
    ends = projection.end_nodes
    trial = copy.copy(projection)
    trial.__dict__ |= {"weight_range": (float(np.min(weight)), float(np.max(weight))), "end_nodes": ends}
    check_ends(trial, groups, grid, where="set_edges")


def _check_together(projection: Projection, numbers: np.ndarray | None, values: Mapping[str, Any]) -> None:
    """Refuse values that do not go with each other, or with those that the edges have, in the synapse model's own words."""
    model = projection.synapse
    if model.check is None:
        return
    places, given = _places(projection, numbers)
    known: dict[str, Any] = {}
    for name, old in {"weight": projection.weight, **projection.parameters}.items():
        value = values.get(name, old)
        if name not in values:
            value = value[places] if isinstance(value, np.ndarray) else value
        elif isinstance(value, np.ndarray) and given is not None:
            value = value[given]
        known[name] = value
    for weight in projection.weight_range if isinstance(known["weight"], Distribution) else (known["weight"],):
        reason = model.check({**known, "weight": weight})
        if reason:
            raise InconsistentError(model.name, reason)


def _check_memory(projection: Projection, numbers: np.ndarray | None, values: Mapping[str, Any]) -> None:
    """Refuse columns, one value an edge, that do not fit into free memory: in the description, and for the synapses."""
    columns = sum(numbers is not None or isinstance(value, np.ndarray) for value in values.values())
    n_held = projection.sources.size if projection.rule is None else projection.n_numbers
    check_free("set_edges", f"{n_held:.1e} edges", 16.0 * n_held * columns)


def put_values(projection: Projection, numbers: np.ndarray | None, values: Mapping[str, Any]) -> None:
    """Have the description hold new values of some edges, which `checked_values` gave.

    Parameters
    ----------
    projection : Projection
    numbers : ndarray of int64, shape (n,), optional
    values : dict
    """
    if numbers is None and not any(isinstance(value, np.ndarray) for value in values.values()):
        writers = [_replacing(projection, name, value) for name, value in values.items()]
    else:
        places, given = _places(projection, numbers)
        writers = [_writing(projection, name, value, places, given) for name, value in values.items()]
    # All memory has been found by now.
    for write in writers:
        write()


def _replacing(projection: Projection, name: str, value: Any) -> Callable[[], None]:
    return lambda: _hold(projection, name, value)


def _writing(projection: Projection, name: str, value: Any, places: np.ndarray, given: np.ndarray | None) -> Callable[[], None]:
    is_array = isinstance(value, np.ndarray)
    column = _column(projection, name, value)

    def write() -> None:
        column[places] = value if not is_array or given is None else value[given]
        _hold(projection, name, column)

    return write


def _hold(projection: Projection, name: str, value: Any) -> None:
    if name in ("weight", "delay"):
        setattr(projection, name, value)
    else:
        projection.parameters = projection.parameters | {name: value}


def _places(projection: Projection, numbers: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
    """Places of the edges that are held here in the arrays of the projection, and which of the given edges these are."""
    numbers = numbers_there(projection) if numbers is None else numbers
    if projection.kept is None:
        return numbers, None
    places = np.searchsorted(projection.kept, numbers)
    is_held = places < projection.kept.size
    is_held[is_held] = projection.kept[places[is_held]] == numbers[is_held]
    return places[is_held], np.flatnonzero(is_held)


def numbers_there(projection: Projection) -> np.ndarray:
    """Numbers of all edges that there are, in ascending order."""
    return np.arange(projection.n_numbers) if projection.gone is None else np.flatnonzero(~projection.gone)


def _column(projection: Projection, name: str, value: Any) -> np.ndarray:
    """An array of the present values of all edges, which may be written to and has room for new ones."""
    from simcore.kernel.planning import array_form

    old = getattr(projection, name) if name in ("weight", "delay") else projection.parameters[name]
    n_held = projection.sources.size if projection.rule is None else projection.n_numbers
    if name == "delay":
        kind: Any = np.uint16
    elif name == "weight":
        is_drawn = isinstance(old, Distribution)
        is_narrow = is_drawn or (old.dtype == np.float32 if np.ndim(old) else array_form(old) == "float32")
        kind = np.dtype(array_form(value) if is_narrow else np.float64)
    else:
        kind = np.result_type(old, value)
    if isinstance(old, np.ndarray):
        return old if old.dtype == kind and old.flags.writeable else old.astype(kind)
    if not isinstance(old, Distribution):
        return np.full(n_held, old, dtype=kind)
    column = np.zeros(n_held, dtype=kind)
    for batch in projection.batches():
        column[batch.places] = getattr(batch, f"{name}s")
    return column


def present_values(projection: Projection, name: str, numbers: np.ndarray | None, value: Any) -> tuple[Any, Any]:
    """Old and new weights or delays of the edges that are held here, of those that get new ones."""
    places, given = _places(projection, numbers)
    old = getattr(projection, name)
    if isinstance(old, Distribution):
        old = _column(projection, name, value)
    new = value if not isinstance(value, np.ndarray) or given is None else value[given]
    return (old[places] if isinstance(old, np.ndarray) else old), new


def forget(projection: Projection, numbers: np.ndarray | None) -> None:
    """Have the description no longer hold some edges; the others keep their numbers."""
    if projection.gone is None:
        projection.gone = np.zeros(projection.n_numbers, dtype=bool)
    projection.gone[slice(None) if numbers is None else numbers] = True
    if projection.rule is None:
        there = projection.gone if projection.kept is None else projection.gone[projection.kept]
        if 2 * np.count_nonzero(there) > there.size:
            projection.hold(np.flatnonzero(~there))


def settle(projection: Projection, ranks: Ranks, changed: Iterable[str] = tuple(_REMEMBERED)) -> None:
    """Find out anew, after a change, what the projection remembers of its edges.

    A rank that has only its own share of a list asks the others.

    Parameters
    ----------
    projection : Projection
    ranks : Ranks
    changed : iterable of str
        Names of values that were changed; ``"edges"`` if some were removed.
    """
    scales = projection.__dict__.get("singles", {})
    for name in (name for what in changed for name in _REMEMBERED.get(what, ())):
        projection.__dict__.pop(name, None)
    if not projection.is_cut:
        return
    is_listed = isinstance(projection.weight, np.ndarray)
    singles = {scale: projection.is_single(scale) for scale in scales} if is_listed else {}
    found = ranks.share((projection.delay_range, projection.weight_range, projection.end_nodes, singles))
    delays, weights, ends, of_ranks = zip(*found, strict=True)
    remembered = projection.__dict__
    remembered["delay_range"] = min(low for low, _ in delays), max(high for _, high in delays)
    remembered["weight_range"] = min(low for low, _ in weights), max(high for _, high in weights)
    remembered["end_nodes"] = tuple(np.unique(np.concatenate(side)) for side in zip(*ends, strict=True))
    remembered["singles"] = {scale: all(one[scale] for one in of_ranks) for scale in singles}

"""Neurons with as many receptors as the user gives numbers: from the lists of a call to a model, and from model to model."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.description import Population
from simcore.errors import EdgeError, ParameterError
from simcore.models import NeuronModel
from simcore.recorders import SamplerRequest, TraceRecorder, needed_columns
from simcore.values import is_nested, is_sequence, start_column

if TYPE_CHECKING:
    from simcore.contents import Contents

__all__ = ["check_resize", "replaced_list", "resize", "sized"]


def sized(model: NeuronModel, given: Mapping[str, Any]) -> NeuronModel:
    """The model with as many receptors as the lists that are given have numbers; `model` itself if there are none.

    Parameters
    ----------
    model : NeuronModel
    given : dict
        Parameters as the user gives them: one list for all neurons, or one for each.

    Raises
    ------
    ParameterError
        Something else than lists, or lists of different lengths.

    Examples
    --------
    >>> from simcore.models import REGISTRY
    >>> sized(REGISTRY.get("iaf_psc_exp_multisynapse"), {"tau_syn": [2.0, 5.0]}).n_receptors
    2
    """
    if model.family is None:
        return model
    receptor = model.family.receptor
    lists = " and ".join(receptor.parameters)
    if receptor.count in given:
        expected = f"none: it follows from the length of {lists}"
        raise ParameterError(f"{model.name}: {receptor.count}", got=given[receptor.count], expected=expected)
    lengths = {name: _length(f"{model.name}: {name}", given[name]) for name in receptor.parameters if name in given}
    if not lengths:
        return model
    resized = model.resized(next(iter(lengths.values())))
    for name in receptor.parameters if resized is not model else lengths:
        if lengths.get(name) != resized.n_receptors:
            got = f"{lengths[name]} numbers" if name in lengths else "nothing"
            expected = f"{resized.n_receptors} numbers: {lists} have one for each receptor"
            raise ParameterError(f"{model.name}: {name}", got=got, expected=expected)
    return resized


def _length(where: str, value: Any) -> int:
    """Numbers of one neuron."""
    if not is_sequence(value):
        raise ParameterError(where, got=value, expected="a list of numbers, one for each receptor")
    if not is_nested(value):
        return len(value)
    if isinstance(value, np.ndarray) and value.ndim == 2:
        return value.shape[1]
    lengths = {len(one) if is_sequence(one) else -1 for one in value}
    if len(lengths) > 1:
        raise ParameterError(
            where, got=value, expected="lists of one length: neurons created together have equally many receptors"
        )
    return lengths.pop()


def replaced_list(old: Any, value: np.ndarray, positions: np.ndarray, size: int) -> np.ndarray:
    """The numbers of the receptors of a population, with new ones for the neurons at some positions.

    Parameters
    ----------
    old : array_like, shape (m,) or (m, size)
        What they were.
    value : ndarray, shape (n,) or (n, positions.size)
        What they become; n may differ from m if `positions` are all.
    positions : ndarray of int
    size : int
        Number of neurons.
    """
    is_all = np.unique(positions).size == size
    if is_all and value.ndim == 1:
        return value
    old = np.asarray(old, dtype=np.float64)
    new = (
        np.empty((len(value), size))
        if is_all
        else np.array(np.broadcast_to(old[:, None] if old.ndim == 1 else old, (len(old), size)))
    )
    new[:, positions] = value[:, None] if value.ndim == 1 else value
    return new


def check_resize(contents: "Contents", group: Population, positions: np.ndarray, model: NeuronModel) -> None:
    """Refuse another number of receptors for a part of the neurons, or if something needs one that would vanish."""
    if model is group.model or model.family is None:
        return
    where = f"{model.name}: {' and '.join(model.family.receptor.parameters)}"
    if np.unique(positions).size < group.size:
        expected = f"{group.model.n_receptors}, or another number for all {group.size} neurons that were created together"
        raise ParameterError(
            where, got=f"{model.n_receptors} receptors for {np.unique(positions).size} of them", expected=expected
        )
    gone = set(group.model.receptors()) - set(model.receptors())
    for projection in contents.projections:
        targets = projection.end_nodes[1]
        if projection.receptor in gone and ((targets >= group.first) & (targets < group.first + group.size)).any():
            raise EdgeError(
                f"{where}: {model.n_receptors} numbers leave no receptor {projection.receptor}, and connections lead to it"
            )
    for recorder, _ in _recorded(contents, group):
        lost = [name for name in recorder.names if name not in model.recordable_units]
        if lost:
            got = f"{model.n_receptors} numbers"
            raise ParameterError(where, got=got, expected=f"enough for {lost[0]}, which is recorded")


def _recorded(contents: "Contents", group: Population) -> list[tuple[TraceRecorder, SamplerRequest]]:
    """Recorders of state variables of a population, and what they ask of it."""
    number = contents.populations.index(group)
    recorders = [recorder for recorder in contents.recorders if isinstance(recorder, TraceRecorder)]
    return [(recorder, request) for recorder in recorders for request, _ in recorder.requests if request.population == number]


def resize(contents: "Contents", group: Population, model: NeuronModel) -> None:
    """Give a population another number of receptors: new ones begin at their start values."""
    number = contents.populations.index(group)
    group.model = model
    group.columns = _resized(group, group.columns)
    if number < len(contents.initial):
        contents.initial[number] = _resized(group, contents.initial[number])
    for recorder, request in _recorded(contents, group):
        request.columns = needed_columns(model, recorder.names)


def _resized(group: Population, columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The columns of the present model, those that are new at their start values."""
    own = {
        name: columns[name] if name in columns else start_column(state, group.parameters, group.size)
        for name, state in group.model.state.items()
    }
    return own | {name: column for name, column in columns.items() if name == "solver_step"}

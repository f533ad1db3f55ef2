"""Whether all state variables are finite, and which one was the first that was not."""

from typing import TYPE_CHECKING

import numpy as np

from simcore.errors import NumericalError
from simcore.kernel.layout import Illness
from simcore.kernel.neuron_kernel import MAX_SPIKES

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["check_health"]


def check_health(engine: "Engine", ids: np.ndarray) -> None:
    """Raise a NumericalError that names the state variable that was the first not to be finite, if there is one.

    Parameters
    ----------
    engine : Engine
    ids : ndarray of int64, shape (n_nodes,)
        The user's ids.
    """
    found = []
    for part in (part for block in engine.blocks for part in block.parts if part.bad[Illness.STEP] >= 0):
        node = engine.populations[part.population].first + part.first + int(part.bad[Illness.NEURON])
        found.append((int(part.bad[Illness.STEP]), node, part.population, part.bad.copy()))
        part.bad[:] = -1
    found = [one for of_rank in engine.ranks.share(found) for one in of_rank]
    if not found:
        return
    step, node, number, illness = min(found, key=lambda item: item[:2])
    model, when = engine.populations[number].model, engine.grid.times(step + 1)
    if illness[Illness.NEURON] < 0:
        raise NumericalError(f"{model.name}: the sum of a neuron's state variables overflowed at {when:g} ms")
    if illness[Illness.VARIABLE] == len(model.state):
        raise NumericalError(
            f"{model.name}: step() returned for node {ids[node]} at {when:g} ms a number of spikes that is not one; "
            f"expected a bool or a whole number from 0 to {MAX_SPIKES}"
        )
    name = list(model.state)[illness[Illness.VARIABLE]]
    value = {0: "NaN", 1: "infinite", -1: "infinite (below zero)"}[int(illness[Illness.SIGN])]
    raise NumericalError(
        f"{model.name}: {name} of node {ids[node]} became {value} at {when:g} ms; "
        "try a smaller dt, or look at its parameters and input"
    )

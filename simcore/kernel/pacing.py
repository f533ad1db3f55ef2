"""Pacing: how many steps are made between two visits to Python, and what the wall time was spent on."""

import numpy as np

from simcore.kernel.layout import Context, Phase

__all__ = ["next_batch", "phase_times"]

# Wall time between two visits to Python: progress, Ctrl-C, recording.
_BATCH_SECONDS = 0.03

_PHASES = [phase.name.lower() for phase in Phase]


def phase_times(contexts: np.ndarray, stepping: float, total: float) -> dict[str, float]:
    """Wall time of each phase, as a mean over the threads; what Python does between two visits counts as recording."""
    ticks = contexts[:, Context.TIMES : Context.TIMES + len(Phase)].sum(axis=0).tolist()
    seconds = {name: stepping * own / max(1, sum(ticks)) for name, own in zip(_PHASES, ticks, strict=True)}
    seconds[_PHASES[Phase.RECORDING]] += total - stepping
    return {"total": total, **seconds}


def next_batch(batch: int, seconds: float) -> int:
    """Steps that will take about `_BATCH_SECONDS`, growing at most fourfold."""
    return max(1, min(4 * batch, int(batch * _BATCH_SECONDS / max(seconds, 1e-6))))

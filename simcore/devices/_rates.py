"""How high the rate of a generator may be."""

from simcore.timegrid import TimeGrid

__all__ = ["too_high"]

# Spikes are drawn one by one, so a step must not hold more of them than a step's time allows.
_MOST_A_STEP = 1e5


def too_high(name: str, rate: float, grid: TimeGrid) -> str | None:
    """What is wrong with a highest rate [Hz], or None.

    Examples
    --------
    >>> too_high("rate", 2e9, TimeGrid(0.1))
    'rate must be at most 1e+09 Hz (100000 spikes a step)'
    """
    highest = _MOST_A_STEP / (grid.dt * 1e-3)
    return f"{name} must be at most {highest:g} Hz ({_MOST_A_STEP:g} spikes a step)" if rate > highest else None

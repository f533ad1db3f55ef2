"""The time grid: milliseconds at the border, integer steps inside, as NEST counts them.

Time is a whole number of tics (1000 a millisecond), so that ``48 steps of 0.1 ms`` is 4.8 ms and not 4.800000000000001 ms.
"""

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.errors import ParameterError
from simcore.parameter import as_floats

__all__ = ["MAX_DELAY_STEPS", "MAX_STEPS", "TICS_PER_MS", "TimeGrid", "steps_up"]

TICS_PER_MS = 1000

# Steps are 32-bit numbers where they are recorded and counted down.
MAX_STEPS = 2**31 - 1

# Delays are stored in 16 bits.
MAX_DELAY_STEPS = 65_535


def steps_up(duration: Any, dt: float) -> Any:
    """Number of steps that cover `duration` [ms], rounded up on the tic grid (NEST's refractory period).

    At most `MAX_STEPS`: no simulation lasts longer.

    Examples
    --------
    >>> int(steps_up(2.05, 0.1))
    21
    """
    tics_per_step = round(dt * TICS_PER_MS)
    longest = float(MAX_STEPS) * tics_per_step
    tics = np.floor(np.minimum(duration, longest / TICS_PER_MS) * TICS_PER_MS + 0.5).astype(np.int64)
    return (tics + tics_per_step - 1) // tics_per_step


@dataclass(frozen=True)
class TimeGrid:
    """Conversion between milliseconds and steps of `dt` [ms].

    Parameters
    ----------
    dt : float
        Step in ms: at least 0.001 ms and a whole number of tics of 0.001 ms.

    Examples
    --------
    >>> TimeGrid(0.1).steps(1.5), TimeGrid(0.1).times(48)
    (15, 4.8)
    """

    dt: float

    def __post_init__(self) -> None:
        if not np.isfinite(self.dt) or self.dt * TICS_PER_MS < 0.999:
            raise ParameterError("dt", got=self.dt, expected=">= 0.001 ms")
        if abs(self.dt * TICS_PER_MS - round(self.dt * TICS_PER_MS)) > 1e-6:
            raise ParameterError("dt", got=self.dt, expected="a multiple of 0.001 ms")

    @functools.cached_property
    def tics(self) -> int:
        """Tics of 0.001 ms in one step."""
        return round(self.dt * TICS_PER_MS)

    def times(self, steps: Any) -> Any:
        """Time in ms of a number of steps: the float nearest to the exact decimal."""
        if isinstance(steps, int) or np.ndim(steps) == 0:
            return float(int(steps) * self.tics / TICS_PER_MS)
        return np.asarray(steps, dtype=np.int64) * self.tics / TICS_PER_MS

    def steps(self, time: float, where: str = "time") -> int:
        """Number of steps in `time` [ms], which must lie on the grid."""
        if isinstance(time, float) and math.isfinite(time):
            steps = round(time / self.dt)
            if self._is_on_grid(time, steps):
                return steps
        if np.ndim(time) > 0:
            raise ParameterError(where, got=time, expected="one number, in ms")
        return int(self.steps_exact(as_floats(where, time)[None], where)[0])

    def steps_exact(self, times: Any, where: str = "time") -> np.ndarray:
        """Steps of an array of times [ms], each within half a tic of the grid."""
        times = as_floats(where, times)
        steps = np.rint(np.where(np.isfinite(times), times, np.nan) / self.dt)
        off = ~self._is_on_grid(times, steps)
        if off.any():
            raise ParameterError(where, got=float(times[off][0]), expected=f"a multiple of dt = {self.dt:g} ms")
        return steps.astype(np.int64)

    def _is_on_grid(self, times: Any, steps: Any) -> Any:
        # Beyond 2**53 steps a float64 no longer tells one from the next.
        return (abs(times - steps * self.dt) * TICS_PER_MS <= 0.5) & (abs(steps) < 2.0**53)

    def steps_nearest(self, times: Any) -> Any:
        """Steps of a time or of an array of times [ms], rounded to the nearest, half up (NEST's delays)."""
        if isinstance(times, float) and math.isfinite(times):
            return math.floor(times * (TICS_PER_MS / self.tics) + 0.5)
        return np.floor(np.asarray(times, dtype=np.float64) * (TICS_PER_MS / self.tics) + 0.5).astype(np.int64)

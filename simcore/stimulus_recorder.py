"""StimulusRecorder: values of stimulators over time."""

from typing import TYPE_CHECKING

import numpy as np

from simcore.recorders import TraceRecorder, sample_stamps
from simcore.results import Traces

if TYPE_CHECKING:
    from simcore.contents import Contents

__all__ = ["StimulusRecorder"]


class StimulusRecorder(TraceRecorder):
    """Currents or rates of some stimulators: functions of time, seed and parameters, computed after each run on every rank.

    Parameters
    ----------
    simulation : Simulation
    numbers : ndarray of int64
        Recorded stimulators, in the order of the traces' columns.
    names : tuple of str
        What is recorded.
    timing : tuple of int
        Interval, offset, start and stop of the samples, in steps.
    """

    # Seed and parameters may be others then.
    can_wait = False

    def __init__(
        self, simulation: "Contents", numbers: np.ndarray, names: tuple[str, ...], *, timing: tuple[int, int, int, int]
    ) -> None:
        super().__init__(simulation, numbers, names, [], timing=timing)

    def gather(self) -> None:
        """Take over the samples since the last call; with local results the first rank does, which has the stimulators."""
        from simcore.kernel.probing import device_values

        simulation = self._simulation()
        assert simulation is not None  # it calls this
        first, self.taken = self.taken, simulation._step
        engine, stamps = simulation._prepare(), sample_stamps(self.timing, first, self.taken)
        groups = [next(d for d in simulation.devices if d.first <= n < d.first + d.size) for n in self.numbers]
        values = {name: np.empty((stamps.size, self.numbers.size)) for name in self.names}
        units = {name: groups[0].model.recordable_units[name] for name in self.names}
        for name, columns in values.items():
            for k, (group, number) in enumerate(zip(groups, self.numbers, strict=True)):
                columns[:, k] = device_values(engine, group, int(number) - group.first, name, stamps)
        self.pieces.append(Traces(simulation.grid.times(stamps), self._ids, values, units))
        if simulation.local and simulation.rank > 0:
            self.keep(np.zeros(0, dtype=np.int64))

    def _whole(self, piece: Traces) -> dict[str, np.ndarray]:
        """The traces of all ranks: those of the first, which writes the file."""
        return piece.values

"""The kernel: what all functions of `simcore.nest` share, and what ``ResetKernel`` empties.

It keeps names and numbers; whatever computes is the `simcore.Simulation` inside. Ids count from 1, in simcore too, where those
of recorders are left out, since a recorder is no node there.
"""

import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.nest._settings import Settings
from simcore.nest.errors import nest_errors, raised

if TYPE_CHECKING:
    from simcore.nest._groups import Group
    from simcore.nest._links import Link
    from simcore.nest._models import NestModels
    from simcore.nodes import Nodes
    from simcore.simulation import Simulation

__all__ = ["Kernel", "kernel"]


class Kernel:
    """One network of PyNEST: settings, models, nodes, connections, and the simulation that runs them.

    Attributes
    ----------
    epoch : int
        How often it was reset: what was made before belongs to a network that is gone.
    settings : Settings
        Kernel attributes that scripts set.
    groups : list of Group
        Nodes, one group a call of ``Create``.
    links : list of Link
        Connections, one link for each projection of simcore and each connected recorder.
    """

    def __init__(self) -> None:
        self.epoch = 0
        self._clear()

    def _clear(self) -> None:
        self.settings = Settings()
        self.groups: list[Group] = []
        self.links: list[Link] = []
        self.n_nodes = 0
        self.is_prepared = False
        self.has_run = False
        # Spikes of this process's neurons in the latest call of Run.
        self.spikes_of_last_run = 0
        # Steps at which a call of Run ended, but for the last.
        self.ends: list[int] = []
        # Steps at which the clock stood at 0.
        self.zeros: list[int] = [0]
        self.seconds = {"create": 0.0, "connect": 0.0, "simulate": 0.0}
        # What `simcore.nest._last_slice` has looked up since the last run, by synapse model.
        self.carried_since: dict[str, np.ndarray] = {}
        self._firsts: list[int] = []
        self._simulation: Simulation | None = None
        self._models: NestModels | None = None
        self._draws = 0
        self._slice: int | None = None

    def reset(self) -> None:
        """Forget everything but the verbosity and where files go; collections of before are stale."""
        old = self.settings
        if self._simulation is not None:
            self._simulation.close()
        self.epoch += 1
        self._clear()
        self.settings = Settings(verbosity=old.verbosity, data_path=old.data_path, data_prefix=old.data_prefix)

    def check_epoch(self, epoch: int, what: str) -> None:
        """Refuse a collection that was made before the last reset."""
        if epoch != self.epoch:
            raise raised("UnknownNode", f"this {what} is stale: ResetKernel() has removed the network that it belongs to")

    # -- models and simulation -----------------------------------------------------------------------------------------------

    @property
    def models(self) -> "NestModels":
        """Names of all models."""
        if self._models is None:
            from simcore.nest._models import NestModels

            self._models = NestModels()
        return self._models

    @property
    def simulation(self) -> "Simulation":
        """The simulation that holds the nodes; made when the first one is created, with the settings of then."""
        if self._simulation is None:
            from simcore.simulation import Simulation

            own = self.settings
            self._simulation = Simulation(own.resolution, seed=own.rng_seed, threads=own.local_num_threads)
        return self._simulation

    def take_settings(self, settings: Settings) -> None:
        """Use other settings from now on; without nodes the simulation is made anew with them."""
        self.settings = settings
        if not self.n_nodes and self._simulation is not None:
            self._simulation.close()
            self._simulation = None

    def reseed(self) -> None:
        """Use the seed of the settings for all that is drawn from now on."""
        self._draws = 0
        if self._simulation is not None:
            self._simulation.reseed(self.settings.rng_seed)

    @property
    def n_processes(self) -> int:
        """Number of processes that simulate the network together."""
        return self.simulation.n_ranks

    @property
    def rank(self) -> int:
        """Number of this process."""
        return self.simulation.rank

    @property
    def step(self) -> int:
        """Steps simulated since the last reset, whatever the clock shows."""
        return 0 if self._simulation is None else self._simulation._step

    def new_stream(self) -> Any:
        """A stream of random numbers for one call: the same calls after a reset draw the same numbers."""
        from simcore.nest._parameter import Stream

        self._draws += 1
        return Stream(self.settings.rng_seed, self._draws)

    @contextmanager
    def may_refuse(self) -> Iterator[None]:
        """A call that is refused takes no random numbers from those after it."""
        drawn = self._draws
        try:
            yield
        except BaseException:
            self._draws = drawn
            raise

    # -- nodes ---------------------------------------------------------------------------------------------------------------

    def add_group(self, group: "Group") -> None:
        """Take in new nodes, whose ids follow those that exist."""
        self.groups.append(group)
        self._firsts.append(group.first)
        self.n_nodes = group.first + group.size - 1

    def group_of(self, node: int) -> "Group":
        """The group that a node, given by id, was created in."""
        return self.groups[bisect.bisect_right(self._firsts, node) - 1]

    def split(self, ids: np.ndarray) -> list[tuple["Group", np.ndarray, np.ndarray]]:
        """The groups that some nodes belong to, with positions in the group, and in the ids, of each.

        Parameters
        ----------
        ids : ndarray of int64, shape (n,)
            Ids that exist, in any order.
        """
        if ids.size == 0:
            return []
        first, last = self.group_of(int(ids.min())), self.group_of(int(ids.max()))
        if first is last:
            return [(first, ids - first.first, np.arange(ids.size))]
        of = np.searchsorted(self._firsts, ids, side="right") - 1
        return [
            (self.groups[k], ids[where] - self.groups[k].first, where)
            for k, where in ((k, np.flatnonzero(of == k)) for k in np.unique(of))
        ]

    @property
    def weight_recorders(self) -> frozenset[int]:
        """Ids of all weight_recorders."""
        own = (group for group in self.groups if group.entry.record.name == "weight_recorder")
        return frozenset(group.first + k for group in own for k in range(group.size))

    def check_ids(self, ids: np.ndarray) -> None:
        """Refuse ids that no node has."""
        wrong = (ids < 1) | (ids > self.n_nodes)
        if wrong.any():
            there = f"1 to {self.n_nodes}" if self.n_nodes else "none: nothing has been created"
            raise raised("UnknownNode", f"node with id {int(ids[wrong][0])} does not exist; ids are {there}")

    def nodes(self, ids: np.ndarray) -> "Nodes":
        """A handle of simcore on neurons and stimulators given by id."""
        with nest_errors():
            return self.simulation.select(ids)

    # -- time ----------------------------------------------------------------------------------------------------------------

    @property
    def zero(self) -> int:
        """Step at which the clock was at 0 for the last time."""
        return self.zeros[-1]

    @property
    def biological_time(self) -> float:
        """What the clock shows, in ms."""
        return 0.0 if self._simulation is None else self._simulation.grid.times(self.step - self.zero)

    def restart_clock(self) -> None:
        """Put the clock to 0; the network goes on as it is."""
        from simcore.nest._recorders import all_recorders

        if self.step == self.zero:
            return
        self.simulation.restart_stimulators()
        self.zeros.append(self.step)
        for recorder in all_recorders(self):
            recorder.restart_clock()

    def shown(self, stamps: np.ndarray) -> np.ndarray:
        """What the clock showed at some stamps, in steps; a stamp at which it was put to 0 belongs to before."""
        zeros = np.array(self.zeros)
        return stamps - zeros[self._runs_of_clock(stamps)]

    def slices(self, stamps: np.ndarray) -> np.ndarray:
        """Number of the slice of each of some stamps; slices begin anew with the clock."""
        length = self.slice_steps
        before = np.concatenate([[0], np.cumsum(-(-np.diff(self.zeros) // length))])
        return before[self._runs_of_clock(stamps)] + (self.shown(stamps) - 1) // length

    def _runs_of_clock(self, stamps: np.ndarray) -> np.ndarray:
        return np.maximum(np.searchsorted(self.zeros, stamps, side="left") - 1, 0)

    def run(self, duration: float) -> None:
        """Simulate for a while; a refused duration leaves everything as it is."""
        from simcore.nest._recorders import after_run, before_run

        sim = self.simulation
        with nest_errors(ParameterError="BadParameter"):
            n_steps = sim.grid.steps(_number(duration), "Simulate: t")
        if n_steps < 0:
            raise raised("BadParameter", f"Simulate: t: got {duration}, expected a time >= 0 ms")
        before_run(self)
        if n_steps and self._slice is None:
            self._slice = self.slice_steps
        self.carried_since.clear()
        began, spikes = self.step, sim.n_spikes
        try:
            with nest_errors():
                sim.advance(sim.grid.times(n_steps), progress=self.settings.print_time)
        finally:
            if self.step > began:
                self.has_run = True
                self.spikes_of_last_run = sim.n_spikes - spikes
                self.ends.append(self.step)
                after_run(self)

    @property
    def slice_steps(self) -> int:
        """Length of a slice in steps, the minimal delay; it stays as it was in the first run."""
        if self._slice is not None:
            return self._slice
        return max(1, int(self.simulation.grid.steps_nearest(self.delay_range[0])))

    @property
    def slice_begin(self) -> int:
        """Step at which the slice of the last step began: what was emitted before has been sent, what was sampled is shown."""
        length, by_clock = self.slice_steps, int(self.shown(np.array([self.step]))[0])
        return self.step - by_clock + (by_clock - 1) // length * length

    @property
    def sent_until(self) -> float | None:
        """Time of `slice_begin` in ms; None before the first run."""
        return self.simulation.grid.times(self.slice_begin) if self.step else None

    @property
    def delay_range(self) -> tuple[float, float]:
        """Shortest and longest delay in ms of all connections, recorders' included, as NEST counts them."""
        if self.settings.delays is not None:
            return self.settings.delays
        ranges = [link.delay_range for link in self.links]
        dt = self.settings.resolution
        return min((low for low, _ in ranges), default=dt), max((high for _, high in ranges), default=dt)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"Simulate: t: got {value!r}, expected a number of milliseconds")
    if not np.isfinite(value):
        raise raised("BadParameter", f"Simulate: t: got {value}, expected a finite time")
    return float(value)


kernel = Kernel()

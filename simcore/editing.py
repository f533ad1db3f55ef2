"""Editing: change and remove edges, before the first run and between runs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from simcore.contents import Contents
from simcore.description import Projection
from simcore.edge_changes import checked_numbers, checked_values, forget, present_values, put_values, settle
from simcore.errors import ParameterError
from simcore.interrupt import Interrupt
from simcore.weight_recorder import WeightRecorder

__all__ = ["Editing"]


class Editing(Contents):
    """The part of a simulation that changes edges."""

    def set_edges(
        self, projection: Projection, numbers: Any = None, values: Mapping[str, Any] | None = None, *,
        since: float | None = None, **named: Any,
    ) -> None:  # fmt: skip
        """Change weights, delays, parameters or states of some edges; all is checked before anything changes.

        The new values hold for spikes that are emitted from `since` on, whether or not they are under way; those of before
        arrive as they were sent. What stimulators send has the new weight and delay from now on. A reset keeps new weights,
        delays and parameters; states go back to where they were before the first run.

        Parameters
        ----------
        projection : Projection
            What a connect call returned.
        numbers : array_like of int, shape (n,), optional
            Which of its edges, each once, by their column ``"number"`` of `connectivity`; None stands for all.
        values : dict, optional
            Name to number, or array of shape (n,) in the order of `numbers`: ``"weight"``, ``"delay"`` [ms], parameters and
            state variables of the synapse model. They are kept one an edge, unless all edges get one number.
        since : float, optional
            Time in ms, at most now, and before by the shortest of all delays at most: that of the first spike (in the step that
            begins then) that goes over the changed edges; not before that of an earlier change. The default is the earliest
            time, as in NEST.
        **named
            The same as keywords.

        Raises
        ------
        ParameterError, UnknownNameError
            No such edges, or values that are not allowed.
        EdgeError
            Weights with a sign that the receptor does not take.
        TooLargeError
            Values that do not fit into free memory.

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 3)
        >>> made = sim.connect(neurons[:1], neurons, weight=20.0)
        >>> sim.set_edges(made, [0, 2], weight=[50.0, 70.0])
        >>> sim.connectivity(made)["weight"]
        array([50., 20., 70.])
        """
        where = "set_edges"
        self._require_open()
        with self._undivided(where):
            some = checked_numbers(where, self._own_projection(projection, where), numbers)
            new = self._checked(projection, some, {**(values or {}), **named})
            if projection.n_edges and (some is None or some.size):
                self._set_edges(projection, some, new, self._boundary(where, since, new.get("delay")))

    @contextmanager
    def _undivided(self, where: str) -> Iterator[None]:
        """A change that all ranks make, and that Ctrl-C does not leave half done."""
        with self.ranks.together(f"{where}()"), Interrupt() if self.n_ranks == 1 else nullcontext():
            yield

    def _checked(self, projection: Projection, numbers: np.ndarray | None, values: Mapping[str, Any]) -> dict[str, Any]:
        groups: list[Any] = [*self.populations, *self.devices]
        new = checked_values(projection, numbers, values, groups=groups, grid=self.grid)
        if "delay" in new and projection.synapse.is_plastic and self._step > 0:
            old, delays = present_values(projection, "delay", numbers, new["delay"])
            if np.any(old != delays):
                expected = f"the present ones: those of {projection.synapse.name} can be changed before the first run"
                raise ParameterError("set_edges: delay", got="other delays", expected=expected)
        return new

    def _set_edges(self, projection: Projection, numbers: np.ndarray | None, values: dict[str, Any], since: int) -> None:
        lasting = {name: value for name, value in values.items() if self._step == 0 or name not in projection.synapse.state}

        def describe() -> None:
            put_values(projection, numbers, lasting)
            settle(projection, self.ranks, lasting)

        if self._step == 0:
            describe()
            self._engine, self._dirty = None, True
            return
        from simcore.kernel import changing

        engine = self._prepare()
        if not engine.stores(projection):
            describe()
            changing.relink(engine, projection)
            self._dirty = True
            return
        is_elsewhere = any(self.ranks.share(self._are_elsewhere(projection, numbers, values)))
        self._send_first(engine, projection, since, of_group=is_elsewhere)
        kept = {name: value for name, value in lasting.items() if name != "delay"}

        def change() -> None:
            describe()
            if "weight" in values:
                changing.find_inputs(engine, projection)
            changing.widen(engine, projection, kept, is_whole=numbers is None)

        if is_elsewhere:
            engine = self._lay_out_anew(engine, projection, change)
        else:
            describe()
            self._dirty |= changing.widen(engine, projection, kept, is_whole=numbers is None)
        changing.write(engine, projection, numbers, {n: v for n, v in values.items() if n != "delay"})

    def _send_first(self, engine: Any, projection: Projection, before: int, *, of_group: bool) -> None:
        """See `simcore.kernel.changing.send_first`; recorders get what synapses send now. After an error nothing can run on."""
        from simcore.kernel.changing import send_first

        self._sent = before
        try:
            if any(self.ranks.share(send_first(engine, projection, before, of_group=of_group))):
                self._gather_weights()
                self._dirty = True
        except BaseException:
            engine.broken = True
            raise

    def _lay_out_anew(self, engine: Any, projection: Projection, change: Any) -> Any:
        """See `simcore.kernel.changing.lay_out_anew`; an error leaves nothing that could run on."""
        from simcore.kernel.changing import lay_out_anew
        from simcore.kernel.underway import put_spikes

        self._dirty = True
        try:
            spikes = lay_out_anew(engine, projection, change)
            engine = self._prepare()
            put_spikes(engine, [p for p in engine.plans_of[projection.index] if not p.synapse.is_plastic], spikes)
        except BaseException:
            engine.broken = True
            raise
        return engine

    def _are_elsewhere(self, projection: Projection, numbers: np.ndarray | None, values: Mapping[str, Any]) -> bool:
        """Whether synapses of this rank lie elsewhere with new delays, or with weights of the other sign."""
        if "delay" in values:
            old, new = present_values(projection, "delay", numbers, values["delay"])
            if np.any(old != new):
                return True
        if "weight" not in values:
            return False
        if projection.synapse.is_plastic:
            return False  # they find their input when they are sent
        (low, high), weight = projection.weight_range, values["weight"]
        if (low >= 0 and np.min(weight) >= 0) or (high < 0 and np.max(weight) < 0):
            return False
        old, new = present_values(projection, "weight", numbers, weight)
        return bool(np.any((old < 0) != (new < 0)))

    def disconnect(self, projection: Projection, numbers: Any = None, *, since: float | None = None) -> None:
        """Remove edges; the others keep their numbers.

        Spikes that were emitted from `since` on do not arrive; those of before do, and what stimulators have sent. A reset
        does not bring the edges back.

        Parameters
        ----------
        projection : Projection
            What a connect call returned; it stays in ``simulation.projections`` when it has no edges left.
        numbers : array_like of int, shape (n,), optional
            Which of its edges, each once, by their column ``"number"`` of `connectivity`; None removes all that are left.
        since : float, optional
            As in `set_edges`.

        Raises
        ------
        ParameterError
            No such edges.

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 3)
        >>> made = sim.connect(neurons[:1], neurons)
        >>> sim.disconnect(made, [1])
        >>> sim.connectivity(made, columns=["target", "number"])
        {'target': array([0, 2]), 'number': array([0, 2])}
        """
        where = "disconnect"
        self._require_open()
        with self._undivided(where):
            some = checked_numbers(where, self._own_projection(projection, where), numbers)
            if projection.n_edges and (some is None or some.size):
                self._disconnect(projection, some, self._boundary(where, since))

    def _disconnect(self, projection: Projection, numbers: np.ndarray | None, since: int) -> None:
        if self._step == 0:
            forget(projection, numbers)
            settle(projection, self.ranks)
            self._engine, self._dirty = None, True
            return
        from simcore.kernel import changing

        engine = self._prepare()
        is_stored = engine.stores(projection)
        if is_stored:
            self._send_first(engine, projection, since, of_group=False)
            changing.remove(engine, projection, numbers)
            # What is recorded does not go over edges that are gone.
            self._dirty |= any(isinstance(r, WeightRecorder) for r in self._recorders)
        forget(projection, numbers)
        settle(projection, self.ranks)
        if not is_stored:
            changing.relink(engine, projection)
            self._dirty = True
        elif changing.is_mostly_dead(engine, projection):
            self._send_first(engine, projection, since, of_group=True)
            self._lay_out_anew(engine, projection, None)

    @property
    def delay_range(self) -> tuple[float, float]:
        """Shortest and longest delay in ms of all edges, those of stimulators included; NaN if there are none.

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 3)
        >>> made = sim.connect_edges([0, 1], [1, 2], delay=[0.5, 2.0])
        >>> sim.delay_range
        (0.5, 2.0)
        """
        with self.ranks.together("delay_range"):
            low, high = self._delays_in_steps()
        return (float(self.grid.times(low)), float(self.grid.times(high))) if low <= high else (np.nan, np.nan)

    def reseed(self, seed: int) -> None:
        """Draw from now on with another seed: what stimulators send, edges of later connect calls, and values.

        What has been drawn stays: the edges that there are keep their ends, weights and delays. A reset goes back to time zero
        but not to the former seed: the stimulators then draw with this one from the start.

        Parameters
        ----------
        seed : int
            In [0, 2**64).

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> sim.reseed(2)
        >>> sim.seed
        2
        """
        from simcore.random import check_seed

        self._require_open()
        self.seed = check_seed(seed, "reseed: seed")
        if self._engine is not None:
            self._engine.reseed(self.seed)
        self._dirty = True

    def _own_projection(self, projection: Any, where: str) -> Projection:
        if not any(projection is p for p in self.projections):
            expected = "a projection of this simulation, as connect() returns it"
            raise ParameterError(f"{where}: projection", got=projection, expected=expected)
        return projection

"""Editing: change and remove edges, before the first run and between runs."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simcore.contents import Contents
from simcore.description import Projection
from simcore.edge_changes import checked_numbers, checked_values, forget, present_values, put_values, settle
from simcore.errors import ParameterError

__all__ = ["Editing"]


class Editing(Contents):
    """The part of a simulation that changes edges."""

    def set_edges(
        self, projection: Projection, numbers: Any = None, values: Mapping[str, Any] | None = None, **named: Any
    ) -> None:  # fmt: skip
        """Change weights, delays, parameters or states of some edges; all is checked before anything changes.

        Spikes that are on their way over an edge arrive when they would have, with its new weight and state: a new delay holds
        for spikes from now on. (NEST gives the new weight and delay to the spikes of the last minimal delay alone; where all
        delays equal the minimal one, weights do the same there.) What a stimulator sends is different: it is as if its
        edges had always had the new weight and delay. A reset keeps new weights, delays and parameters; states go back to
        where they were before the first run.

        Parameters
        ----------
        projection : Projection
            What a connect call returned.
        numbers : array_like of int, shape (n,), optional
            Which of its edges, each once, by their column ``"number"`` of `connectivity`; None stands for all.
        values : dict, optional
            Name to number, or array of shape (n,) in the order of `numbers`: ``"weight"``, ``"delay"`` [ms], parameters and
            state variables of the synapse model. They are kept one an edge, unless all edges get one number.
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
        with self.ranks.together(f"{where}()"):
            some = checked_numbers(where, self._own_projection(projection, where), numbers)
            new = self._checked(projection, some, {**(values or {}), **named})
            if projection.n_edges and (some is None or some.size):
                self._set_edges(projection, some, new)

    def _checked(self, projection: Projection, numbers: np.ndarray | None, values: Mapping[str, Any]) -> dict[str, Any]:
        groups: list[Any] = [*self.populations, *self.devices]
        new = checked_values(projection, numbers, values, groups=groups, grid=self.grid)
        if "delay" in new and projection.synapse.is_plastic and self._step > 0:
            old, delays = present_values(projection, "delay", numbers, new["delay"])
            if np.any(old != delays):
                expected = f"the present ones: those of {projection.synapse.name} can be changed before the first run"
                raise ParameterError("set_edges: delay", got="other delays", expected=expected)
        return new

    def _set_edges(self, projection: Projection, numbers: np.ndarray | None, values: dict[str, Any]) -> None:
        lasting = {name: value for name, value in values.items() if self._step == 0 or name not in projection.synapse.state}

        def describe() -> None:
            put_values(projection, numbers, lasting)
            settle(projection, self.ranks)

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
        kept = {name: value for name, value in lasting.items() if name != "delay"}

        def change() -> None:
            describe()
            if "weight" in values:
                changing.find_inputs(engine, projection)
            changing.widen(engine, projection, kept, is_whole=numbers is None)

        if any(self.ranks.share(self._are_elsewhere(projection, numbers, values))):
            self._lay_out_anew(engine, projection, change)
        else:
            describe()
            self._dirty |= changing.widen(engine, projection, kept, is_whole=numbers is None)
        changing.write(engine, projection, numbers, {n: v for n, v in values.items() if n != "delay"})

    def _lay_out_anew(self, engine: Any, projection: Projection, change: Any) -> None:
        """See `simcore.kernel.changing.lay_out_anew`; an error leaves nothing that could run on."""
        from simcore.kernel.changing import lay_out_anew

        self._dirty = True
        try:
            lay_out_anew(engine, projection, change)
        except BaseException:
            engine.broken = True
            raise

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

    def disconnect(self, projection: Projection, numbers: Any = None) -> None:
        """Remove edges; the others keep their numbers.

        Spikes on their way over them do not arrive. (In NEST those of the last minimal delay do not; where all delays equal it,
        this is the same.) A reset does not bring them back.

        Parameters
        ----------
        projection : Projection
            What a connect call returned; it stays in ``simulation.projections`` when it has no edges left.
        numbers : array_like of int, shape (n,), optional
            Which of its edges, each once, by their column ``"number"`` of `connectivity`; None removes all that are left.

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
        with self.ranks.together(f"{where}()"):
            some = checked_numbers(where, self._own_projection(projection, where), numbers)
            if projection.n_edges and (some is None or some.size):
                self._disconnect(projection, some)

    def _disconnect(self, projection: Projection, numbers: np.ndarray | None) -> None:
        if self._step == 0:
            forget(projection, numbers)
            settle(projection, self.ranks)
            self._engine, self._dirty = None, True
            return
        from simcore.kernel import changing

        engine = self._prepare()
        is_stored = engine.stores(projection)
        if is_stored:
            changing.remove(engine, projection, numbers)
        forget(projection, numbers)
        settle(projection, self.ranks)
        if not is_stored:
            changing.relink(engine, projection)
            self._dirty = True
        elif changing.is_mostly_dead(engine, projection):
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
            ranges = [p.present_delays for p in self.projections if p.n_edges]
            if any(p.is_cut for p in self.projections):
                ranges = [one for of_rank in self.ranks.share(ranges) for one in of_rank]
        if not ranges:
            return np.nan, np.nan
        low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
        return float(self.grid.times(low)), float(self.grid.times(high))

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

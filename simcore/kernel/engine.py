"""Engine: builds blocks and synapses from the description, fills the step loop's records, and runs it on threads.

Whatever is created or connected after a run is added to what exists: new neurons get new blocks, new projections new synapse
arrays. Nothing is rebuilt, so spikes under way and the state of synapses stay where they are.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import numpy as np

from simcore.compile import roomy, run_parallel
from simcore.description import DevicePopulation, Population, Projection
from simcore.errors import SimulationError
from simcore.kernel.blocks import TargetBlock, divide
from simcore.kernel.connectivity import Group, PathwayPlan, Route, Synapses
from simcore.kernel.emission import GeneratorSpikes
from simcore.kernel.exchange import SpikeExchange
from simcore.kernel.generate import modules_of
from simcore.kernel.history import MOST_STEPS, update_histories
from simcore.kernel.layout import Context, Exchange, Illness, Status
from simcore.kernel.pacing import next_batch, phase_times
from simcore.kernel.places import places, stored_values
from simcore.kernel.planning import plan_pathways
from simcore.kernel.records import Records
from simcore.kernel.sorting import build_synapses
from simcore.kernel.stimulation import build_links
from simcore.kernel.underway import carry
from simcore.kernel.wheel import grow_wheel, new_wheel
from simcore.ranks import Ranks
from simcore.timegrid import TimeGrid

__all__ = ["Engine", "sorted_rows"]

# Rows of a block's spike log: bounds the slice of time when blocks are large.
_LOG_ROWS = 1 << 20
_MAX_SLICE_STEPS = 1024


class Engine:
    """The compiled side of a simulation.

    Parameters
    ----------
    grid : TimeGrid
    seed : int
    threads : int
    ranks : Ranks
        Processes that simulate the same network, each its own blocks.
    plans : list of (list of PathwayPlan, dict), optional
        For each build with projections the plans, and by number of the projection the table of its route, where a saved
        simulation says them; the others are made from the projections.
    """

    def __init__(
        self, grid: TimeGrid, *, seed: int, threads: int, ranks: Ranks, plans: Sequence[tuple[Any, Any]] = ()
    ) -> None:  # fmt: skip
        self.grid = grid
        self.seed = seed
        self.threads = threads
        self.ranks = ranks
        self._threads_of_ranks = ranks.share(threads)
        self.exchange = SpikeExchange(ranks)
        self.step = 0
        self.broken = False
        self.blocks: list[TargetBlock] = []
        self.max_length = _MAX_SLICE_STEPS
        self.last_spikes = np.zeros(0, dtype=np.int64)
        self.population_of = np.zeros(0, dtype=np.int32)
        self.populations: list[Population] = []
        self.devices: list[DevicePopulation] = []
        self.projections: list[Projection] = []
        # What each build found, so that a saved simulation can be built in the same order.
        self.builds: list[tuple[int, int, int, int]] = []
        self.groups: list[Group] = []
        self._given_plans = list(plans)
        # Whether the plans are no longer those that the projections would be given.
        self.is_changed = bool(plans)
        # Those of new synapses that are still to get what is under way already.
        self._late_plans: list[PathwayPlan] = []
        # By number of the projection, for those whose edges are kept as synapses.
        self.plans_of: dict[int, list[PathwayPlan]] = {}
        self.route_of: dict[int, Route] = {}
        # The others: step since which the stimulators send over the present edges, where these were changed after a run began.
        self.linked: dict[int, int] = {}
        self.records: Records | None = None
        # Modules of generated kernels; models are told apart by identity, so that their sources are read once.
        self.kernels: dict[tuple[Any, ...], Any] = {}
        self._counter = np.zeros(8, dtype=np.int64)
        self._is_loaded = False

    # -- building ------------------------------------------------------------------------------------------------------------

    @roomy
    def build(
        self, populations: Sequence[Population], devices: Sequence[DevicePopulation], projections: Sequence[Projection]
    ) -> None:
        """Add what the lists hold beyond what is built already."""
        new_populations = list(enumerate(populations))[len(self.populations) :]
        new_projections = list(projections[len(self.projections) :])
        self.populations, self.devices, self.projections = list(populations), list(devices), list(projections)
        self.builds.append((len(populations), len(devices), len(projections), self.step))
        self._number_nodes()
        for block in self.blocks:
            block.make_room(self.populations)
        self.blocks += divide(new_populations, self._threads_of_ranks, self.ranks.rank)
        self.blocks.sort(key=lambda block: block.thread)
        if new_projections:
            self._connect(new_projections)
        update_histories(self)
        self.make_logs()
        self.collect()
        self.records = None

    def _number_nodes(self) -> None:
        ends = [p.first + p.size for p in [*self.populations, *self.devices]]
        n_nodes = max(ends, default=0)
        grown = np.full(n_nodes, -1, dtype=np.int64)
        grown[: self.last_spikes.size] = self.last_spikes
        self.last_spikes = grown
        self.population_of = np.full(n_nodes, -1, dtype=np.int32)
        for number, population in enumerate(self.populations):
            self.population_of[population.first : population.first + population.size] = number

    def _connect(self, projections: list[Projection]) -> None:
        stimulating, travelling = [], []
        device_of = {d.first: d for d in self.devices}
        is_device = np.zeros(self.population_of.size, dtype=bool)
        for device in device_of.values():
            is_device[device.first : device.first + device.size] = not device.model.is_source
        known = self._given_plans[0][1] if self._given_plans else None
        for projection in projections:
            # Of one whose edges have all been removed only the given plans say it.
            direct = is_device[projection.end_nodes[0][:1]].any() if known is None else projection.index not in known
            (stimulating if direct else travelling).append(projection)
        plans, routes = self._planned(travelling)
        self.groups.append(Group(plans, routes))
        self._late_plans += [plan for plan in plans if plan.since < self.step]
        for projection, route in routes:
            self.plans_of[projection.index], self.route_of[projection.index] = plans, route

        if self.ranks.size > 1:
            self._share_out(projections, plans, routes)

        def connect(block: TargetBlock) -> list[Synapses]:
            own, local = self.membership(block)
            block.links += build_links(block, stimulating, self.devices, self.populations, own, local, since=self.step)
            return build_synapses(plans, routes, own, local)

        built = run_parallel([lambda b=b: connect(b) for b in self.blocks], self.threads)
        for block, synapses in zip(self.blocks, built, strict=True):
            block.synapses += synapses
        self.keep_to_delays(s for synapses in built for s in synapses)

    def reseed(self, seed: int) -> None:
        """Have stimulators draw with another seed from this step on, not even what they hold of earlier draws excepted."""
        self.seed = seed
        for link in (link for block in self.blocks for link in block.links):
            link.state[0] = -1

    def _planned(self, projections: list[Projection]) -> tuple[list[PathwayPlan], list[tuple[Projection, Route]]]:
        """Plans and routes: those that were given, or made."""
        if self._given_plans:
            plans, tables = self._given_plans.pop(0)
            return plans, [(p, Route(tables[p.index], self.population_of)) for p in projections]
        return plan_pathways(projections, self.populations, self.population_of, self.population_of < 0, since=self.step)

    @property
    def plans(self) -> list[PathwayPlan]:
        """All kinds of synapse, in the order in which blocks hold them."""
        return [plan for group in self.groups for plan in group.plans]

    def _share_out(self, projections: list[Projection], plans: list[PathwayPlan], routes: list[Any]) -> None:
        """Forget the edges of other ranks; the first rank compiles what building needs, on one target a projection."""
        own = self.owned
        for projection in projections:
            projection.keep(own)
        with self.ranks.first_alone():
            if self.ranks.rank == 0 and self.blocks:
                few, local = np.zeros_like(own), self.membership(self.blocks[0])[1]
                few[[p.targets[0] for p, _ in routes if p.targets.size]] = True
                build_synapses(plans, routes, few, local)

    @property
    def owned(self) -> np.ndarray:
        """Which nodes are neurons of this rank; bool, shape (n_nodes,)."""
        own = np.zeros(self.population_of.size, dtype=bool)
        for block in self.blocks:
            own |= self.membership(block)[0]
        return own

    def membership(self, block: TargetBlock) -> tuple[np.ndarray, np.ndarray]:
        """Which nodes are in a block, and their positions in it."""
        own = np.zeros(self.population_of.size, dtype=bool)
        local = np.zeros(self.population_of.size, dtype=np.uint16)
        for part in block.parts:
            first = self.populations[part.population].first
            own[first + part.first : first + part.last] = True
            local[first + part.first : first + part.last] = np.arange(part.start, part.start + part.size)
        return own, local

    def keep_to_delays(self, synapses: Iterable[Synapses]) -> None:
        """Have slices of time no longer than the shortest delay of some synapses."""
        most = [MOST_STEPS] if any(plan.synapse.is_plastic for plan in self.plans) else []
        self.max_length = min([self.max_length, *most, *(s.min_delay for s in synapses if not s.plan.from_devices)])

    def make_logs(self) -> None:
        """Make room for the spikes of a slice of time, and wheels where there are none."""
        largest = max((block.size for block in self.blocks), default=1)
        self.max_length = self.ranks.least(max(1, min(self.max_length, _LOG_ROWS // largest)))
        for block in self.blocks:
            rows, slices = block.size * self.max_length, len(block.parts) * self.max_length + 1
            if block.log is None or block.log.size < 3 * rows:
                block.log = np.empty(3 * rows, dtype=np.int32)
            if block.offsets is None or block.offsets.size < slices:
                block.offsets = np.zeros(slices, dtype=np.int64)
            for synapses in block.synapses:
                if not synapses.wheel:
                    buckets = 1 << (synapses.max_delay + self.max_length).bit_length()
                    synapses.wheel = new_wheel(buckets, min(buckets, 64))

    def kernel(self, build: Callable[..., Any], model: Any, arrays: tuple[str, ...], options: dict[str, Any]) -> Any:
        """The module of a generated kernel, made once for each model and choice."""
        key = (build, id(model), arrays, *options.values())
        modules = modules_of(model, self.kernels)
        if key not in modules:
            modules[key] = build(model, arrays, **options)
        return modules[key]

    # -- running -------------------------------------------------------------------------------------------------------------

    @roomy
    def refresh(self, recorded: dict[int, np.ndarray], samplers: Sequence[Any], weights: Sequence[Any] = ()) -> None:
        """Fill the records anew after parameters, recorders or structure changed."""
        self.collect()
        with self.ranks.first_alone():
            self.records = Records(self, recorded, samplers, weights)
        late, self._late_plans = self._late_plans, []
        if late:
            carry(self, late)

    def collect(self) -> None:
        """Hand the samples that were taken to their requests."""
        if self.records is not None:
            self.records.collect()

    def run(self, n_steps: int, *, visit: Callable[[int], bool]) -> tuple[np.ndarray, dict[str, float]]:
        """Advance by `n_steps`, less if a state variable becomes NaN or infinite: see `simcore.kernel.health`.

        Parameters
        ----------
        n_steps : int
            Number of steps.
        visit : callable
            Called with the step that is reached, every few tens of milliseconds; returns whether to go on.

        Returns
        -------
        spikes : ndarray of int32, shape (n, 3)
            Recorded spikes of this rank by step, then node: step of emission, node, count.
        timing : dict of str to float
            Wall time in s: in total, and each of a `Phase`.
        """
        if self.broken:
            raise SimulationError("an error ended this simulation between two steps; reset() it or make a new one")
        assert self.records is not None  # the simulation refreshes before it runs
        end = self.step + n_steps
        contexts = np.zeros((len(self.records.own_blocks), Context.WORDS), dtype=np.int64)
        contexts[:, Context.STEP] = self.step
        generated = GeneratorSpikes(self.devices, self.grid, self.step, end, self.last_spikes, seed=self.seed)
        self._counter[:] = 0
        self.exchange.begin()
        try:
            found, timing = self._step_on(contexts, generated, end, visit)
        except BaseException as error:
            self.ranks.abort(error)
            raise
        generated.remember(self.last_spikes, self.step)
        return sorted_rows(found), timing

    def _step_on(
        self, contexts: np.ndarray, generated: GeneratorSpikes, end: int, visit: Callable[[int], bool]
    ) -> tuple[list[np.ndarray], dict[str, float]]:
        """Run the step loop on all threads, with visits to Python in between; the recorded spikes and the wall times."""
        assert self.records is not None  # `run` has looked
        batch, found, laps = 32, [], [0.0]
        with ThreadPoolExecutor(len(contexts) - 1) if len(contexts) > 1 else nullcontext() as pool:
            with self.ranks.first_alone():
                generated.enter(contexts, self.records.pathways)
                if not self._is_loaded:  # no step: the loop is compiled or loaded before the clock starts
                    self._advance(pool, contexts, self.step)
                    self._is_loaded = True
            began = time.perf_counter()
            while self.step < end and not self.exchange.is_stopped:
                lap = time.perf_counter()
                target = self.ranks.least(min(end, self.step + min(batch, self.records.steps_left)))
                found += self._advance(pool, contexts, target)
                laps.append(time.perf_counter() - lap)
                batch = next_batch(batch, laps[-1])
                begin, self.step = self.step, int(contexts[0, Context.STEP])
                self.records.fill(self.step - begin)
                if self.is_ill or not visit(self.step):
                    self.exchange.stop()  # the other ranks learn of it with the next slice of time
                    if self.ranks.size == 1:
                        break
        return found, phase_times(contexts, sum(laps), time.perf_counter() - began)

    def _advance(self, pool: ThreadPoolExecutor | None, contexts: np.ndarray, end: int) -> list[np.ndarray]:
        drive = self._drive if self._is_loaded else roomy(self._drive)
        workers = [pool.submit(drive, k, contexts, end) for k in range(1, len(contexts))] if pool else []
        found = drive(0, contexts, end)
        for worker in workers:
            found += worker.result()
        return found

    def _drive(self, thread: int, contexts: np.ndarray, end: int) -> list[np.ndarray]:
        """One thread's part; an error lets the other threads out of the barrier, and ends the simulation."""
        try:
            return self._drive_on(thread, contexts, end)
        except BaseException:
            from simcore.kernel.driver import BROKEN

            self.broken = True
            self._counter[0] = BROKEN
            raise

    def _drive_on(self, thread: int, contexts: np.ndarray, end: int) -> list[np.ndarray]:
        """Run the step loop, and help it when it returns early."""
        from simcore.kernel.driver import drive

        records = self.records
        assert records is not None  # set by refresh
        context, own = contexts[thread], records.own_blocks[thread]
        room, found = records.room[thread], []
        while True:
            status = drive(
                records.blocks, own, records.slices, records.pathways, records.devices, records.samplers, records.order,
                self.last_spikes, room, context, self.exchange.record, self._counter.ctypes.data, thread, len(contexts),
                end, self.max_length,
            )  # fmt: skip
            n_recorded = context[Context.N_RECORDED]
            if n_recorded:
                found.append(room[:n_recorded].copy())
                context[Context.N_RECORDED] = 0
            if status in (Status.DONE, Status.BROKEN):
                return found
            if status == Status.GROW:
                number = int(context[Context.NEEDED])
                synapses = records.synapses[number]
                synapses.wheel = grow_wheel(synapses.wheel, int(context[Context.CHUNKS]))
                records.set_wheel(number)
            elif status in (Status.CROWDED, Status.FILLED):
                records.make_room(status, context)
            elif status == Status.WIDEN:
                self.exchange.widen()
            elif status == Status.LOST:
                raise SimulationError(f"MPI_Allgather failed with code {self.exchange.record[Exchange.ERROR]}")

    @property
    def is_ill(self) -> bool:
        """Whether a state variable became NaN or infinite."""
        return any(part.bad[Illness.STEP] >= 0 for block in self.blocks for part in block.parts)

    # -- reading back --------------------------------------------------------------------------------------------------------

    def stores(self, projection: Projection) -> bool:
        """Whether the projection's edges are kept as synapses; those of a stimulator that sends directly are not."""
        return projection.index in self.plans_of

    def read_back(self, projection: Projection, columns: Sequence[str]) -> dict[str, np.ndarray]:
        """Present weights of a projection's edges and what else is asked for, by number; zero if an edge is gone."""
        out = {name: np.zeros(projection.n_numbers) for name in ("weight", *columns)}
        own = np.zeros(projection.n_numbers, dtype=bool)
        for block in self.blocks:
            for _, synapses, edges, where in places(self, block, [projection]):
                own[edges.numbers] = True
                for name, values in stored_values(synapses, edges, where, columns).items():
                    out[name][edges.numbers] = values
        if self.ranks.size == 1:
            return out
        return self.ranks.join(projection.n_numbers, np.flatnonzero(own), {name: values[own] for name, values in out.items()})

    def write_back(self, projection: Projection, state: dict[str, np.ndarray]) -> None:
        """Set weights or synapse state of a projection's edges, given by their numbers."""
        for block in self.blocks:
            for _, synapses, edges, where in places(self, block, [projection]):
                for name, values in state.items():
                    synapses.write(name, where, values[edges.numbers])

    @property
    def n_synapses(self) -> int:
        """Synapses held, without the connections of stimulators."""
        return sum(int(np.count_nonzero(s.targets < block.size)) for block in self.blocks for s in block.synapses)


def sorted_rows(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Rows (step, node, count) of several lists, by step, then node; the sort profits from order within the lists."""
    if not parts:
        return np.empty((0, 3), dtype=np.int32)
    rows = np.concatenate([*parts, np.empty((0, 3), dtype=np.int32)])
    return rows[np.argsort((rows[:, 0].astype(np.int64) << 32) | rows[:, 1], kind="stable")]

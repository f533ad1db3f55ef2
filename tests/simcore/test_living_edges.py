"""Edges that are read, changed, removed and added between runs, against a plain list of edges."""

from pathlib import Path

import numpy as np
import pytest

import simcore
from simcore import Simulation, rules
from simcore.kernel import changing
from tests.reference import edits, mpi
from tests.reference.living_edges import DT, LivingEdges

N_SOURCES, N_TARGETS = 6, 7
# The shortest delay in steps.
SHORTEST = 3
STATES = ("I_syn_ex", "I_syn_in")
TSODYKS = {"U": 0.5, "tau_rec": 20.0, "tau_fac": 5.0}


class Twins:
    """A simulation and its plain twin, to which the same is done.

    The sources are parrots that a generator has fire at drawn times; the currents of the targets say what arrived when.
    """

    def __init__(self, seed, threads):
        self.rng = np.random.default_rng(seed)
        self.sim = sim = Simulation(dt=DT, seed=seed, threads=threads)
        generators = sim.create("spike_generator", N_SOURCES)
        # As many as make several blocks of targets worth while.
        self.parrots, self.neurons = sim.create("parrot_neuron", N_SOURCES), sim.create("iaf_psc_exp", 300, {"V_th": 1e9})
        trains = [np.unique(self.rng.integers(1, 400, 60)) for _ in range(N_SOURCES)]
        sim.set(generators, spike_times=[t * DT for t in trains])
        for k in range(N_SOURCES):
            sim.connect(generators[k : k + 1], self.parrots[k : k + 1], delay=SHORTEST * DT)
        self.sources = dict(zip((int(i) for i in self.parrots.ids), trains, strict=True))
        # The parrot emits a spike of time t in the step that ends SHORTEST steps later.
        self.targets = [int(i) for i in self.neurons.ids[:: 300 // N_TARGETS][:N_TARGETS]]
        self.traces = sim.record(sim.select(self.targets), list(STATES), interval=DT)
        self.twin = LivingEdges({i: {int(s) + SHORTEST - 1 for s in t} for i, t in self.sources.items()}, self.targets)
        self.live, self.changed = [], 0

    def connect(self):
        """Add a projection of any kind; weights are such that sums are exact in any order."""
        sim, rng = self.sim, self.rng
        synapse = str(rng.choice(["static_synapse", "tsodyks2_synapse"]))
        params = dict(TSODYKS) if synapse == "tsodyks2_synapse" else {}
        weight = [2.0, -2.0, ("uniform", -3.0, 3.0)][rng.integers(3)]
        delay = [1.0, 0.3, ("uniform", 0.3, 2.5)][rng.integers(3)]
        values = {"weight": weight, "delay": delay, "synapse": synapse}
        targets, since = sim.select(self.targets), self._since()
        # Now is the default.
        given = None if since == self.twin.step and rng.random() < 0.5 else since * DT
        if rng.random() < 0.5:
            rule = [rules.FixedIndegree(3), rules.PairwiseBernoulli(0.5), rules.FixedOutdegree(4), None][rng.integers(4)]
            made = sim.connect(self.parrots, targets, rule, **values, params=params, since=given)
        else:
            n = int(rng.integers(1, 25))
            ends = rng.choice(self.parrots.ids, n), rng.choice(self.targets, n)
            if params and rng.random() < 0.5:
                params["U"] = rng.random(n)
            made = sim.connect_edges(*ends, **values, params=params, since=given)
        columns = ["source", "target", "weight", "delay", "number", *(["x", "u", *TSODYKS] if params else [])]
        edges = sim.connectivity(made, columns=columns)
        steps = np.rint(edges.pop("delay") / DT).astype(int)
        assert edges.pop("number").tolist() == list(range(made.n_edges))
        self.twin.connect(made.index, edges.pop("source"), edges.pop("target"), delay=steps, since=since, **edges)
        self.live.append(made.index)

    def _some(self):
        """A projection, and numbers of some or all of its edges in any order."""
        projection = self.sim.projections[int(self.rng.choice(self.live))]
        left = sorted(self.twin.of(projection.index))
        if self.rng.random() < 0.3:
            return projection, None, left
        some = self.rng.permutation(left)[: self.rng.integers(0, len(left) + 1)]
        return projection, some, some

    def set(self):
        """Change values of some edges."""
        projection, numbers, chosen = self._some()
        names = ["weight", "weight", "delay"]
        names += ["x", "u", "U", "tau_rec"] if projection.synapse.name == "tsodyks2_synapse" else []
        values, since = {}, self._since()
        given = self._given(since)
        for name in sorted(set(self.rng.choice(names, 2).tolist())):
            drawn = self._values(name, len(chosen))
            drawn = drawn[0] if self.rng.random() < 0.4 and len(chosen) else drawn
            values[name] = drawn * DT if name == "delay" else drawn
            for number, value in zip(chosen, np.broadcast_to(drawn, len(chosen)), strict=True):
                self.twin.set(projection.index, number, name, value.item(), since)
        self.sim.set_edges(projection, numbers, values, since=given)
        self._note(chosen, since)

    def _values(self, name, n):
        if name == "delay":
            return self.rng.integers(SHORTEST, 30, n)
        if name == "weight":
            signs = [(-8, 9), (0, 9), (-8, 0)][self.rng.integers(3)]
            return self.rng.integers(*signs, n) * (1.0 if self.rng.random() < 0.5 else 0.1)
        return self.rng.uniform(1.0, 30.0, n) if name == "tau_rec" else self.rng.random(n)

    def remove(self):
        """Remove some edges."""
        projection, numbers, chosen = self._some()
        since = self._since()
        self.sim.disconnect(projection, numbers, since=self._given(since))
        self._note(chosen, since)
        for number in list(chosen):
            self.twin.remove(projection.index, number, since)

    def _note(self, chosen, since):
        """Remember a change, from which on others may hold."""
        self.changed = since if len(chosen) and self.twin.step else self.changed

    def _since(self):
        """A step from which on a change may hold."""
        return int(self.rng.integers(max(self.twin.step - SHORTEST, self.changed), self.twin.step + 1))

    def _given(self, since):
        """How to say so: the earliest one is the default."""
        return None if since == max(self.twin.step - SHORTEST, self.changed) else since * DT

    def run(self):
        """Run both for some steps."""
        n_steps = int(self.rng.integers(1, 25))
        self.sim.run(n_steps * DT, progress=False)
        self.twin.run(n_steps)

    def save(self, path):
        """Go on with what a file holds, with another number of threads."""
        self.sim = simcore.load(self.sim.save(path), threads=int(self.rng.integers(1, 4)))
        self.parrots, self.neurons = self.sim.select(self.parrots_ids), self.sim.nodes
        self.traces = self.sim.recorders[0]

    def reset(self):
        """Go back to time zero."""
        self.sim.reset()
        self.twin.reset()
        self.changed = 0

    def check(self):
        """Whether both have the same edges, and the same arrived."""
        since = self._since()
        ahead, given = self.twin.after(since), self._given(since)
        for index in self.live:
            projection, twins = self.sim.projections[index], ahead.of(index)
            edges = self.sim.connectivity(projection, columns=["number", *COLUMNS], since=given)
            assert edges["number"].tolist() == list(twins)
            assert self.sim.projections[index].n_edges == len(twins)
            for name in COLUMNS:
                factor = DT if name == "delay" else 1.0
                expected = [edge.get(name, np.nan) * factor for edge in twins.values()]
                np.testing.assert_allclose(edges[name], expected, rtol=1e-12, atol=0, err_msg=name)
        delays = [edge["delay"] for edge in self.twin.edges]
        low, high = self.sim.delay_range
        if delays:
            assert (low, high) == pytest.approx((DT * SHORTEST, DT * max(delays)))
        decay, currents = np.exp(-DT / 2.0), np.zeros((2, N_TARGETS))
        for row, arrived in enumerate(self.twin.rows):
            currents = currents * decay + arrived
            for k, name in enumerate(STATES):
                np.testing.assert_allclose(self.traces[name][row], currents[k], rtol=1e-9, atol=1e-9, err_msg=f"{name} {row}")


COLUMNS = ("source", "target", "weight", "delay", "x", "u", "U", "tau_rec", "tau_fac")


@pytest.mark.parametrize("seed", [*range(10), 386])
def test_whatever_is_done_to_edges_the_same_arrives_as_with_a_plain_list(seed, tmp_path, monkeypatch):
    monkeypatch.setattr(changing, "_MANY_DEAD", 10)
    twins = Twins(seed, threads=1 + seed % 3)
    twins.parrots_ids = twins.parrots.ids
    twins.connect()
    twins.connect()
    rng = np.random.default_rng(1000 + seed)
    for _ in range(30):
        what = rng.choice(["connect", "set", "remove", "run", "save", "reset"], p=[0.12, 0.33, 0.12, 0.33, 0.07, 0.03])
        if what == "save":
            twins.save(tmp_path / "state.npz")
        else:
            getattr(twins, what)()
    twins.run()
    twins.check()


# The same bits


@pytest.fixture(scope="module")
def alone():
    return edits.run(threads=1)


def test_edited_networks_give_the_same_bits_for_any_threads_and_after_a_file(alone):
    assert min(alone[f"{part} times"].size for part in ("saved", "reseeded", "reset")) > 200
    for name, values in edits.run(threads=2).items():
        np.testing.assert_array_equal(values, alone[name], err_msg=name)
    for name in (name for name in alone if name.startswith("saved ")):
        np.testing.assert_array_equal(alone[name], alone[f"not {name}"], err_msg=name)


@pytest.mark.mpi
@pytest.mark.skipif(mpi.MPIEXEC is None, reason="there is no mpiexec: pip install netspike[mpi]")
def test_edited_networks_give_the_same_bits_on_several_ranks(alone, tmp_path):
    path = tmp_path / "found.npz"
    code, out, err = mpi.start(Path(edits.__file__), 1, path, n=3).wait(280.0)
    assert code == 0, out + err
    with np.load(path) as found:
        assert set(found.files) == set(alone)
        for name, expected in alone.items():
            np.testing.assert_array_equal(found[name], expected, err_msg=name)

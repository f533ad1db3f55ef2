"""Synapses built in parts and groups of any size, against edges sorted one by one."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcore import Simulation, rules
from simcore.distributions import Lognormal, Normal, Uniform
from simcore.kernel import sorting

TSODYKS = {"synapse": "tsodyks2_synapse", "params": {"U": 0.4, "tau_rec": 50.0, "tau_fac": 20.0}}


def network(threads, delay):
    """Groups of sources of their own and shared ones, every form of weight, input counts, and columns of synapse state."""
    sim = Simulation(dt=0.1, seed=6, threads=threads)
    a, b, c = (sim.create("iaf_psc_alpha", n, {"I_e": 500.0}) for n in (60, 25, 40))
    everyone = a + b + c
    sim.connect(a, everyone, rules.FixedIndegree(20), weight=Normal(40.0, 30.0), delay=delay)
    sim.connect(b, everyone, rules.PairwiseBernoulli(0.3), weight=-80.0, delay=1.5)
    sim.connect(c[20:], a, rules.FixedTotalNumber(300), weight=Normal(10.0, 1.0, 0.0), delay=delay)
    sim.connect(c[:20], b[::-1], rules.FixedOutdegree(7), weight=3.0, delay=delay, **TSODYKS)
    sim.connect(b, c, rules.PairwisePoisson(1.5), weight=7.0, delay=delay, **TSODYKS)
    sim.connect_edges([0, 1, 1, 5, 1], [3, 2, 2, 0, 2], weight=[1.0, 2.0, 3.0, -4.0, 5.0], delay=[0.1, 50.0, 0.3, 0.1, 0.3])
    own = TSODYKS | {"params": {"U": np.linspace(0.1, 0.9, 400), "tau_rec": np.arange(20.0, 420.0)}}
    rng = np.random.default_rng(2)
    sim.connect_edges(rng.integers(60, 125, 400), rng.integers(0, 125, 400), weight=0.1 * np.arange(1, 401), delay=0.5, **own)
    sim.connect(sim.create("parrot_neuron", 5), everyone, weight=2.0, delay=delay)
    return sim


def edges_by_source_and_delay(engine, block, synapses):
    """(source, delay, target, weight, parameters) of the edges of a pathway, sorted by the first two as drawn."""
    own, local = engine.membership(block)
    edges = []
    for projection in engine.projections:
        plans, route = engine.plans_of[projection.index], engine.route_of[projection.index]
        for batch in projection.batches(own):
            n = batch.sources.size
            delays, weights = (np.broadcast_to(x, n).tolist() for x in (batch.delays, batch.weights))
            for e, (source, target) in enumerate(zip(batch.sources.tolist(), batch.targets.tolist(), strict=True)):
                if plans[route.table[engine.population_of[target], int(weights[e] < 0)]] is synapses.plan:
                    columns = [projection.parameters[name] for name in synapses.plan.columns]
                    columns = [float(x[batch.places[e]]) if isinstance(x, np.ndarray) else x for x in columns]
                    edges.append((source, delays[e], int(local[target]), weights[e], columns))
    return sorted(edges, key=lambda edge: edge[:2])


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    threads=st.integers(1, 3),
    delay=st.sampled_from([0.7, Uniform(0.1, 0.9), Normal(1.5, 0.75, 0.05), Lognormal(0.5, 3.0, 0.1, 6000.0)]),
    cells=st.sampled_from([1, 30, 1 << 8, 1 << 14]),
    few=st.sampled_from([0, 500, 1 << 22]),
)
def test_synapses_are_edges_sorted_by_source_and_delay(monkeypatch, threads, delay, cells, few):
    monkeypatch.setattr(sorting, "_CELLS", cells)
    monkeypatch.setattr(sorting, "_FEW", few)
    engine = network(threads, delay)._prepare()
    kinds = set()
    for block in engine.blocks:
        for s in block.synapses:
            kinds.add((s.plan.weight_form, s.plan.counts, bool(s.columns)))
            edges = edges_by_source_and_delay(engine, block, s)
            assert edges
            # Runs are walked as the delivery does: from the slot of a source, one run after the other.
            found = []
            for source in np.flatnonzero(s.slot >= 0).tolist():
                slot = s.slot[source]
                begin = 0
                for run in range(s.run_first[slot], s.run_first[slot + 1]):
                    for k in range(begin, s.run_end[run]):
                        at = s.base[slot] + k
                        found.append((source, int(s.run_delay[run]), int(s.targets[at]), at))
                    begin = int(s.run_end[run])
                assert begin == s.base[slot + 1] - s.base[slot]
            assert [f[:3] for f in found] == [e[:3] for e in edges]
            assert [f[3] for f in found] == list(range(s.n_synapses))
            if s.weights.size:
                stored = np.array([e[3] for e in edges]) * s.plan.scale
                np.testing.assert_array_equal(s.weights, stored.astype(s.weights.dtype))
            for k, name in enumerate(s.plan.columns):
                np.testing.assert_array_equal(s.columns[name], [e[4][k] for e in edges])
    assert {kind[0] for kind in kinds} == {"constant", "float32", "float64"}
    assert {kind[1:] for kind in kinds} == {(False, False), (False, True)}


@pytest.mark.parametrize("few", [0, 1 << 22])
def test_groups_share_no_source_and_leave_nothing_out(monkeypatch, few):
    monkeypatch.setattr(sorting, "_FEW", few)
    engine = network(1, 1.0)._prepare()
    routes = [(p, engine.route_of[p.index]) for p in engine.projections]
    groups = sorting._groups(routes)
    assert len(groups) == (1 if few else 3)
    assert all(end < begin for (_, end, _), (begin, _, _) in zip(groups, groups[1:], strict=False))
    assert sorted(p.index for *_, members in groups for p, _ in members) == list(range(len(routes)))
    for first, last, members in groups:
        assert [p.index for p, _ in members] == sorted(p.index for p, _ in members)
        assert all(first <= p.sources.min() and p.sources.max() <= last for p, _ in members)

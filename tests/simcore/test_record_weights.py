"""Recorded weights: those of NEST's recorder, one row for each spike that arrives, the same for any partition."""

import numpy as np
import pytest

import simcore
from simcore import Simulation, rules
from simcore.distributions import Normal, Uniform
from simcore.errors import ParameterError, SimulationError
from simcore.kernel import weight_recording
from tests.reference import plastic

COLUMNS = ("times", "sources", "targets", "weights", "projections", "edges")


def rows(recorder):
    return {name: getattr(recorder, name) for name in COLUMNS}


def assert_same(found, expected):
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)


@pytest.mark.parametrize("target", ["parrot_neuron", "iaf_psc_exp"])
@pytest.mark.parametrize("synapse", ["static_synapse", "tsodyks2_synapse", "stdp_synapse"])
def test_rows_are_those_of_nest(synapse, target):
    from tests.oracle import nest_runs

    network = plastic.drawn(3, target)._replace(params={} if synapse != "stdp_synapse" else {"lambda": 0.2, "mu_plus": 0.4})
    theirs = nest_runs.recorded_weights(network, plastic.DRIVE[target], synapse)
    sim, edges, _ = plastic.built(network, synapse=synapse)
    recorder = sim.record_weights(edges)
    sim.run(network.duration)
    order = np.lexsort((recorder.weights, recorder.targets, recorder.sources, recorder.times))
    assert len(recorder) > 500
    for name, values in theirs.items():
        np.testing.assert_allclose(getattr(recorder, name)[order], values, rtol=0.0, atol=1e-9, err_msg=name)


def mixed(*, threads=1):
    """Synapses in all forms of weights, onto inputs of both signs and onto one that counts, of neurons and a generator."""
    sim = Simulation(dt=0.1, seed=3, threads=threads)
    cells = sim.create("iaf_cond_exp", 700, {"I_e": Uniform(500.0, 800.0)}, ids=np.arange(1700, 1000, -1))
    parrots = sim.create("parrot_neuron", 20)
    generator = sim.create("spike_generator", params={"spike_times": [1.0, 4.0, 9.5], "spike_weights": [1.0, -2.0, 0.5]})
    some = rules.FixedIndegree(3)
    sim.connect(cells, cells, some, weight=0.25, delay=1.5)
    sim.connect(cells, cells, some, weight=Normal(-0.3, 0.1, high=0.0), delay=Uniform(0.3, 9.0))
    edges = np.random.default_rng(1).integers(1001, 1701, (2, 900))
    sim.connect_edges(*edges, weight=np.linspace(0.1, 0.9, 900), delay=2.5, synapse="tsodyks2_synapse")
    sim.connect(cells, parrots, rules.FixedIndegree(30), weight=Uniform(1.0, 2.0), synapse="tsodyks2_synapse")
    sim.connect(cells, parrots, rules.FixedIndegree(30), weight=Uniform(1.0, 2.0), delay=0.7)
    sim.connect(cells, parrots, rules.FixedIndegree(5), weight=3.0, synapse="stdp_synapse", params={"Wmax": 9.0})
    sim.connect(generator, cells, weight=1.5, delay=0.4)
    sim.connect(parrots, cells, some, weight=Uniform(-5.0, -1.0), synapse="stdp_synapse", params={"Wmax": -9.0, "lambda": 0.3})
    return sim, sim.record(cells + parrots)


@pytest.fixture(scope="module")
def whole():
    sim, _ = mixed()
    recorder = sim.record_weights(sim.projections)
    sim.run(40.0)
    return sim, rows(recorder)


def test_there_is_a_row_for_each_spike_that_has_arrived(whole):
    sim, found = whole
    spikes, delays = sim.recorders[0], {}
    for k, projection in enumerate(sim.projections):
        edges = sim.connectivity(projection)
        source = edges["source"]
        trains = spikes.spikes.by_node(source) if k != 6 else [np.array([1.0, 4.0, 9.5])] * source.size
        due = [
            (time, edge) for edge, times in enumerate(trains) for time in times if time + edges["delay"][edge] <= 40.0 + 1e-9
        ]
        here = found["projections"] == k
        assert sorted(zip(found["times"][here], found["edges"][here], strict=True)) == sorted(due)
        np.testing.assert_array_equal(found["sources"][here], source[found["edges"][here]])
        np.testing.assert_array_equal(found["targets"][here], edges["target"][found["edges"][here]])
        delays[k] = edges["delay"]
    order = np.lexsort((found["edges"], found["projections"], found["times"]))
    np.testing.assert_array_equal(order, np.arange(order.size))


def test_static_weights_are_as_they_were_given(whole):
    sim, found = whole
    for k in (0, 1, 4):
        here = found["projections"] == k
        np.testing.assert_array_equal(
            found["weights"][here], sim.connectivity(sim.projections[k])["weight"][found["edges"][here]]
        )
    here = found["projections"] == 6
    np.testing.assert_array_equal(np.unique(found["weights"][here]), [-3.0, 0.75, 1.5])
    assert found["weights"][found["projections"] == 7].max() <= 0.0


def test_what_is_read_last_is_what_was_sent_last(whole):
    sim, found = whole
    for k in (5, 7):
        # Spikes of before the last minimal delay count as sent.
        ahead = sim.weights_under_way(sim.recorders[-1])
        rows = np.concatenate([sim.recorders[-1].rows, ahead[ahead["projection"] == k]])
        rows = rows[rows["projection"] == k]
        assert np.isin(k, ahead["projection"])
        last = dict(zip(rows["edge"].tolist(), rows["weight"].tolist(), strict=True))
        weights = sim.connectivity(sim.projections[k])["weight"]
        assert len(last) > 20
        np.testing.assert_array_equal(weights[list(last)], list(last.values()))


def test_recording_changes_no_bit(whole):
    sim, spikes = mixed()
    sim.run(40.0)
    np.testing.assert_array_equal(spikes.times, whole[0].recorders[0].times)
    np.testing.assert_array_equal(spikes.ids, whole[0].recorders[0].ids)


@pytest.mark.parametrize("threads", [1, 2])
def test_rows_are_the_same_for_any_partition_and_for_any_room(tmp_path, whole, threads, monkeypatch):
    monkeypatch.setattr(weight_recording, "_ROWS", 3)
    monkeypatch.setattr(weight_recording, "_MOST_ROWS", 5)
    sim, _ = mixed(threads=threads)
    recorder = sim.record_weights(sim.projections)
    for _ in range(2):
        sim.run(6.1)
        sim.reset()
        assert len(recorder) == 0
    for piece in (0.1, 11.3, 9.9):
        sim.run(piece)
    assert "projections" in repr(recorder)
    path = sim.save(tmp_path / "state.npz")
    loaded = simcore.load(path, threads=3 - threads)
    for one, found in ((sim, recorder), (loaded, loaded.recorders[-1])):
        one.run(18.7)
        assert_same(rows(found), whole[1])
    sim.close()
    assert_same(rows(recorder), whole[1])


def test_recorders_keep_their_projections_ends_and_windows(whole):
    sim, _ = mixed()
    chosen = sim.projections[1], sim.projections[7]
    first = sim.record_weights(chosen[0], sources=sim.nodes[100:300], start=5.0, stop=30.0)
    sim.run(12.3)
    late = sim.record_weights(list(chosen), targets=[1700, 1699, 1650])
    sim.run(27.7)
    found = whole[1]
    ids = sim.nodes[100:300].ids
    keep = (found["projections"] == 1) & np.isin(found["sources"], ids) & (found["times"] > 5.0) & (found["times"] <= 30.0)
    assert 0 < keep.sum() < (found["projections"] == 1).sum()
    assert_same(rows(first), {name: values[keep] for name, values in found.items()})
    keep = np.isin(found["projections"], [1, 7]) & np.isin(found["targets"], [1700, 1699, 1650]) & (found["times"] > 12.3)
    assert keep.sum() > 3
    assert_same(rows(late), {name: values[keep] for name, values in found.items()})


def sent(synapse, target):
    """Weights that are read and that are sent when one is set between two runs, onto two neurons."""
    sim = Simulation(dt=0.1, seed=1)
    source = sim.create("parrot_neuron")
    sim.connect(sim.create("spike_generator", params={"spike_times": [1.0, 4.0, 8.0]}), source)
    edges = sim.connect(source, sim.create(target, 2), weight=2.0, delay=2.5, synapse=synapse)
    recorder = sim.record_weights(edges)
    sim.run(5.0)
    sim.set_edges(edges, [1], weight=7.0)
    read = sim.connectivity(edges)["weight"].tolist()
    sim.run(10.0)
    return read, recorder.weights.tolist()


@pytest.mark.parametrize("synapse", ["static_synapse", "tsodyks2_synapse"])
def test_weights_set_between_runs_are_read_and_sent_onto_neurons_that_count_too(synapse):
    read, weights = sent(synapse, "iaf_psc_exp")
    assert read == [2.0, 7.0]
    assert weights[4:] == pytest.approx([weights[4], 3.5 * weights[4]])
    assert weights[-1] > 0
    assert sent(synapse, "parrot_neuron") == (read, weights)


def test_only_recorders_of_weights_of_this_simulation_have_weights_under_way():
    sim = Simulation(dt=0.1)
    cells = sim.create("iaf_psc_exp", 2)
    own, traces = sim.record_weights(sim.connect(cells, cells)), sim.record(cells, "V_m")
    for wrong in (None, traces):
        with pytest.raises(ParameterError, match=r"weights_under_way: recorder: got .*, expected what record_weights\(\)"):
            sim.weights_under_way(wrong)
    with pytest.raises(ParameterError, match="since: got 9.0, expected a time from 0 to 0 ms"):
        sim.weights_under_way(own, since=9.0)
    with pytest.raises(ParameterError, match=r"forget: recorder: got WeightRecorder.*, expected what record\(\)"):
        sim.forget(own)
    sim.run(1.0)
    sim.close()
    with pytest.raises(SimulationError, match="closed"):
        sim.weights_under_way(own)


def test_what_cannot_be_recorded_is_refused():
    sim, other = Simulation(dt=0.1), Simulation(dt=0.1)
    cells, drive = sim.create("iaf_psc_exp", 2), sim.create("poisson_generator")
    direct, edges = sim.connect(drive, cells), sim.connect(cells, cells)
    foreign = other.connect(other.create("iaf_psc_exp"), other.create("iaf_psc_exp"))
    cases = {
        r"projections: got 'one of poisson_generator', expected .*parrot_neuron between": {"projections": direct},
        r"projections: got .*, expected projections of this simulation": {"projections": [edges, foreign]},
        r"projections: got \[\], expected what connect\(\) returned": {"projections": []},
        r"projections: got .*, expected what connect\(\) returned": {"projections": cells},
        r"record_weights: sources: got 7, expected ids of nodes that exist": {"projections": edges, "sources": [7]},
        r"start: got 3.0, expected >= 0 ms, and not after stop": {"projections": edges, "start": 3.0, "stop": 2.0},
    }
    for message, given in cases.items():
        with pytest.raises(ParameterError, match=message):
            sim.record_weights(**given)
    assert sim.recorders == ()


def test_recorders_made_between_runs_hold_what_is_under_way_if_they_are_asked_to():
    sim = Simulation(dt=0.1, seed=1)
    generator, source = sim.create("spike_generator", params={"spike_times": [1.0, 2.0, 3.0]}), sim.create("parrot_neuron")
    sim.connect(generator, source, delay=1.5)
    targets = sim.create("iaf_psc_exp", 2)
    edges = sim.connect(source, targets, weight=5.0, delay=1.5)
    sim.run(3.5)
    late = sim.connect(source, targets[:1], weight=7.0, delay=1.5, since=2.4)
    recorders = [sim.record_weights([edges, late], since=since) for since in (None, 3.0, 2.4)]
    for since in (1.9, 3.6, np.nan, "now", True):
        with pytest.raises(ParameterError, match="since"):
            sim.record_weights(edges, since=since)
    assert len(sim.recorders) == 3
    sim.run(5.0)
    sent = [2.5] * 3 + [3.5] * 3 + [4.5] * 3
    assert [recorder.times.tolist() for recorder in recorders] == [sent[6:], sent[3:], sent]

"""Silent neurons count: results know who was recorded, not only who spiked."""

import numpy as np
import pytest

from netgraph import Network, analysis
from netgraph.simulation import monitor_groups, monitor_nodes
from simcore import Results
from simcore.errors import ParameterError
from simcore.results import Spikes


@pytest.fixture
def network():
    """Three neurons that fire and two that do not."""
    currents = np.array([400.0, 0.0, 400.0, 0.0, 400.0])
    net = Network.uniform(5, neuron_model="iaf_psc_exp", neuron_param={"I_e": currents})
    net.to_sim(dt=0.1, seed=1)
    yield net
    net.simulation.close()


def test_rates_of_results_hold_a_zero_for_each_silent_neuron(network):
    monitor_groups(network)
    results = network.simulation.run(100.0)
    rates = analysis.firing_rates(results)
    np.testing.assert_array_equal(rates, np.bincount(results.spikes.ids, minlength=5) / 0.1)
    assert (rates[[1, 3]] == 0.0).all()
    assert (rates[[0, 2, 4]] > 0.0).all()


def test_only_recorded_neurons_count_whatever_the_order_and_however_many_recorders(network):
    monitor_nodes(network, [3, 2])
    monitor_nodes(network, [2, 1])
    results = network.simulation.run(50.0)
    assert results.spikes.nodes.tolist() == [1, 2, 3]
    assert analysis.firing_rates(results).shape == (3,)
    assert network.simulation.results.spikes.nodes.tolist() == [1, 2, 3]


def test_a_recorder_a_window_and_a_choice_keep_their_silent_neurons(network):
    recorder = monitor_nodes(network, [4, 3])
    network.simulation.run(50.0)
    assert analysis.firing_rates(recorder, window=(0.0, 50.0))[0] == 0.0
    assert recorder.spikes.between(0.0, 1.0).nodes.tolist() == [3, 4]
    assert recorder.spikes.of([3, 0]).nodes.tolist() == [3]


def test_files_keep_who_was_recorded_and_older_ones_without_it_can_be_read(network, tmp_path):
    monitor_groups(network)
    results = network.simulation.run(50.0)
    read = Results.load(results.save(tmp_path / "new.npz"))
    np.testing.assert_array_equal(analysis.firing_rates(read), analysis.firing_rates(results))
    old = Results(Spikes(results.spikes.times, results.spikes.ids), [], results.meta)
    read = Results.load(old.save(tmp_path / "old.npz"))
    assert read.spikes.nodes is None
    assert analysis.firing_rates(read).shape == (3,)


def test_a_run_without_spike_recorders_says_so(network):
    assert repr(network.simulation.run(10.0)) == "Results(no spikes recorded)"
    monitor_nodes(network, [1])
    assert repr(network.simulation.run(10.0)) == "Results(0 spikes)"


def test_the_name_of_a_group_is_refused_with_the_way_to_the_group():
    with pytest.raises(ParameterError, match=r"firing_rates: nodes: got 'excitatory', expected ids or a group"):
        analysis.firing_rates([1.0], [0], nodes="excitatory", window=(0.0, 2.0))


STATISTICS = {
    "firing_rates": {},
    "population_rate": {"bin_width": 5.0},
    "isi": {},
    "cv_isi": {},
    "spike_counts": {"bin_width": 5.0},
    "correlation_matrix": {"bin_width": 5.0},
}


@pytest.mark.parametrize("name", STATISTICS)
def test_neurons_that_were_not_recorded_are_refused_not_counted_as_silent(network, name):
    recorder = monitor_nodes(network, [3, 2])
    results = network.simulation.run(50.0)
    statistic = getattr(analysis, name)
    statistic(results, nodes=[2, 3], **STATISTICS[name])
    for held in (results, results.spikes, recorder):
        with pytest.raises(ParameterError, match=rf"{name}: nodes: got 4, expected neurons that were recorded"):
            statistic(held, nodes=[3, 4], window=(0.0, 50.0), **STATISTICS[name])


def test_bare_spikes_do_not_tell_who_was_recorded_and_take_any_nodes():
    bare = Spikes([1.0], [0])
    assert analysis.firing_rates(bare, nodes=[0, 7], window=(0.0, 100.0)).tolist() == [10.0, 0.0]
    assert analysis.firing_rates([1.0], [0], nodes=[0, 7], window=(0.0, 100.0)).tolist() == [10.0, 0.0]

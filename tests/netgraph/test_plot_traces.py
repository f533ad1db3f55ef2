"""Traces of state variables, phases behind rasters, and rasters sorted by burst index."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

import netgraph as ng
import netgraph.simulation as ns
from netgraph.analysis import activity_phases, burst_index
from netgraph.plot import raster, shade_phases, traces
from simcore.errors import ParameterError, UnknownNameError
from simcore.results import Results, Spikes, Traces


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


TIMES, IDS = np.array([1.0, 2.0, 3.0]), np.array([7, 2, 5])
VALUES = np.array([[-70.0, -60.0, -50.0], [-69.0, -61.0, -50.0], [-68.0, -62.0, -50.0]])
HELD = Traces(TIMES, IDS, {"V_m": VALUES, "w": 2.0 * VALUES}, {"V_m": "mV"})


def drawn(ax):
    (lines,) = ax.collections
    return [segment[:, 1].tolist() for segment in lines.get_segments()], [to_hex(c) for c in lines.get_colors()]


def test_each_neuron_gets_its_own_trace_in_the_order_asked_for():
    ax = traces(HELD)
    assert drawn(ax)[0] == VALUES.T.tolist()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time [ms]", "V_m [mV]")
    assert ax.get_ylim()[0] <= -70.0
    assert ax.get_ylim()[1] >= -50.0
    assert drawn(traces(HELD, "w", nodes=[5, 7]))[0] == (2.0 * VALUES[:, [2, 0]]).T.tolist()


def test_groups_colour_the_traces_and_neurons_in_none_are_grey():
    ax = traces(HELD, groups={"a": [2, 3], "b": [7]}, colours=["#112233", "#445566"])
    assert drawn(ax)[1] == ["#445566", "#112233", "#808080"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["b", "a"]


def test_the_mean_of_each_group_is_one_line():
    ax = traces(HELD, groups={"empty": [1], "a": [2, 7]}, mean=True)
    assert drawn(ax)[0] == [VALUES[:, :2].mean(axis=1).tolist(), VALUES[:, 2].tolist()]
    assert ax.get_ylabel() == "mean V_m [mV]"
    assert drawn(traces(HELD, mean=True, ax=plt.figure().add_subplot()))[0] == [VALUES.mean(axis=1).tolist()]


def test_results_and_recorders_of_a_run_can_be_drawn():
    net = ng.Network.uniform(4, neuron_model="iaf_psc_exp", neuron_param={"I_e": [0.0, 100.0, 200.0, 300.0]})
    sim = net.to_sim()
    recorder = ns.monitor_nodes(net, [3, 1], "V_m", interval=1.0)
    ns.monitor_nodes(net, [0], "I_syn_ex", interval=1.0)
    results = sim.run(5.0, progress=False)
    for held in (results, recorder, recorder.traces):
        assert drawn(traces(held, groups=net.population))[0] == recorder["V_m"].T.tolist()
    assert drawn(traces(results, "I_syn_ex"))[0] == [[0.0] * recorder.times.size]
    sim.close()


def test_phases_are_shaded_where_they_are_and_named_once():
    times, ids = [10.0, 10.1, 60.0, 60.1], [0, 1, 1, 0]
    phases = activity_phases(times, ids, window=(0.0, 100.0), quiet=1.0)
    ax = shade_phases(phases, ax=raster(times, ids, window=(0.0, 100.0)))
    found = sorted((patch.get_x(), patch.get_x() + patch.get_width()) for patch in ax.patches)
    np.testing.assert_allclose(found, np.column_stack([phases.starts, phases.stops]))
    assert sorted(ax.get_legend_handles_labels()[1]) == ["bursting", "mixed", "quiescent"]
    assert ax.get_xlim() == (0.0, 100.0)
    assert len(shade_phases(phases, alpha=1.0).patches) == phases.kinds.size


def test_a_raster_sorted_by_burst_index_has_neurons_with_too_few_spikes_at_the_bottom():
    net = ng.Network.uniform(3, neuron_model="parrot_neuron")
    trains = [[10.0, 11.0, 30.0, 31.0, 50.0, 51.0], [10.0, 20.0, 30.0, 40.0, 50.0], [12.0]]
    times, ids = np.concatenate(trains), np.repeat([0, 1, 2], [6, 5, 1])
    order = np.argsort(times, kind="stable")
    results = Results(Spikes(times[order], ids[order], np.arange(3)), [], {"start": 0.0, "stop": 60.0})
    assert burst_index(results)[0] > burst_index(results)[1]
    ax = ns.plot_activity(net, results, sort="burst-index")
    height = {x: y for line in ax.lines for x, y in line.get_xydata()}
    assert (height[12.0], height[20.0], height[11.0]) == (0.0, 1.0, 2.0)
    assert ax.get_ylabel() == "neurons, sorted by burst-index"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: traces(HELD, "g_ex"), UnknownNameError, "unknown recorded variable 'g_ex'"),
        (lambda: traces(HELD, nodes=[7, 8]), ParameterError, "traces: nodes: got 8, expected neurons that were recorded"),
        (lambda: traces(5), ParameterError, "traces: recorded: got 5"),
        (lambda: traces(Results(Spikes.empty(), [], {})), ParameterError, "traces: recorded"),
        (lambda: traces(HELD, mean=1), ParameterError, "mean: got 1"),
        (lambda: traces(HELD, ax=3), ParameterError, "ax: got 3"),
        (lambda: traces(HELD, colours="nocolour"), ParameterError, "colours: got 'nocolour'"),
        (lambda: shade_phases([1.0]), ParameterError, "what activity_phases returns"),
        (lambda: shade_phases(activity_phases([], [], window=(0, 1)), alpha=2), ParameterError, "alpha: got 2"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
    assert plt.get_fignums() == []

"""Raster plots, voltage traces and pictures of networks: the artists hold what NEST's hold, for the same recorders."""

import matplotlib
import numpy as np
import pytest

import simcore.nest as nest
from tests.simcore.nest.sides import assert_same, nest_itself, run

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    matplotlib.pyplot.close("all")
    nest.ResetKernel()


def recorders(nest, **params):
    """Four neurons, three of which spike, with a recorder of spikes and one of V_m."""
    neurons = nest.Create("iaf_psc_alpha", 4, {"I_e": [1000.0, 900.0, 1100.0, 0.0]})
    spikes, meter = (
        nest.Create("spike_recorder", params=params),
        nest.Create("multimeter", params={"record_from": ["V_m"], **params}),
    )
    nest.Connect(neurons, spikes)
    nest.Connect(meter, neurons)
    nest.Simulate(100.0)
    return spikes, meter


def shown():
    """Data and texts of the figure that was drawn last, of its lines and bars; data as single floats, as NEST's are."""
    axes = matplotlib.pyplot.gcf().axes
    below = axes[-1]
    return {
        "lines": [[np.float32(line.get_xydata()) for line in one.lines] for one in axes],
        "names": [[text.get_text() for text in one.get_legend().get_texts()] for one in axes if one.get_legend()],
        "titles": [one.get_title() for one in axes],
        "labels": [[one.get_xlabel(), one.get_ylabel()] for one in axes],
        "bars": [[bar.get_height(), bar.get_width()] for bar in below.patches],
        "limits": np.float32(axes[0].get_xlim()),
    }


def left_edges():
    return np.array([bar.get_x() for bar in matplotlib.pyplot.gcf().axes[-1].patches])


RASTERS = [{}, {"hist": False}, {"hist_binwidth": 20.0, "title": "spikes"}, {"grayscale": True}]


@pytest.mark.parametrize("options", RASTERS, ids=str)
def test_raster_of_a_recorder_holds_what_nest_draws(options):
    def script(nest):
        nest.raster_plot.from_device(recorders(nest)[0], **options)
        return shown()

    assert_same(run(script, nest), run(script, nest_itself()))


def test_raster_of_an_array_holds_what_nest_draws():
    def script(nest):
        events = recorders(nest)[0].events
        data = np.array([events["senders"], events["times"]]).T
        nest.raster_plot.from_data(data, sel=[1, 2], title="two", xlabel="t", hist_binwidth=15.0)
        part = nest.raster_plot.extract_events(data, time=[20.0, 50.0], sel=[2, 3])
        return {"shown": shown(), "part": part, "early": nest.raster_plot.extract_events(data, time=[20.0])}

    assert_same(run(script, nest), run(script, nest_itself()))


@pytest.mark.parametrize("options", [{}, {"neurons": [1, 3], "title": "two"}, {"timeunit": "s"}], ids=str)
def test_traces_of_a_meter_hold_what_nest_draws(options):
    def script(nest):
        matplotlib.pyplot.figure()
        lines = nest.voltage_trace.from_device(recorders(nest)[1], **options)
        return {"shown": shown(), "lines": [[line.get_label() for line in one] for one in lines]}

    assert_same(run(script, nest), run(script, nest_itself()))


def test_traces_in_steps_hold_what_nest_draws():
    def script(nest):
        matplotlib.pyplot.figure()
        nest.voltage_trace.from_device(recorders(nest, time_in_steps=True)[1])
        return shown()

    assert_same(run(script, nest), run(script, nest_itself()))


def test_files_of_nest_are_drawn_as_its_recorder_is(tmp_path):
    theirs = nest_itself()
    theirs.ResetKernel()
    theirs.data_path = str(tmp_path)
    spikes, meter = recorders(theirs, record_to="ascii", precision=10)
    files = list(spikes.filenames), list(meter.filenames)
    theirs.raster_plot.from_file(files[0])
    expected = shown()
    theirs.ResetKernel()
    dots = nest.raster_plot.from_file(files[0])
    assert_same(shown(), expected)
    assert len(dots) == 1
    memory = run(lambda nest: recorders(nest)[1].events, theirs)
    matplotlib.pyplot.figure()
    lines = nest.voltage_trace.from_file(files[1][0])
    np.testing.assert_allclose(lines[2][0].get_ydata(), memory["V_m"][memory["senders"] == 3], atol=1e-9)
    assert shown()["titles"] == [f"Membrane potential from file '{files[1][0]}'"]


def test_own_files_are_drawn_as_the_memory_is(tmp_path):
    spikes, meter = recorders(nest)
    nest.raster_plot.from_device(spikes)
    expected = shown()
    events = meter.events
    nest.ResetKernel()
    nest.data_path = tmp_path
    spikes, meter = recorders(nest, record_to="ascii", precision=10)
    nest.raster_plot.from_device(spikes, title="Raster plot from device '5'")
    assert_same(shown(), expected)
    matplotlib.pyplot.figure()
    line = nest.voltage_trace.from_device(meter)[1][0]
    np.testing.assert_allclose(line.get_ydata(), events["V_m"][events["senders"] == 2], atol=1e-9)
    pieces = [tmp_path / "first.dat", tmp_path / "second.dat"]
    text = open(spikes.filenames[0]).read().splitlines(keepends=True)
    pieces[0].write_text("".join(text[:10]))
    pieces[1].write_text("".join([*text[:3], *text[10:]]))
    nest.raster_plot.from_file(pieces)
    assert_same(shown()["lines"], expected["lines"])


def test_files_without_titles_have_sender_time_and_potential(tmp_path):
    path = tmp_path / "plain.txt"
    np.savetxt(path, [[1, 1.0, -70.0], [2, 1.0, -65.0], [1, 2.0, -69.0], [2, 2.0, -64.0]])

    def script(nest):
        matplotlib.pyplot.figure()
        nest.voltage_trace.from_file(str(path), title="plain")
        return shown()

    assert_same(run(script, nest), run(script, nest_itself()))


def test_bars_lie_over_their_bins_and_count_every_spike():
    data = [[1, 10.0], [1, 12.0], [2, 29.0], [2, 30.0]]
    nest.raster_plot.from_data(data, hist_binwidth=10.0)
    np.testing.assert_allclose(left_edges(), [10.0, 20.0, 30.0])
    heights = np.array(shown()["bars"])[:, 0]
    np.testing.assert_allclose(heights * 2 * 0.01, [2, 1, 1])


def test_rate_is_in_hertz_when_times_are_steps():
    spikes, _ = recorders(nest, time_in_steps=True)
    nest.raster_plot.from_device(spikes, hist_binwidth=10.0)
    found = shown()
    assert found["labels"][1][0] == "Steps"
    heights, widths = np.array(found["bars"]).T
    np.testing.assert_allclose(widths, 100.0)
    assert np.sum(heights * 3 * 0.01) == pytest.approx(spikes.n_events)


def test_one_spike_is_drawn():
    nest.raster_plot.from_data([[1, 10.0]])
    assert len(left_edges()) == 1


def test_selected_neurons_may_be_a_collection():
    spikes, meter = recorders(nest)
    neurons = nest.NodeCollection([1, 3])
    (dots,) = nest.raster_plot.from_device(spikes, sel=neurons, xlabel="time")
    assert {*dots.get_ydata()} == {1, 3}
    assert len(nest.voltage_trace.from_device(meter, neurons=neurons)) == 2


def test_what_cannot_be_plotted_is_refused(tmp_path):
    spikes, meter = recorders(nest)
    idle = nest.Create("spike_recorder")
    to_screen = nest.Create("spike_recorder", params={"record_to": "screen"})
    table = tmp_path / "table.dat"
    table.write_text("# NEST\nsender\ttime_ms\tV_m\n1\t1.0\t-70.0\n")
    spikes_only = tmp_path / "spikes.dat"
    spikes_only.write_text("sender\ttime_ms\n1\t1.0\n")
    text = tmp_path / "text.dat"
    text.write_text("sender\ttime_ms\n1\tlate\n")
    empty = tmp_path / "empty.dat"
    empty.write_text("# nothing\n")
    raster, trace = nest.raster_plot, nest.voltage_trace
    for error, message, call in [
        (TypeError, "got a multimeter, expected a spike_recorder", lambda: raster.from_device(meter)),
        (TypeError, "got a spike_recorder, expected a voltmeter", lambda: trace.from_device(spikes)),
        (TypeError, "detec: got 5", lambda: raster.from_device(5)),
        (TypeError, "one node", lambda: raster.from_device(spikes + meter)),
        (ValueError, "has recorded nothing", lambda: raster.from_device(idle)),
        (ValueError, "records to screen", lambda: raster.from_device(to_screen)),
        (ValueError, "hist_binwidth: got 0", lambda: raster.from_device(spikes, hist_binwidth=0)),
        (ValueError, "no spikes to plot", lambda: raster.from_device(spikes, sel=[4])),
        (TypeError, "sel: got 'a'", lambda: raster.from_device(spikes, sel="a")),
        (TypeError, "colour", lambda: raster.from_device(spikes, colour="red")),
        (ValueError, "shape", lambda: raster.from_data([1.0, 2.0])),
        (ValueError, "time: got", lambda: raster.extract_events([[1, 2.0]], time=[3.0, 2.0])),
        (ValueError, "neuron 9 was not recorded", lambda: trace.from_device(meter, neurons=[9])),
        (ValueError, "timeunit: got 'h'", lambda: trace.from_device(meter, timeunit="h")),
        (FileNotFoundError, "nowhere", lambda: raster.from_file("nowhere.dat")),
        (ValueError, "columns", lambda: raster.from_file(table)),
        (ValueError, "the files before it", lambda: trace.from_file([table, spikes_only])),
        (ValueError, "no table of numbers", lambda: raster.from_file(text)),
        (ValueError, "no spikes", lambda: raster.from_file(empty)),
        (ValueError, "no samples", lambda: trace.from_file(empty)),
        (TypeError, "name of a file", lambda: raster.from_file(7)),
    ]:  # fmt: skip
        with pytest.raises(error, match=message):
            call()
    assert not matplotlib.pyplot.get_fignums(), "a refused call opens no figure"
    currents = nest.Create("multimeter", params={"record_from": ["I_syn_ex"]})
    nest.Connect(currents, nest.NodeCollection([1]))
    nest.Simulate(3.0)
    with pytest.raises(ValueError, match="V_m was not recorded; there are: I_syn_ex"):
        trace.from_device(currents)


def test_picture_of_a_network_shows_nodes_and_connections(tmp_path, monkeypatch):
    import networkx as nx

    drawn = []
    monkeypatch.setattr(nx, "draw_networkx_edges", lambda graph, *args, **kwargs: drawn.append(sorted(graph.edges)))
    neurons = nest.Create("iaf_psc_alpha", 3)
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons[:2], neurons[1:], "one_to_one")
    nest.Connect(neurons[:2], neurons[1:], "one_to_one")
    nest.Connect(neurons, recorder)
    nest.visualization.plot_network(neurons, tmp_path / "inside.png")
    nest.visualization.plot_network(neurons[:2], tmp_path / "ext.pdf", ext_conns=True, plot_modelnames=True)
    nest.visualization.plot_network(neurons[2] + recorder, str(tmp_path / "two.svg"))
    assert drawn == [[(1, 2), (2, 3)], [(1, 0), (1, 2), (2, 0)], [(3, 4)]]
    assert all((tmp_path / name).stat().st_size > 1000 for name in ("inside.png", "ext.pdf", "two.svg"))


def test_picture_that_cannot_be_drawn_is_refused(tmp_path):
    neurons = nest.Create("iaf_psc_alpha", 600)
    for error, message, call in [
        (TypeError, "expected a NodeCollection", lambda: nest.visualization.plot_network([1, 2], tmp_path / "a.png")),
        (ValueError, "got 600 nodes", lambda: nest.visualization.plot_network(neurons, tmp_path / "a.png")),
        (ValueError, "ends in", lambda: nest.visualization.plot_network(neurons[:3], tmp_path / "a.xyz")),
    ]:
        with pytest.raises(error, match=message):
            call()
    assert not list(tmp_path.iterdir())

"""Spikes of a network on paper, sorted by its topology, and on disk."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import netgraph as ng
import netgraph.simulation as ns
import simcore
from simcore.errors import ParameterError, SimulationError, UnknownNameError
from simcore.results import Results, Spikes

# Neuron 2 has the most inputs, 4 the most outputs; ids of groups are in no order.
EDGES = [(4, 2), (4, 2), (4, 0), (1, 2), (0, 2), (4, 5), (4, 1), (5, 1), (3, 3)]
POSITIONS = [[5.0, 1.0], [3.0, 9.0], [4.0, 0.0], [1.0, 5.0], [0.0, 2.0], [2.0, 7.0]]
# Every neuron fires, and in another step than the others: id k at 10 + k ms, 0 and 3 twice more.
TIMES = np.array([10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 20.0, 21.0, 23.0, 24.0])
IDS = np.array([0, 1, 2, 3, 4, 5, 0, 3, 0, 3])


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def net():
    groups = [
        ng.NeuralGroup([4, 0, 2], neuron_model="parrot_neuron"),
        ng.NeuralGroup([5, 1, 3], -1, neuron_model="parrot_neuron"),
    ]
    population = ng.NeuralPop.from_groups(groups, ["e", "i"])
    population.create_meta_group([1, 2], "some")
    source, target = zip(*EDGES, strict=True)
    return ng.Network.from_edges(source, target, population=population, delays=1000.0, positions=POSITIONS, name="net")


@pytest.fixture
def sim(net):
    """A run of 30 ms in which exactly TIMES and IDS are recorded."""
    sim = net.to_sim()
    trains = [TIMES[node == IDS] - 1.0 for node in range(6)]
    generators = sim.create("spike_generator", 6, {"spike_times": trains})
    sim.connect_edges(generators.ids, np.arange(6), delay=1.0)
    ns.monitor_groups(net)
    sim.run(30.0, progress=False)
    return sim


def rows(ax):
    """Height of the marks of each neuron, by its first spike."""
    points = np.concatenate([line.get_xydata() for line in ax.lines])
    height = dict(points[np.argsort(-points[:, 0])])
    return [height[10.0 + node] for node in range(6)]


def from_bottom(ax):
    """Neurons from the bottom to the top."""
    return np.argsort(rows(ax)).tolist()


# Rasters


def test_neurons_are_stacked_by_group_in_the_order_of_their_ids(net, sim):
    ax = ns.plot_activity(net)
    assert from_bottom(ax) == [4, 0, 2, 5, 1, 3]
    assert sum(len(line.get_xdata()) for line in ax.lines) == 10
    assert ax.get_xlim() == (0.0, 30.0)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["i", "e"]
    colours = {to_hex(line.get_color()): sorted(set(line.get_ydata())) for line in ax.lines if line.get_xdata().size}
    assert sorted(colours.values()) == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]


SORTS = {
    # In-degrees 1 2 4 1 0 1, out-degrees 1 1 0 1 5 1, spikes 3 1 1 3 1 1; ties keep the order of ids in the group.
    "in-degree": [4, 0, 2, 5, 3, 1],
    "out-degree": [2, 0, 4, 5, 1, 3],
    "rate": [4, 2, 0, 5, 1, 3],
    "x": [4, 2, 0, 3, 5, 1],
    "y": [2, 0, 4, 3, 5, 1],
}


@pytest.mark.parametrize("sort", SORTS)
def test_neurons_are_sorted_within_their_group(net, sim, sort):
    ax = ns.plot_activity(net, sort=sort)
    assert from_bottom(ax) == SORTS[sort]
    assert ax.get_ylabel() == f"neurons, sorted by {sort}"


def test_neurons_are_sorted_by_any_value_for_each_node(net, sim):
    assert from_bottom(ns.plot_activity(net, sort=[0, 1, 2, 3, 4, 5])) == [0, 2, 4, 1, 3, 5]
    assert from_bottom(ns.plot_activity(net, sort=-net.in_degree(weight="weight"))) == [2, 0, 4, 1, 5, 3]


def test_rate_counts_spikes_in_the_window_only(net, sim):
    assert from_bottom(ns.plot_activity(net, sort="rate", window=(0.0, 15.5))) == [4, 0, 2, 5, 1, 3]
    ax = ns.plot_activity(net, window=(12.0, 21.0))
    assert ax.get_xlim() == (12.0, 21.0)
    assert sum(len(line.get_xdata()) for line in ax.lines) == 5


def test_third_axis_sorts_in_space(net, sim):
    with pytest.raises(ParameterError, match="positions with that axis"):
        ns.plot_activity(net, sort="z")
    net.set_positions(np.column_stack([POSITIONS, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]]))
    assert from_bottom(ns.plot_activity(net, sort="z")) == [0, 2, 4, 1, 3, 5]


@pytest.mark.parametrize(("groups", "drawn"), [("i", [5, 1, 3]), (["i", "e"], [5, 1, 3, 4, 0, 2]), ("some", [1, 2])])
def test_chosen_groups_are_drawn_from_the_bottom_up(net, sim, groups, drawn):
    ax = ns.plot_activity(net, groups=groups)
    points = np.concatenate([line.get_xydata() for line in ax.lines])
    height = {round(t) - 10: y for t, y in points if t < 16.0}
    assert sorted(height, key=height.get) == drawn
    assert ax.get_ylim() == (-0.5, len(drawn) - 0.5)


def test_a_group_keeps_its_colour_whichever_are_drawn(net, sim):
    def colours(**kwargs):
        legend = ns.plot_activity(net, **kwargs).get_legend()
        return {
            text.get_text(): to_hex(mark.get_color()) for text, mark in zip(legend.texts, legend.legend_handles, strict=True)
        }

    both = colours()
    assert both["e"] != both["i"]
    assert colours(groups="i") == {"i": both["i"]}
    assert colours(groups=["i", "e"]) == both
    assert colours(groups="some")["some"] not in both.values()


def test_rows_are_counted_in_whole_numbers(net, sim):
    ax = ns.plot_activity(net, groups="e")
    assert all(float(tick).is_integer() for tick in ax.get_yticks())


def test_a_single_group_object_is_an_argument(net, sim):
    points = np.concatenate([line.get_xydata() for line in ns.plot_activity(net, groups=net.population["e"]).lines])
    assert len(points) == 5


def test_histogram_shows_the_mean_rate_of_the_drawn_neurons(net, sim):
    above, below = ns.plot_activity(net, groups="e", histogram=True)
    assert above.figure is below.figure
    assert above.get_xlim() == below.get_xlim() == (0.0, 30.0)
    (patch,) = below.patches
    values, edges, _ = patch.get_data()
    # Five spikes of three neurons: 10, 12 and 14 ms, then 20 and 23 ms.
    np.testing.assert_allclose((values * np.diff(edges)).sum() * 3 / 1000.0, 5.0)
    mine = Figure().subplots(2, 1)
    assert ns.plot_activity(net, histogram=True, ax=mine) == tuple(mine)


def test_axes_may_be_given_and_no_figure_is_left_behind(net, sim):
    ax = Figure().subplots()
    before = plt.get_fignums()
    assert ns.plot_activity(net, ax=ax) is ax
    assert plt.get_fignums() == before


def test_results_spikes_and_recorders_can_be_drawn_also_of_a_part_of_the_run(net, sim):
    monitors = {"e": sim.recorders[0]}
    later = sim.run(10.0, progress=False)
    for results, n in ((sim.results, 10), (sim.results.spikes, 10), (monitors, 5), (monitors["e"], 5), (later, 0)):
        assert sum(len(line.get_xdata()) for line in ns.plot_activity(net, results).lines) == n
    assert ns.plot_activity(net, later).get_xlim() == (30.0, 40.0)


def test_recorders_that_share_neurons_give_each_spike_once(net, tmp_path):
    population = ng.NeuralPop.uniform(3, neuron_model="parrot_neuron")
    population.create_meta_group([0, 1], "first"), population.create_meta_group([1, 2], "last")
    net = ng.Network(population)
    sim = net.to_sim()
    # Neuron 1 spikes three times in one step.
    generators = sim.create(
        "spike_generator", 3, {"spike_times": [[1.0, 2.0], [1.0], [1.0]], "spike_multiplicities": [[1, 1], [3], [1]]}
    )
    sim.connect_edges(generators.ids, [0, 1, 2], delay=1.0)
    monitors = ns.monitor_groups(net, ["first", "last"])
    sim.run(5.0, progress=False)
    sim.close()
    saved = Results.load(ns.save_spikes(net, tmp_path / "spikes.npz", results=monitors)).spikes
    assert (saved.times.tolist(), saved.ids.tolist()) == ([2.0, 2.0, 2.0, 2.0, 2.0, 3.0], [0, 1, 1, 1, 2, 0])


def test_results_are_drawn_when_the_simulation_is_closed(net, sim):
    results = sim.results
    sim.close()
    assert from_bottom(ns.plot_activity(net, results, sort="in-degree")) == SORTS["in-degree"]
    with pytest.raises(SimulationError, match="send it first"):
        ns.plot_activity(net)


REFUSED = {
    "sort": ({"sort": "in-degre"}, UnknownNameError, "did you mean 'in-degree'"),
    "values": ({"sort": [1.0, 2.0]}, ParameterError, r"expected \(6,\)"),
    "group": ({"groups": "ee"}, UnknownNameError, "group"),
    "axes": ({"histogram": True, "ax": 3}, ParameterError, "a pair of axes"),
    "no axes": ({"ax": 3}, ParameterError, "axes"),
    "results": ({"results": [1.0, 2.0]}, ParameterError, "Results, Spikes or spike recorders"),
    "window": ({"window": (5.0, 1.0)}, ParameterError, "window"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_arguments_are_refused(net, sim, case):
    arguments, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        ns.plot_activity(net, **arguments)


def test_traces_and_unrecorded_spikes_are_refused_with_the_way_out(net):
    net.to_sim()
    with pytest.raises(SimulationError, match="no spikes are recorded; call monitor_groups or monitor_nodes before the run"):
        ns.plot_activity(net)
    with pytest.raises(SimulationError, match="save_spikes: no spikes are recorded"):
        ns.save_spikes(net, "spikes.npz")


def test_silence_is_drawn_as_silence(net):
    sim = net.to_sim()
    ns.monitor_groups(net)
    sim.run(5.0, progress=False)
    above, below = ns.plot_activity(net, sort="rate", histogram=True)
    assert sum(len(line.get_xdata()) for line in above.lines) == 0
    assert above.get_ylim() == (-0.5, 5.5)


# Files


def test_npz_files_hold_spikes_traces_and_where_they_come_from(net, sim, tmp_path):
    ns.monitor_nodes(net, [2])
    path = ns.save_spikes(net, tmp_path / "spikes.npz")
    loaded = simcore.Results.load(path)
    np.testing.assert_array_equal(loaded.spikes.times, TIMES)
    np.testing.assert_array_equal(loaded.spikes.ids, IDS)
    assert (loaded.meta["dt"], loaded.meta["stop"]) == (0.1, 30.0)
    assert from_bottom(ns.plot_activity(net, loaded, sort="x")) == SORTS["x"]


def test_csv_files_hold_node_ids_and_positions(net, sim, tmp_path):
    path = ns.save_spikes(net, str(tmp_path / "spikes.csv"))
    assert path.read_text().splitlines()[:2] == ["time,id,x,y", "10,0,5,1"]
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    np.testing.assert_array_equal(table, np.column_stack([TIMES, IDS, np.array(POSITIONS)[IDS]]))
    plain = np.loadtxt(ns.save_spikes(net, tmp_path / "plain.csv", save_positions=False), delimiter=",", skiprows=1)
    np.testing.assert_array_equal(plain, np.column_stack([TIMES, IDS]))


def test_parts_of_a_run_and_recorded_generators_can_be_saved(net, sim, tmp_path):
    sim.record(sim.select([6]))
    sim.set(sim.select([6]), spike_times=[33.5])
    later = sim.run(10.0, progress=False)
    table = np.loadtxt(ns.save_spikes(net, tmp_path / "later.csv", results=later), delimiter=",", skiprows=1)
    np.testing.assert_array_equal(table, [[33.5, 6, np.nan, np.nan], [34.5, 0, 5.0, 1.0]])
    path = ns.save_spikes(net, tmp_path / "some.npz", results=Spikes([1.0, 2.0], [3, 4]))
    assert Results.load(path).spikes.ids.tolist() == [3, 4]
    path = ns.save_spikes(net, tmp_path / "group.npz", results={"e": sim.recorders[0]})
    assert set(Results.load(path).spikes.ids) == {4, 0, 2}


def test_other_files_are_refused_and_nothing_is_written(net, sim, tmp_path):
    for name in ("spikes.txt", "spikes"):
        with pytest.raises(ParameterError, match=r"ends in .npz or .csv"):
            ns.save_spikes(net, tmp_path / name)
    with pytest.raises(ParameterError, match="save_spikes: results"):
        ns.save_spikes(net, tmp_path / "spikes.npz", results=[1.0])
    assert list(tmp_path.iterdir()) == []


# Who was recorded, and for how long


@pytest.fixture
def partly():
    """A network of which neurons 0 and 2 of "e" were recorded, in a run of 30 ms."""
    net = ng.Network.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp", en_param={"I_e": 800.0})
    sim = net.to_sim()
    recorder = ns.monitor_nodes(net, [2, 0])
    sim.run(30.0, progress=False)
    yield net, recorder
    sim.close()


def test_only_recorded_neurons_are_drawn_and_averaged(partly):
    net, recorder = partly
    above, below = ns.plot_activity(net, histogram=True)
    assert above.get_ylim() == (-0.5, 1.5)
    assert [text.get_text() for text in above.get_legend().get_texts()] == ["excitatory"]
    values, edges, _ = below.patches[0].get_data()
    assert (values * np.diff(edges)).sum() == pytest.approx(1000.0 * len(recorder) / 2)


@pytest.mark.parametrize(("groups", "name", "first"), [("inhibitory", "inhibitory", 8), (["excitatory"], "excitatory", 1)])
def test_groups_with_neurons_that_were_not_recorded_are_refused_by_name(partly, groups, name, first):
    message = rf"plot_activity: group '{name}': got {first}, expected neurons that were recorded"
    with pytest.raises(ParameterError, match=message):
        ns.plot_activity(partly[0], groups=groups)
    assert plt.get_fignums() == []


def test_results_of_which_nothing_was_recorded_are_refused(partly):
    nothing = Results(Spikes([], [], []), [], {"start": 0.0, "stop": 30.0})
    with pytest.raises(ParameterError, match=r"plot_activity: results: .* expected spikes of neurons that were recorded"):
        ns.plot_activity(partly[0], nothing)


def test_rasters_and_rates_refuse_groups_that_were_not_recorded(partly):
    net, recorder = partly
    for draw in (ng.plot.raster, ng.plot.rate_histogram):
        with pytest.raises(ParameterError, match=rf"{draw.__name__}: group 'excitatory': got 1, expected neurons that were"):
            draw(recorder, groups=net.population, window=(0.0, 30.0))
    with pytest.raises(ParameterError, match="raster: order: got 1, expected neurons that were recorded"):
        ng.plot.raster(recorder, order=[0, 1])
    assert plt.get_fignums() == []


def test_recorders_draw_the_whole_run_as_results_do(net, sim):
    recorders = {"e": sim.recorders[0], "i": sim.recorders[1]}
    for held in (recorders, sim.recorders[0]):
        above, below = ns.plot_activity(net, held, histogram=True)
        assert above.get_xlim() == below.get_xlim() == (0.0, 30.0)


def test_saved_recorders_know_who_was_recorded_and_for_how_long(tmp_path):
    net = ng.Network.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp", en_param={"I_e": 800.0})
    sim = net.to_sim()
    recorders = ns.monitor_groups(net)
    results = sim.run(30.0, progress=False)
    read = Results.load(ns.save_spikes(net, tmp_path / "a.npz", results=recorders))
    sim.close()
    assert read.spikes.nodes.tolist() == list(range(10))
    np.testing.assert_array_equal(ng.analysis.firing_rates(read), ng.analysis.firing_rates(results))


def test_values_to_sort_by_are_numbers_for_all_that_are_drawn(net, sim):
    values = np.array([0.0, np.nan, 2.0, 3.0, 4.0, 5.0])
    with pytest.raises(ParameterError, match="sort: got \"NaN for neuron 1 of group 'i'\", expected a number for each"):
        ns.plot_activity(net, sort=values)
    with pytest.raises(ParameterError, match="plot_activity: sort: got .*expected a name, or a number for each node"):
        ns.plot_activity(net, sort=list("abcdef"))
    assert plt.get_fignums() == []
    assert ns.plot_activity(net, sort=values, groups="e").get_ylim() == (-0.5, 2.5)


@pytest.mark.parametrize("name", ["a.npz", "a.csv"])
def test_spikes_for_a_missing_folder_are_refused_naming_it(net, sim, tmp_path, name):
    with pytest.raises(FileNotFoundError, match="save_spikes: there is no such folder: .*missing'"):
        ns.save_spikes(net, tmp_path / "missing" / name)
    assert list(tmp_path.iterdir()) == []


def test_the_legend_lies_inside_axes_of_a_figure_without_layout_and_else_beside(net, sim):
    _, axes = plt.subplots(2, 2)
    above, _ = ns.plot_activity(net, histogram=True, ax=axes[:, 0])
    above.figure.canvas.draw()
    assert above.get_legend().get_window_extent().x1 <= above.bbox.x1
    alone, _ = ns.plot_activity(net, histogram=True)
    alone.figure.canvas.draw()
    assert alone.get_legend().get_window_extent().x0 > alone.bbox.x1

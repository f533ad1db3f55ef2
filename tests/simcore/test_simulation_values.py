"""Parameters and states of nodes: read and changed in any order, by arrays, numbers and distributions."""

import numpy as np
import pytest
from scipy import stats

from simcore import Input, NeuronModel, Param, Simulation, State
from simcore.distributions import Normal, Uniform
from simcore.errors import InconsistentError, ParameterError, UnknownNameError
from simcore.models import REGISTRY


@pytest.fixture
def sim():
    return Simulation(dt=0.1, seed=11, threads=1)


def test_one_node_still_gives_an_array(sim):
    node = sim.create("iaf_psc_exp")
    for name, value in [("V_m", -70.0), ("C_m", 250.0), ("I_syn_in", 0.0)]:
        assert node.get(name).tolist() == [value]
        assert node.get(name).dtype == np.float64


def test_arrays_follow_the_order_of_the_nodes_asked_for(sim):
    nodes = sim.create("iaf_psc_exp", 5, {"C_m": [1.0, 2.0, 3.0, 4.0, 5.0]}, ids=[50, 10, 40, 20, 30])
    assert sim.select([10, 30, 50]).get("C_m").tolist() == [2.0, 5.0, 1.0]
    assert nodes[::-2].get("C_m").tolist() == [5.0, 3.0, 1.0]
    assert nodes[[False, True, True, False, True]].get("C_m").tolist() == [2.0, 3.0, 5.0]
    assert nodes[-1].get("C_m").tolist() == [5.0]
    sim.set(sim.select([20, 50, 40]), C_m=[200.0, 500.0, 400.0], V_m=np.array([-20.0, -50.0, -40.0]))
    assert nodes.get("C_m").tolist() == [500.0, 2.0, 400.0, 200.0, 5.0]
    assert nodes.get("V_m").tolist() == [-50.0, -70.0, -40.0, -20.0, -70.0]


def test_values_go_to_nodes_of_several_populations_each_its_share(sim):
    a, b, c = sim.create("iaf_psc_exp", 2), sim.create("iaf_cond_exp", 2), sim.create("iaf_psc_exp", 2)
    mixed = c[[1]] + a + b[[1]] + c[[0]]
    mixed.set(V_m=[-61.0, -62.0, -63.0, -64.0, -65.0], I_e=7.0)
    assert mixed.get("V_m").tolist() == [-61.0, -62.0, -63.0, -64.0, -65.0]
    assert a.get("V_m").tolist() == [-62.0, -63.0]
    assert b.get("V_m").tolist() == [-70.0, -64.0]
    assert c.get("V_m").tolist() == [-65.0, -61.0]
    assert sim.nodes.get("I_e").tolist() == [7.0, 7.0, 0.0, 7.0, 7.0, 7.0]


def test_a_list_as_long_as_one_population_does_not_pass_for_two_of_them(sim):
    a, b = sim.create("iaf_psc_exp", 3), sim.create("iaf_psc_exp", 3)
    with pytest.raises(ParameterError, match="V_m: got '3 values', expected one, or one for each of the 6 nodes"):
        (a + b).set(V_m=[-60.0, -61.0, -62.0])
    assert set(sim.nodes.get("V_m")) == {-70.0}


def test_the_last_value_holds_for_a_node_named_twice(sim):
    nodes = sim.create("iaf_psc_exp", 2)
    nodes[[0, 0]].set(V_m=[-60.0, -65.0], C_m=100.0)
    assert nodes.get("V_m").tolist() == [-65.0, -70.0]
    assert nodes.get("C_m").tolist() == [100.0, 250.0]


def test_truth_values_may_differ_between_neurons(sim):
    nodes = sim.create("izhikevich", 3, {"I_e": 10.0})
    nodes[1].set(consistent_integration=False)
    assert nodes.get("consistent_integration").tolist() == [True, False, True]
    assert nodes.get("consistent_integration").dtype == bool
    recorder = sim.record(nodes, "V_m", interval=0.1)
    sim.run(20.0)
    other = Simulation(dt=0.1, seed=1, threads=1)
    alone = other.create("izhikevich", params={"I_e": 10.0, "consistent_integration": False})
    expected = other.record(alone, "V_m", interval=0.1)
    other.run(20.0)
    np.testing.assert_array_equal(recorder["V_m"][:, 1], expected["V_m"][:, 0])
    np.testing.assert_array_equal(recorder["V_m"][:, 0], recorder["V_m"][:, 2])
    assert not np.array_equal(recorder["V_m"][:, 0], recorder["V_m"][:, 1])


def _other_value(param):
    """A value beside the default that every model allows."""
    if param.is_list:
        return [1.001 * one for one in param.default]
    return (
        (not param.default) if isinstance(param.default, bool) else param.default * 1.001 + (1e-3 if param.default == 0 else 0)
    )


@pytest.mark.parametrize("model", REGISTRY.names())
def test_every_parameter_may_differ_between_neurons(model):
    table, recordables = REGISTRY.get(model).parameters, list(REGISTRY.get(model).recordable_units)
    names = [n for n, p in table.items() if not isinstance(p.default, str) and np.all(np.isfinite(p.default))]
    others = {n: _other_value(table[n]) for n in names}
    drive = {"I_e": 500.0} if "I_e" in table else {}

    def run(size, params):
        sim = Simulation(dt=0.1, seed=1, threads=1)
        nodes = sim.create(model, size, drive | params)
        spikes = sim.record(nodes)
        recorder = sim.record(nodes, recordables, interval=0.1) if recordables else {}
        sim.run(20.0)
        return [recorder[name] for name in recordables], spikes

    def column(name):
        """The parameter of all neurons: one of them has another value than the rest."""
        default = drive.get(name, table[name].default)
        return [others[name] if n == name else default for n in names]

    together, spikes = run(max(1, len(names)), {name: column(name) for name in names})
    for k, name in enumerate(names):
        alone, own = run(1, {name: others[name]})
        for left, right in zip(together, alone, strict=True):
            np.testing.assert_array_equal(left[:, k], right[:, 0], err_msg=name)
        assert np.array_equal(spikes.times[spikes.ids == k], own.times), name


def test_a_refractory_period_without_end_lasts_to_the_end(sim):
    neurons = sim.create("iaf_psc_exp", 3, {"I_e": 1000.0, "t_ref": [1e6, 1e9, 1e300]})
    spikes = sim.record(neurons)
    sim.run(100.0)
    assert sorted(spikes.ids) == [0, 1, 2]


def test_lists_of_generators_are_read_and_set_node_by_node(sim):
    trains = sim.create("spike_generator", 3, {"spike_times": [[1.0], [], [2.0, 3.0]], "start": [0.0, 0.5, 1.0]})
    assert [t.tolist() for t in trains.get("spike_times")] == [[1.0], [], [2.0, 3.0]]
    trains[[2, 0]].set(spike_times=[[4.0], [5.0, 6.0, 7.0]])
    assert [t.tolist() for t in trains.get("spike_times")] == [[5.0, 6.0, 7.0], [], [4.0]]
    trains[:2].set(spike_times=[8.0, 9.0])
    assert [t.tolist() for t in trains.get("spike_times")] == [[8.0, 9.0], [8.0, 9.0], [4.0]]
    trains.set(spike_times=trains[::-1].get("spike_times"), start=trains.get("start")[::-1])
    assert [t.tolist() for t in trains.get("spike_times")] == [[4.0], [8.0, 9.0], [8.0, 9.0]]
    assert trains.get("start").tolist() == [1.0, 0.5, 0.0]


def test_values_read_are_copies(sim):
    nodes = sim.create("iaf_psc_exp", 3)
    trains = sim.create("spike_generator", params={"spike_times": [1.0]})
    nodes.get("V_m")[:] = 0.0
    nodes.get("C_m")[:] = 0.0
    trains.get("spike_times")[0][:] = 5.0
    assert nodes.get("V_m").tolist() == [-70.0] * 3
    assert nodes.get("C_m").tolist() == [250.0] * 3
    assert trains.get("spike_times")[0].tolist() == [1.0]


def test_arrays_given_are_copied(sim):
    values, times = np.array([-60.0, -61.0]), np.array([1.0, 2.0])
    nodes = sim.create("iaf_psc_exp", 2, {"V_m": values, "E_L": values})
    train = sim.create("spike_generator", params={"spike_times": times})
    nodes.set(I_e=values)
    values[:], times[:] = 0.0, 9.0
    assert nodes.get("V_m").tolist() == nodes.get("E_L").tolist() == nodes.get("I_e").tolist() == [-60.0, -61.0]
    assert train.get("spike_times")[0].tolist() == [1.0, 2.0]


def test_ids_given_to_select_stay_writable(sim):
    sim.create("iaf_psc_exp", 3)
    ids = np.array([0, 2])
    nodes = sim.select(ids)
    ids[0] = 1
    assert nodes.ids.tolist() == [0, 2]


FORMS = [
    (Uniform(-70.0, -60.0), stats.uniform(-70.0, 10.0)),
    (("uniform", -70.0, -60.0), stats.uniform(-70.0, 10.0)),
    ({"distribution": "normal", "avg": -65.0, "std": 2.0}, stats.norm(-65.0, 2.0)),
    (Normal(-65.0, 2.0, -68.0, -62.0), stats.truncnorm(-1.5, 1.5, -65.0, 2.0)),
]


@pytest.mark.parametrize("how", ["create", "set"])
@pytest.mark.parametrize(("form", "law"), FORMS, ids=[str(form) for form, _ in FORMS])
def test_values_drawn_follow_their_distribution(how, form, law, sim):
    nodes = sim.create("iaf_psc_exp", 4000, {"V_m": form, "E_L": form} if how == "create" else None)
    if how == "set":
        nodes.set(V_m=form, E_L=form)
    for name in ("V_m", "E_L"):
        assert stats.kstest(nodes.get(name), law.cdf).pvalue > 1e-3
    assert abs(np.corrcoef(nodes.get("V_m"), nodes.get("E_L"))[0, 1]) < 4.0 / np.sqrt(4000)


def test_drawn_values_belong_to_ids_not_to_the_order_or_the_company_of_nodes():
    found = []
    for ids in ([0, 1, 2, 3, 4], [4, 2, 0, 1, 3]):
        sim = Simulation(dt=0.1, seed=2, threads=1)
        parts = [
            sim.create("iaf_psc_exp", n, {"V_m": Uniform(-70.0, -60.0)}, ids=some) for n, some in ((2, ids[:2]), (3, ids[2:]))
        ]
        whole = sim.select([0, 1, 2, 3, 4])
        drawn = whole.get("V_m")
        (parts[1] + parts[0]).set(E_L=Uniform(-70.0, -60.0))
        found.append((drawn, whole.get("E_L")))
    np.testing.assert_array_equal(found[0], found[1])
    assert np.unique(found[0]).size == 10


def test_each_set_draws_anew_and_the_same_calls_draw_the_same():
    def drawn():
        sim = Simulation(dt=0.1, seed=2, threads=1)
        nodes = sim.create("iaf_psc_exp", 50, {"V_m": Uniform(-70.0, -60.0)})
        values = [nodes.get("V_m")]
        for _ in range(2):
            nodes.set(V_m=Uniform(-70.0, -60.0))
            values.append(nodes.get("V_m"))
        return values

    first, second = drawn(), drawn()
    np.testing.assert_array_equal(first, second)
    assert np.unique(first).size == 150


def test_reset_restores_states_and_draws_and_keeps_parameters(sim):
    nodes = sim.create("iaf_psc_exp", 20, {"V_m": Uniform(-70.0, -60.0), "I_e": 500.0})
    nodes.set(V_m=Uniform(-69.0, -66.0))
    start = nodes.get("V_m")
    sim.run(3.0)
    nodes.set(V_m=Uniform(-70.0, -60.0), I_e=600.0)
    drawn = nodes.get("V_m")
    sim.reset()
    np.testing.assert_array_equal(nodes.get("V_m"), start)
    assert nodes.get("I_e").tolist() == [600.0] * 20
    sim.run(3.0)
    nodes.set(V_m=Uniform(-70.0, -60.0))
    np.testing.assert_array_equal(nodes.get("V_m"), drawn)


def test_states_set_after_a_reset_are_the_ones_of_the_next_reset(sim):
    node = sim.create("iaf_psc_exp")
    sim.run(1.0)
    sim.reset()
    node.set(V_m=-60.0)
    sim.run(1.0)
    sim.reset()
    assert node.get("V_m").tolist() == [-60.0]


def test_a_population_created_during_the_simulation_starts_anew_at_a_reset(sim):
    sim.create("iaf_psc_exp")
    sim.run(1.0)
    late = sim.create("iaf_psc_exp", params={"V_m": -60.0, "I_e": 200.0})
    sim.run(1.0)
    assert late.get("V_m")[0] != -60.0
    sim.reset()
    assert late.get("V_m").tolist() == [-60.0]


@pytest.mark.parametrize(
    "params",
    [{"I_e": 500.0}, {"I_e": [500.0, 600.0, 700.0]}, {"tau_m": 5.0, "I_e": 900.0}, {"t_ref": [0.0, 1.0, 5.0], "I_e": 800.0}],
)
def test_a_parameter_set_acts_as_if_created_with_it(params):
    traces = []
    for how in ("create", "set", "set one by one"):
        sim = Simulation(dt=0.1, seed=1, threads=1)
        nodes = sim.create("iaf_psc_exp", 3, params if how == "create" else None)
        if how == "set":
            nodes.set(params)
        elif how == "set one by one":
            for k in (2, 0, 1):
                nodes[k].set({n: v[k] if isinstance(v, list) else v for n, v in params.items()})
        recorder = sim.record(nodes, "V_m", interval=0.1)
        sim.run(20.0)
        traces.append(recorder["V_m"])
    np.testing.assert_array_equal(traces[1], traces[0])
    np.testing.assert_array_equal(traces[2], traces[0])


def test_a_start_value_may_be_that_of_a_parameter():
    def leak(V_m, tau, E_L):
        return V_m + 0.1 * (E_L - V_m) / tau, False

    model = NeuronModel(
        "leaky", {"tau": Param(10, "ms", "time constant"), "E_L": Param(-65, "mV", "rest")},
        {"V_m": State("mV", "potential", start="E_L")}, {"arriving": Input("mV")}, leak,
    )  # fmt: skip
    sim = Simulation(dt=0.1, seed=1, threads=1)
    nodes = sim.create(model, 3, {"E_L": [-60.0, -61.0, -62.0]})
    assert nodes.get("V_m").tolist() == [-60.0, -61.0, -62.0]
    assert sim.create(model, 1, {"V_m": -50.0}).get("V_m").tolist() == [-50.0]
    assert sim.create(model).get("tau").dtype == np.float64


def test_all_of_a_set_is_checked_before_any_of_it_is_done(sim):
    good, bad = sim.create("iaf_psc_exp", 2), sim.create("parrot_neuron", 2)
    with pytest.raises(UnknownNameError, match="unknown parameter of parrot_neuron 'V_m'"):
        (good + bad).set(V_m=-60.0)
    with pytest.raises(InconsistentError, match="iaf_psc_exp: V_reset must be below V_th"):
        good.set(V_m=-60.0, V_reset=[-70.0, -50.0])
    with pytest.raises(ParameterError, match="C_m: got '-1 at position 1', expected > 0 pF"):
        good.set({"V_m": -60.0, "C_m": [1.0, -1.0]})
    trains = sim.create("spike_generator", 2, {"spike_times": [1.0]})
    with pytest.raises(InconsistentError, match="ascending"):
        trains.set(spike_times=[[2.0], [3.0, 1.0]], start=0.5)
    assert good.get("V_m").tolist() == [-70.0, -70.0]
    assert good.get("C_m").tolist() == [250.0, 250.0]
    assert [t.tolist() for t in trains.get("spike_times")] == [[1.0], [1.0]]
    assert trains.get("start").tolist() == [0.0, 0.0]


def test_values_of_neurons_and_stimulators_are_not_mixed_up(sim):
    neurons, source = sim.create("iaf_psc_exp", 2), sim.create("dc_generator", params={"amplitude": 5.0})
    with pytest.raises(UnknownNameError, match="unknown parameter of dc_generator 'V_m'"):
        (neurons + source).get("V_m")
    assert source.get("amplitude").tolist() == [5.0]
    assert sim.get(neurons[:0], "V_m").tolist() == []


def test_nodes_are_equal_when_they_are_the_same_in_the_same_order(sim):
    nodes = sim.create("iaf_psc_exp", 4)
    assert nodes[:2] + nodes[2:] == nodes
    assert nodes[::-1] != nodes
    assert sim.nodes == nodes
    assert nodes != "nodes"
    assert [n.ids.tolist() for n in nodes] == [[0], [1], [2], [3]]
    assert (len(nodes), nodes.models) == (4, ("iaf_psc_exp",))
    with pytest.raises(TypeError):
        hash(nodes)


def test_nodes_and_simulations_show_themselves(sim):
    nodes = sim.create("iaf_psc_exp", 3, ids=[7, 3, 5]) + sim.create("dc_generator", 2)
    assert repr(nodes) == "Nodes(3 iaf_psc_exp, 2 dc_generator)"
    assert repr(nodes[:0]) == "Nodes(none)"
    html = nodes._repr_html_()
    assert "<td>iaf_psc_exp</td><td>3</td><td>3 – 7</td>" in html
    assert "<td>dc_generator</td><td>2</td><td>8 – 9</td>" in html
    sim.connect(nodes[:3], nodes[:3])
    sim.run(1.5)
    assert repr(sim) == "Simulation(5 nodes, 1 projections, t = 1.5 ms, dt = 0.1 ms)"
    html = sim._repr_html_()
    assert repr(sim) in html
    assert "<td>iaf_psc_exp</td><td>3</td>" in html
    sim.close()
    assert repr(sim).endswith("closed)")


def test_nodes_of_a_simulation_that_is_gone_say_so():
    nodes = Simulation(dt=0.1, seed=1, threads=1).create("iaf_psc_exp", 2)
    assert repr(nodes) == nodes._repr_html_() == "Nodes(2 of a simulation that is gone)"
    with pytest.raises(RuntimeError, match="the simulation of these nodes is gone: keep a reference to it"):
        nodes.get("V_m")


@pytest.mark.parametrize("key", [4, -5, [0, 4], [0.5], "a", [[0]], np.zeros((1, 1), int), [True, False], None])
def test_positions_that_are_not_there_are_refused(key, sim):
    nodes = sim.create("iaf_psc_exp", 4)
    with pytest.raises(ParameterError, match="Nodes: (index|mask): got"):
        nodes[key]


def test_no_positions_give_no_nodes(sim):
    nodes = sim.create("iaf_psc_exp", 4)
    assert len(nodes[[]]) == len(nodes[4:]) == len(nodes[[False] * 4]) == len(sim.select([])) == 0

"""Networks read out of simulations: the synapses of each pair of groups, and what is refused."""

import warnings

import pytest

import netgraph as ng
from simcore import Simulation
from simcore.errors import ParameterError, SimulationError
from simcore.parameter import Param, State
from simcore.synapses import SynapseModel
from tests.reference.populations import in_full

DT = 0.1


def two_populations(n_exc=40, n_inh=10, **options):
    sim = Simulation(dt=DT, seed=3, threads=2)
    exc, inh = sim.create("iaf_psc_exp", n_exc, **options), sim.create("iaf_psc_exp", n_inh, **options)
    return sim, exc, inh


def test_each_pair_of_groups_keeps_its_synapse_model_parameters_and_receptor():
    own = SynapseModel("own", {"a": Param(1.0, "", "")}, {"s": State("", "", start="a")}, scaled)
    sim = Simulation(dt=DT, seed=1, threads=1)
    a, b, c = (sim.create("iaf_psc_exp", 2) for _ in range(3))
    parrots = sim.create("parrot_neuron", 2)
    tsodyks = {"synapse": "tsodyks2_synapse"}
    sim.connect(a, b, params={"U": 0.2, "tau_rec": 100.0}, **tsodyks)
    sim.connect(a, c, params={"U": 0.2, "tau_rec": 100.0}, **tsodyks)
    sim.connect(b, a, params={"u": 0.9}, **tsodyks)
    sim.connect(b, c)
    sim.connect(c, a, synapse=own, params={"a": 3.0})
    sim.connect(c, parrots, receptor=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net = ng.Network.from_simulation(sim, names=["a", "b", "c", "p"])
    pop = net.population
    assert pop.resolve_synapse("a", "c") == pop.resolve_synapse("a", "b")
    assert pop.resolve_synapse("a", "b") == {
        "synapse_model": "tsodyks2_synapse",
        "receptor_type": 0,
        "U": 0.2,
        "tau_rec": 100.0,
    }
    assert in_full(net, "b", "a") == {
        "synapse_model": "tsodyks2_synapse", "receptor_type": 0, "U": 0.5, "tau_rec": 800.0, "tau_fac": 0.0, "x": 1.0, "u": 0.9,
    }  # fmt: skip
    assert pop.resolve_synapse("b", "c")["synapse_model"] == "static_synapse"
    assert pop.resolve_synapse("c", "a") == {"synapse_model": own, "receptor_type": 0, "a": 3.0, "s": 3.0}
    assert pop.resolve_synapse("c", "p")["receptor_type"] == 1
    assert net.to_sim(dt=DT).connectivity(synapse=own)["s"].tolist() == [3.0] * 4


def scaled(weight, s, a):
    return s * weight, s


def test_several_kinds_of_synapse_for_one_pair_of_groups_are_told():
    sim, exc, inh = two_populations(4, 2)
    sim.connect(exc, inh, weight=1.0)
    sim.connect(exc, inh, weight=1.0, synapse="tsodyks2_synapse", params={"U": 0.3})
    with pytest.warns(
        UserWarning, match="synapses from 'e' to 'i' are several .static_synapse; tsodyks2_synapse, U = 0.3.; a net"
    ):
        net = ng.Network.from_simulation(sim, names=["e", "i"])
    assert (net.n_edges, net.population.resolve_synapse("e", "i")["synapse_model"]) == (16, "static_synapse")


def test_synapse_parameters_that_differ_between_edges_are_told():
    sim, exc, inh = two_populations(2, 2)
    sim.connect_edges([0, 1], [2, 3], synapse="tsodyks2_synapse", params={"U": [0.3, 0.4], "tau_rec": [9.0, 9.0]})
    sim.connect_edges([2, 3], [0, 1], synapse="tsodyks2_synapse", params={"U": [0.3, 0.4]})
    with pytest.warns(UserWarning, match="from 'e' to 'i' differ in U, and so on for 1 more pairs of groups"):
        net = ng.Network.from_simulation(sim, names=["e", "i"])
    assert in_full(net, "e", "i")["tau_rec"] == 9.0
    assert in_full(net, "e", "i")["U"] == 0.5


# Refusals


def test_neurons_that_send_both_signs_are_refused_and_a_graph_takes_them():
    sim, exc, _ = two_populations(4, 2, ids=None)
    sim.connect_edges([1, 1, 1, 2, 2], [0, 3, 4, 0, 1], weight=[1.0, -2.0, -3.0, -4.0, 5.0])
    message = (
        r"edges from 1 \(and 1 more neurons\): got '1 positive and 2 negative weights', expected one sign.*Graph.from_edges"
    )
    with pytest.raises(ParameterError, match=message):
        ng.Network.from_simulation(sim)
    edges = sim.connectivity()
    graph = ng.Graph.from_edges(edges["source"], edges["target"], weights=edges["weight"], delays=edges["delay"])
    assert graph.edges["weight"].tolist() == [1.0, -2.0, -3.0, -4.0, 5.0]


def test_what_is_no_open_simulation_with_neurons_is_refused():
    net = ng.Network.uniform(3, neuron_model="iaf_psc_exp")
    with pytest.raises(ParameterError, match="from_simulation: simulation: got .*expected a simcore.Simulation"):
        ng.Network.from_simulation(net)
    sim = Simulation(dt=DT, seed=1, threads=1)
    sim.create("poisson_generator")
    with pytest.raises(ParameterError, match="got 'no neurons', expected a simulation with neurons"):
        ng.Network.from_simulation(sim)
    sent = net.to_sim()
    sent.close()
    with pytest.raises(SimulationError, match="this simulation is closed"):
        ng.Network.from_simulation(sent)


@pytest.mark.parametrize("names", [["a"], ["a", "a"], "ab", ["a", "b", "c"], {"a", "b"}, ["a", 1], [["a"], ["b"]]])
def test_names_are_one_a_population_and_different(names):
    sim, *_ = two_populations()
    expected = "expected a list of 2 different names, one a population: 40 iaf_psc_exp, 10 iaf_psc_exp"
    with pytest.raises(ParameterError, match=f"from_simulation: names: got .*{expected}"):
        ng.Network.from_simulation(sim, names=names)


def test_names_that_collide_once_a_population_is_divided_are_refused():
    sim, exc, inh = two_populations(4, 2)
    sim.connect(exc[:2], inh, weight=1.0)
    sim.connect(exc[2:], inh, weight=-1.0)
    with pytest.raises(ParameterError, match="from_simulation: names: got .*'a_inhibitory' for two groups"):
        ng.Network.from_simulation(sim, names=["a", "a_inhibitory"])

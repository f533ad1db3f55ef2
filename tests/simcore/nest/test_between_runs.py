"""Connections read, changed and removed between runs while spikes are on their way: the same script on both simulators.

Delays differ, and runs end anywhere in a slice of the minimal delay, so at each stop some spikes have been sent and others not.
"""

import numpy as np
import pytest

import simcore.nest as ours
from tests.simcore.nest.sides import assert_same_result

DT, N_SOURCES, N_TARGETS = 0.1, 4, 5
STATES = {"tsodyks_synapse": ["x", "y", "u"], "tsodyks2_synapse": ["x", "u"]}


class Script:
    """A network whose connections are changed at random, the same for the same seed.

    Parameters
    ----------
    nest : module
    synapse : str
        Model of the connections between neurons.
    seed : int
    """

    def __init__(self, nest, synapse, seed):
        self.nest, self.synapse, self.rng = nest, synapse, np.random.default_rng(seed)
        self.shortest = int(self.rng.integers(1, 8))
        generators, self.sources = nest.Create("spike_generator", N_SOURCES), nest.Create("parrot_neuron", N_SOURCES)
        for generator in generators:
            generator.spike_times = np.unique(self.rng.integers(1, 400, 60)) * DT
        self.targets = nest.Create("iaf_psc_exp", N_TARGETS, {"V_th": -62.0})
        self.current = nest.Create("dc_generator", params={"amplitude": 100.0})
        self.weights, self.meter = nest.Create("weight_recorder"), nest.Create("multimeter")
        self.meter.set(record_from=["V_m", "I_syn_ex"], interval=DT)
        nest.CopyModel(synapse, "recorded", {"weight_recorder": self.weights})
        nest.Connect(generators, self.sources, "one_to_one", {"delay": self.shortest * DT})
        self.connect(generators, "static_synapse", 0.0, 400.0)
        self.connect(self.sources, "recorded", 10.0, 400.0)
        self.connect(self.current, "static_synapse", -1.0, 3.0)
        nest.Connect(self.meter, self.targets)
        self.stimulating = generators

    def connect(self, sources, model, low, high):
        shape = N_TARGETS, len(sources)
        values = {"weight": self.rng.uniform(low, high, shape), "delay": self.rng.integers(self.shortest, 30, shape) * DT}
        self.nest.Connect(sources, self.targets, "all_to_all", {"synapse_model": model, **values})

    def change(self, edges):
        """One of several changes."""
        what = self.rng.choice(["weights", "delays", "remove", "stimulators"])
        some = np.flatnonzero(self.rng.random(len(edges)) < 0.5).tolist()
        if what == "weights":
            for k in some:
                edges[k].weight = self.rng.uniform(1.0, 400.0)
        elif what == "delays" and self.synapse != "stdp_synapse":
            for k in some:
                low, high = self.nest.min_delay, self.nest.max_delay
                edges[k].delay = self.rng.integers(round(low / DT), round(high / DT) + 1) * DT
        elif what == "remove":
            edges[int(self.rng.integers(len(edges)))].disconnect()
        else:
            for sources in (self.current, self.stimulating):
                found = self.nest.GetConnections(sources, self.targets)
                found.weight = self.rng.uniform(-1.0, 300.0, len(found))

    def run(self):
        seen = []
        for _ in range(7):
            self.nest.Simulate(int(self.rng.integers(1, 30)) * DT)
            edges = self.nest.GetConnections(self.sources, self.targets)
            names = ["source", "target", "weight", "delay", *STATES.get(self.synapse, [])]
            seen.append({"edges": edges.get(names), "sent": self.sent()})
            self.change(edges)
        self.nest.Simulate(10.0)
        return {"seen": seen, "sent": self.sent(), "traces": self.meter.events}

    def sent(self):
        """Events of the weight_recorder, without ports: here these are places among the connections that there are now."""
        return {name: values for name, values in self.weights.events.items() if name != "ports"}


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("synapse", ["static_synapse", *STATES, "stdp_synapse"])
def test_connections_that_are_changed_between_runs_send_what_they_send_in_nest(synapse, seed):
    assert_same_result(lambda nest: Script(nest, synapse, seed).run())


def test_currents_that_are_connected_and_changed_between_runs_send_what_they_send_in_nest():
    def script(nest):
        neurons, dc = nest.Create("iaf_psc_exp", 3), nest.Create("dc_generator", params={"amplitude": 300.0})
        meter = nest.Create("voltmeter", params={"interval": DT})
        nest.Connect(meter, neurons, syn_spec={"delay": 0.3})
        nest.Connect(dc, neurons[:2], syn_spec={"delay": 2.0})
        nest.Simulate(5.0)
        nest.Connect(dc, neurons[1:], syn_spec={"delay": 1.2, "weight": -2.0})
        nest.Simulate(0.7)
        dc.amplitude = 500.0
        nest.Simulate(0.6)
        nest.GetConnections(dc, neurons[1]).delay = 1.5
        nest.Simulate(0.5)
        nest.GetConnections(dc, neurons[2]).weight = 4.0
        nest.Simulate(10.0)
        return meter.events

    assert_same_result(script)


SYNAPSES = ["static_synapse", "tsodyks2_synapse", "tsodyks_synapse", "stdp_synapse"]


def connect_again_and_again(nest, seed):
    """Neurons that fire all the time get more connections at every stop: of any model, from sources with and without some."""
    rng = np.random.default_rng(seed)
    shortest = int(rng.integers(1, 8))

    def delays(shape=None):
        return rng.integers(shortest, 31, shape) * DT

    generators, sources = nest.Create("spike_generator", 4), nest.Create("parrot_neuron", 4)
    for generator in generators:
        generator.spike_times = np.unique(rng.integers(1, 600, 100)) * DT
    targets = nest.Create("iaf_psc_exp", 3, {"V_th": -62.0})
    nest.Connect(generators, sources, "one_to_one", {"delay": shortest * DT})
    other = nest.Create("iaf_psc_alpha")
    nest.Connect(sources, other, syn_spec={"delay": delays(), "weight": 20.0})
    nest.Connect(sources[:1], other, syn_spec={"delay": 3.0})  # after a run NEST takes no longer ones
    meter = nest.Create("multimeter", params={"record_from": ["V_m", "I_syn_ex"], "interval": DT})
    nest.Connect(meter, targets, syn_spec={"delay": shortest * DT})
    weights = []
    for _ in range(6):
        nest.Simulate(int(rng.integers(1, 30)) * DT)
        # A source that is new to a model has a higher id than those that are not, or NEST mistakes one for another (see below).
        synapse, ends, shape = str(rng.choice(SYNAPSES)), (sources, targets), (3, 4)
        if rng.random() < 0.3:
            synapse, ends, shape = "static_synapse", (targets[:1], targets[1:]), (2, 1)
        many = rng.random() < 0.5
        weight, delay = (rng.uniform(50.0, 300.0, shape), delays(shape)) if many else (rng.uniform(50.0, 300.0), delays())
        nest.Connect(*ends, "all_to_all", {"synapse_model": synapse, "weight": weight, "delay": delay})
        found = nest.GetConnections(sources, targets)
        weights.append(sorted(found.weight) if len(found) > 1 else [])
    nest.Simulate(20.0)
    return {"traces": meter.events, "weights": weights}


@pytest.mark.parametrize("seed", range(4))
def test_connections_that_are_made_between_runs_carry_what_they_carry_in_nest(seed):
    assert_same_result(lambda nest: connect_again_and_again(nest, seed))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_connection_carries_what_was_sent_since_its_source_had_one_of_the_model(threads):
    def script(nest):
        nest.local_num_threads = threads
        generator = nest.Create("spike_generator", params={"spike_times": np.arange(1, 60) * DT})
        source, other, target = nest.Create("parrot_neuron"), nest.Create("iaf_psc_exp"), nest.Create("iaf_psc_exp", 4)
        nest.Connect(generator, source)
        recorder = nest.Create("weight_recorder")
        nest.CopyModel("static_synapse", "recorded", {"weight_recorder": recorder})
        nest.Connect(source, other, syn_spec={"synapse_model": "recorded", "delay": 3.0})
        meters = nest.Create("multimeter", 4, {"record_from": ["I_syn_ex"], "interval": DT})
        nest.Connect(meters, target, "one_to_one")
        nest.Simulate(3.4)
        for k, synapse in enumerate(["recorded", "tsodyks_synapse"]):
            nest.Connect(source, target[k], syn_spec={"synapse_model": synapse, "weight": 100.0, "delay": 2.0})
        nest.Simulate(0.3)  # in the same slice
        for k, synapse in enumerate(["tsodyks_synapse", "recorded"]):
            nest.Connect(source, target[2 + k], syn_spec={"synapse_model": synapse, "weight": 100.0, "delay": 2.0})
        nest.Simulate(12.0)
        sent = sorted(zip(*(recorder.events[name] for name in ("times", "targets", "weights")), strict=True))
        return {"currents": [events["I_syn_ex"] for events in meters.events], "sent": [list(row) for row in sent]}

    assert_same_result(script)


def test_sources_of_one_call_may_begin_at_different_times():
    def script(nest):
        generator = nest.Create("spike_generator", params={"spike_times": np.arange(1, 60) * DT})
        sources, other, targets = nest.Create("parrot_neuron", 3), nest.Create("iaf_psc_exp"), nest.Create("iaf_psc_exp", 3)
        nest.Connect(generator, sources[:2])  # the last one is silent
        meters = nest.Create("multimeter", 3, {"record_from": ["I_syn_ex"], "interval": DT})
        nest.Connect(meters, targets, "one_to_one")
        nest.Connect(sources[0], other, syn_spec={"delay": 3.0})
        nest.Simulate(3.4)
        nest.Connect(sources[1], other, syn_spec={"delay": 3.0})
        nest.Simulate(0.3)
        nest.Connect(sources, targets, "one_to_one", {"weight": 100.0, "delay": 2.0})
        nest.Connect(sources, targets, syn_spec={"weight": np.arange(9.0).reshape(3, 3), "delay": 2.0})
        nest.Simulate(12.0)
        made = nest.GetConnections(sources, targets).get(["source", "target", "weight"])
        return {"currents": [events["I_syn_ex"] for events in meters.events], "made": made}

    assert_same_result(script)


def test_a_connection_of_a_neuron_that_never_fired_leaves_the_spikes_of_others_alone():
    """NEST sends spikes of the last slice over it, and takes them from those that they belong to."""
    nest = ours
    nest.ResetKernel()
    generator = nest.Create("spike_generator", params={"spike_times": np.arange(1, 30) * DT})
    silent, firing, other, target = (nest.Create(m) for m in ["parrot_neuron"] * 2 + ["iaf_psc_exp"] * 2)
    nest.Connect(generator, firing)
    nest.Connect(firing, other, syn_spec={"delay": 3.0})
    meter = nest.Create("multimeter", params={"record_from": ["I_syn_ex"], "interval": DT})
    nest.Connect(meter, other + target)
    nest.Simulate(3.0)
    nest.Connect(silent, target, syn_spec={"weight": 100.0, "delay": 3.0})
    nest.Simulate(12.0)
    events = {name: np.array(values) for name, values in meter.events.items()}
    currents = {node.global_id: events["I_syn_ex"][events["senders"] == node.global_id] for node in (other, target)}
    decay, expected = np.exp(-DT / 2.0), np.zeros(140)
    for step in range(1, 30):  # a spike of the generator arrives one delay later, and that of the parrot three more
        expected[step + 40 - 1 :] += decay ** np.arange(140 - (step + 40 - 1))
    np.testing.assert_allclose(currents[other.global_id], expected, rtol=0, atol=1e-12)
    assert not currents[target.global_id].any()


def test_plastic_weights_onto_counting_inputs_can_be_set():
    def script(nest):
        source, target = nest.Create("parrot_neuron"), nest.Create("parrot_neuron")
        for node, step in ((source, 20.0), (target, 21.0)):
            generator = nest.Create("spike_generator", params={"spike_times": np.arange(10.0, 90.0, step)})
            nest.Connect(generator, node)
        spec = {"synapse_model": "stdp_synapse", "weight": 50.0, "delay": 2.5, "receptor_type": 1}
        nest.Connect(source, target, syn_spec=spec)
        edge, seen = nest.GetConnections(source, target), []
        for k in range(12):
            nest.Simulate(8.3)
            seen.append(edge.weight)
            if k == 5:
                edge.weight = 70.0
        return {"weights": seen}

    assert_same_result(script)


def test_delays_shorter_than_the_slices_are_refused_after_a_run():
    def script(nest):
        neurons = nest.Create("iaf_psc_exp", 3)
        nest.Connect(neurons, neurons, syn_spec={"delay": 1.0})
        nest.Simulate(3.9)
        edge, said = nest.GetConnections(neurons[:1], neurons[:1]), []
        drawn = {"delay": nest.random.uniform(0.2, 0.8)}
        for call in (
            lambda: nest.Connect(neurons, neurons, syn_spec={"delay": 0.4}),
            lambda: nest.Connect(neurons, neurons, {"rule": "fixed_indegree", "indegree": 2}, drawn),
            lambda: nest.Connect([1, 2], [2, 3], "one_to_one", {"delay": [0.9, 1.0]}),
            lambda: edge.set(delay=0.5),
        ):
            with pytest.raises(nest.NESTError) as error:
                call()
            said.append(type(error.value).__name__)
        nest.Simulate(2.0)
        return {"said": said, "n": nest.num_connections, "delays": [nest.min_delay, nest.max_delay]}

    assert_same_result(script)

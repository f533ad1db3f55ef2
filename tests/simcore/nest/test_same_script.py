"""The same script on this simulator and on NEST: events, rows, orders and values must be the same."""

import numpy as np
import pytest

from tests.simcore.nest.sides import assert_same_result

NAMES = ("source", "target", "weight", "delay")


# -- rows of recorders ---------------------------------------------------------------------------------------------------------


def rows_by_slice(nest):
    neurons = nest.Create("iaf_psc_alpha", 3, {"I_e": [1000.0, 900.0, 1100.0]})
    meter = nest.Create("multimeter", params={"record_from": ["V_m", "I_syn_ex"], "interval": 0.3})
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, neurons, syn_spec={"weight": 30.0, "delay": 1.2})
    nest.Connect(meter, neurons, syn_spec={"delay": 1.2})
    nest.Connect(neurons, recorder, syn_spec={"delay": 1.2})
    seen = []
    for time in (10.0, 0.7, 0.5, 12.1, 3.3):
        nest.Simulate(time)
        seen.append({"spikes": recorder.events, "samples": meter.events, "n": recorder.n_events})
    return {"seen": seen}


def recorder_alone_sets_the_slice(nest):
    neurons = nest.Create("iaf_psc_exp", 2, {"I_e": [1000.0, 950.0]})
    meter = nest.Create("voltmeter", params={"interval": 0.5})
    nest.Connect(meter, neurons, syn_spec={"delay": 0.1})
    nest.Simulate(20.0)
    first = meter.events
    nest.Simulate(1.0)
    return {"first": first, "second": meter.events, "delays": (nest.min_delay, nest.max_delay)}


def windows_of_recorders(nest):
    neuron = nest.Create("iaf_psc_delta", params={"I_e": 2000.0})
    spikes = nest.Create("spike_recorder", 3, [{"start": 5.0}, {"stop": 20.0, "origin": 3.0}, {"start": 7.0, "stop": 7.0}])
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "start": 2.0, "stop": 5.0, "origin": 3.0})
    late = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 2.0, "offset": 0.5})
    nest.Connect(neuron, spikes)
    nest.Connect(meter, neuron)
    nest.Connect(late, neuron)
    nest.Simulate(30.0)
    spikes[0].stop = 35.0
    meter.set(start=30.0, stop=32.0)
    nest.Simulate(20.0)
    return {"spikes": spikes.get("events"), "samples": meter.events, "late": late.events}


def events_are_cleared(nest):
    neuron = nest.Create("iaf_psc_exp", params={"I_e": 1500.0})
    recorder, meter = nest.Create("spike_recorder"), nest.Create("multimeter", params={"record_from": ["V_m"]})
    nest.Connect(neuron, recorder)
    nest.Connect(meter, neuron)
    found = []
    for _ in range(3):
        nest.Simulate(20.0)
        found.append((recorder.n_events, meter.n_events))
        recorder.n_events = 0
        meter.n_events = 0
    return {"counts": found, "after": recorder.events["times"]}


def times_in_steps(nest):
    neuron = nest.Create("iaf_psc_exp", params={"I_e": 1000.0})
    recorder = nest.Create("spike_recorder", params={"time_in_steps": True})
    meter = nest.Create("multimeter", params={"time_in_steps": True, "record_from": ["V_m"]})
    nest.Connect(neuron, recorder)
    nest.Connect(meter, neuron)
    nest.Simulate(20.0)
    return {"spikes": recorder.events, "samples": meter.events}


def one_recorder_for_two_groups(nest):
    first, second = nest.Create("iaf_psc_exp", 2, {"I_e": 1000.0}), nest.Create("iaf_psc_alpha", 2, {"I_e": 1020.0})
    recorder = nest.Create("spike_recorder")
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.4})
    nest.Connect(second, recorder)
    nest.Connect(first, recorder)
    nest.Connect(first[0], recorder)
    nest.Connect(meter, second)
    nest.Connect(meter, first)
    nest.Simulate(30.0)
    return {"spikes": recorder.events, "samples": meter.events}


def connected_later(nest):
    neurons = nest.Create("iaf_psc_exp", 2, {"I_e": 1000.0})
    nest.Connect(neurons, neurons, syn_spec={"weight": 10.0, "delay": 2.0})
    nest.Simulate(18.5)
    meter = nest.Create("multimeter", params={"record_from": ["V_m"]})
    recorder = nest.Create("spike_recorder")
    nest.Connect(meter, neurons, syn_spec={"delay": 2.0})
    nest.Connect(neurons, recorder, syn_spec={"delay": 2.0})
    nest.Simulate(13.0)
    return {"samples": meter.events, "spikes": recorder.events}


def prepare_run_cleanup(nest):
    neuron = nest.Create("iaf_psc_exp", params={"I_e": 1000.0})
    recorder = nest.Create("spike_recorder")
    nest.Connect(neuron, recorder)
    with nest.RunManager():
        for time in (1.7, 3.3, 20.0):
            nest.Run(time)
    nest.Prepare()
    nest.Run(5.0)
    nest.Cleanup()
    return {"spikes": recorder.events, "time": nest.biological_time, "last": neuron.t_spike}


# -- connections ---------------------------------------------------------------------------------------------------------------


def connections_in_order(nest):
    neurons, parrots = nest.Create("iaf_psc_alpha", 4), nest.Create("parrot_neuron", 2)
    recorder, meter = nest.Create("spike_recorder"), nest.Create("multimeter", params={"record_from": ["V_m"]})
    noise = nest.Create("poisson_generator", params={"rate": 1000.0})
    dynamic = {"weight": [1.0, 2.0], "delay": [1.0, 1.5], "synapse_model": "tsodyks2_synapse"}
    nest.Connect(neurons[2:], neurons, syn_spec={"weight": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]})
    nest.Connect(neurons[:2], parrots, "one_to_one", dynamic)
    nest.Connect(neurons, recorder)
    nest.Connect(meter, neurons[1:])
    nest.Connect(noise, neurons, syn_spec={"weight": 20.0})
    nest.Connect(neurons, neurons, "one_to_one", {"weight": [-1.0, 2.0, -3.0, 4.0], "delay": 0.14})
    nest.Connect(parrots, neurons[0], syn_spec={"weight": 2.5})
    every = nest.GetConnections()
    some = nest.GetConnections(neurons[1:3], neurons)
    return {
        "all": every.get(["source", "target", "weight", "delay", "receptor", "synapse_model"]),
        "some": some.get(["source", "target", "weight"]),
        "one": every[3].get(["source", "weight"]),
        "to recorder": nest.GetConnections(target=recorder).get(["source", "delay"]),
        "model": nest.GetConnections(synapse_model="tsodyks2_synapse").get(["source", "tau_rec", "u"]),
        "n": (nest.num_connections, len(every), len(some), nest.network_size),
        "delays": (nest.min_delay, nest.max_delay),
    }


def connections_are_changed(nest):
    neurons = nest.Create("iaf_psc_exp", 3, {"I_e": [1000.0, 0.0, 0.0]})
    meter = nest.Create("multimeter", params={"record_from": ["V_m"]})
    nest.Connect(neurons[0], neurons[1:], syn_spec={"weight": 100.0})
    nest.Connect(meter, neurons)
    nest.Simulate(30.0)
    made = nest.GetConnections(neurons[0], neurons[1:])
    made.weight = [50.0, -40.0]
    nest.Simulate(30.0)
    made[1].set(weight=300.0)
    nest.Simulate(30.0)
    made[0].disconnect()
    nest.Simulate(30.0)
    return {"samples": meter.events, "n": nest.num_connections, "left": nest.GetConnections(neurons[0], neurons).get("weight")}


def tables_of_weights(nest):
    nest.rng_seed = 5
    pre, post = nest.Create("parrot_neuron", 3), nest.Create("parrot_neuron", 2)
    table = {"weight": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "delay": [[1, 2, 3], [4, 5, 6.0]]}
    nest.Connect(pre, post, {"rule": "all_to_all"}, table)
    nest.Connect(pre, pre, {"rule": "one_to_one"}, {"weight": np.array([7.0, 8.0, 9.0])})
    nest.Connect([5, 4, 5], [1, 2, 1], "one_to_one", {"weight": [10.0, 11.0, 12.0], "delay": [1.0, 1.0, 2.0]})
    nest.Connect(pre, post, {"rule": "fixed_indegree", "indegree": 2}, {"weight": [[13.0, 14.0], [15.0, 16.0]]})
    nest.Connect(post, pre, {"rule": "fixed_outdegree", "outdegree": 2}, {"weight": [[17.0, 18.0], [19.0, 20.0]]})
    found = {name: np.array(values) for name, values in nest.GetConnections().get().items() if name in NAMES}
    order = np.argsort(found["weight"])
    found = {name: values[order] for name, values in found.items()}
    # Which sources, or targets, a random rule draws is each simulator's own affair.
    return {
        "fixed": {name: found[name][:12] for name in NAMES},
        "indegree": {name: found[name][12:16] for name in ("weight", "target", "delay")},
        "outdegree": {name: found[name][16:] for name in ("weight", "source", "delay")},
    }


def collocated(nest):
    pre, post = nest.Create("iaf_psc_exp", 2), nest.Create("iaf_psc_exp", 2)
    specs = nest.CollocatedSynapses({"weight": 2.0}, {"weight": -3.0, "delay": 2.0}, {"synapse_model": "tsodyks2_synapse"})
    nest.Connect(pre, post, "one_to_one", specs)
    return {"all": nest.GetConnections().get(["source", "target", "weight", "delay", "synapse_model"])}


# -- models and kernel ---------------------------------------------------------------------------------------------------------


def copied_models(nest):
    nest.CopyModel("iaf_psc_exp", "driven", {"I_e": 500.0})
    nest.CopyModel("static_synapse", "strong", {"weight": 300.0, "delay": 2.5})
    nest.SetDefaults("driven", "tau_m", 20.0)
    nest.SetDefaults("strong", {"delay": 1.5})
    neurons = nest.Create("driven", 2, {"V_m": [-60.0, -70.0]})
    meter = nest.Create("voltmeter")
    nest.Connect(neurons[0], neurons[1], syn_spec="strong")
    nest.Connect(meter, neurons)
    nest.Simulate(50.0)
    return {
        "samples": meter.events,
        "I_e": neurons.I_e,
        "driven": nest.GetDefaults("driven", ["I_e", "tau_m", "model"]),
        "strong": nest.GetDefaults("strong", ["weight", "delay", "num_connections"]),
        "names": nest.GetConnections().synapse_model,
    }


def other_resolution(nest):
    nest.resolution = 0.05
    neuron = nest.Create("iaf_cond_exp", params={"I_e": 600.0, "t_ref": 2.04})
    generator = nest.Create("spike_generator", params={"spike_times": [1.05, 2.0, 30.0], "spike_weights": [1.0, -2.0, 3.0]})
    meter, recorder = nest.Create("multimeter", params={"record_from": ["V_m", "g_ex", "g_in"]}), nest.Create("spike_recorder")
    nest.Connect(generator, neuron, syn_spec={"weight": 5.0, "delay": 0.62})
    nest.Connect(meter, neuron)
    nest.Connect(neuron, recorder)
    nest.Connect(generator, recorder)
    nest.Simulate(60.0)
    settings = nest.GetKernelStatus(["resolution", "tics_per_step", "ms_per_tic", "biological_time", "min_delay", "max_delay"])
    return {"spikes": recorder.events, "samples": meter.events, "settings": settings}


def receptors_of_a_chosen_number(nest):
    neurons = nest.Create("iaf_psc_exp_multisynapse", 2, {"V_m": [-70.0, -65.0]})
    neurons.set([{"tau_syn": [2.0, 8.0, 0.5]}, {"tau_syn": [2.0, 8.0, 0.7]}])
    train = nest.Create("spike_generator", params={"spike_times": [1.0, 5.0, 9.0]})
    for receptor, weight in ((1, 100.0), (2, -50.0), (3, 300.0)):
        nest.Connect(train, neurons, syn_spec={"receptor_type": receptor, "weight": weight, "delay": receptor * 0.7})
    nest.Connect(neurons, neurons, "one_to_one", {"receptor_type": [3, 1], "weight": [5.0, 6.0]})
    meter = nest.Create("multimeter", params={"record_from": ["V_m", "I_syn", "I_syn_2"], "interval": 0.1})
    nest.Connect(meter, neurons)
    nest.Simulate(20.0)
    return {
        "samples": meter.events,
        "tau": neurons.tau_syn,
        "n": neurons.n_synapses,
        "recordables": neurons[0].recordables,
        "receptors": nest.GetConnections(neurons, neurons).receptor,
    }


def stimulators_are_sampled(nest):
    wave = nest.Create("ac_generator", params={"amplitude": 50.0, "offset": 300.0, "frequency": 40.0, "phase": 30.0})
    steps = nest.Create("step_current_generator", params={"amplitude_times": [5.0, 9.0], "amplitude_values": [100.0, 20.0]})
    pulse = nest.Create("dc_generator", params={"amplitude": 70.0, "start": 3.0, "stop": 12.0})
    rate = nest.Create("sinusoidal_poisson_generator", params={"rate": 50.0, "amplitude": 30.0, "frequency": 20.0})
    neuron = nest.Create("iaf_psc_alpha")
    currents = nest.Create("multimeter", params={"record_from": ["I"], "interval": 0.5})
    rates = nest.Create("multimeter", params={"record_from": ["rate"]})
    V_m = nest.Create("voltmeter", params={"interval": 0.1})
    for source in (wave, steps, pulse):
        nest.Connect(source, neuron)
        nest.Connect(currents, source)
    nest.Connect(rates, rate)
    nest.Connect(V_m, neuron)
    nest.Simulate(30.0)
    return {"currents": currents.events, "rates": rates.events, "V_m": V_m.events}


def distances_of_connections(nest):
    layer = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([4, 3], edge_wrap=True, extent=[4.0, 3.0]))
    plain, free = (
        nest.Create("iaf_psc_alpha", 2),
        nest.Create("iaf_psc_exp", positions=nest.spatial.free([[0.0, 0.1], [0.4, 0.2]])),
    )
    for pre, post in ((layer, layer), (layer, plain), (free, free)):
        nest.Connect(pre, post)
    found = nest.GetConnections()
    # NEST lists the targets of a source in any order.
    order = np.lexsort((found.target, found.source))
    distance = np.nan_to_num(np.array(found.distance), nan=-1.0)[order]
    return {"distance": distance, "one": nest.GetConnections(layer[0], layer[5]).distance}


def spikes_are_counted(nest):
    neurons = nest.Create("iaf_psc_exp", 3, {"I_e": [1000.0, 900.0, 0.0]})
    nest.Connect(neurons, neurons, syn_spec={"weight": 10.0})
    counts = []
    for time in (30.0, 0.0, 12.3):
        nest.Simulate(time)
        counts.append(nest.local_spike_counter)
    return {"counts": counts}


def weights_are_recorded(nest):
    recorder = nest.Create("weight_recorder")
    models = ["stdp_synapse", "static_synapse", "tsodyks2_synapse", "tsodyks_synapse"]
    for model in models:
        nest.CopyModel(model, f"recorded_{model}", {"weight_recorder": recorder})
    pre, post = nest.Create("parrot_neuron", 3), nest.Create("iaf_psc_exp", 2, {"I_e": [900.0, 1000.0]})
    trains = nest.Create("spike_generator", 3, [{"spike_times": [1.0 + k, 5.0, 9.5 + k, 17.0, 30.0]} for k in range(3)])
    nest.Connect(trains, pre, "one_to_one")
    for k, model in enumerate(models):
        spec = {"synapse_model": f"recorded_{model}", "weight": 3.0 + k, "delay": 1.0}
        nest.Connect(pre, post, "all_to_all", spec)
    nest.Simulate(50.0)
    every = recorder.events
    recorder.set(senders=pre[:2], targets=post[1])
    return {
        "events": {name: every[name] for name in every}, "n": recorder.n_events,
        "weights": nest.GetConnections(pre, post).get(["source", "target", "weight", "port"]),
        "model": nest.GetDefaults("recorded_stdp_synapse", "weight_recorder").tolist(),
    }  # fmt: skip


SCRIPTS = [
    rows_by_slice, recorder_alone_sets_the_slice, windows_of_recorders, events_are_cleared, times_in_steps,
    one_recorder_for_two_groups, connected_later, prepare_run_cleanup, connections_in_order, connections_are_changed,
    tables_of_weights, collocated, copied_models, other_resolution,
    spikes_are_counted, distances_of_connections, weights_are_recorded,
    receptors_of_a_chosen_number, stimulators_are_sampled,
]  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_script_gives_what_nest_gives(script):
    assert_same_result(script)

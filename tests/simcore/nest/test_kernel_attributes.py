"""Kernel attributes: all of NEST's names can be read, with its defaults; what is set works, warns or is refused."""

import math

import numpy as np
import pytest
import tqdm

import simcore.nest as nest
from simcore.nest import _attributes
from tests.simcore.nest.sides import assert_same, nest_itself, run

# What is other than in NEST on purpose: lists of what exists, what the program and the machine are, and the present verbosity.
OWN_VALUES = {
    "build_info", "connection_rules", "growth_curves", "kernel_status", "max_num_syn_models", "memory_size", "node_models",
    "rng_types", "stimulation_backends", "synapse_models", "verbosity",
}  # fmt: skip

# What NEST lists and cannot read, what it does not have, and what it changes by itself in long runs.
ONLY_HERE = {"cycle_time_log", "last_slice", "buffer_size_target_data"}


@pytest.fixture(autouse=True)
def empty_kernel():
    nest.ResetKernel()
    yield
    nest.ResetKernel()
    nest.set(data_path="", data_prefix="", verbosity=nest.VerbosityLevel.INFO)


@pytest.fixture(scope="module")
def names():
    """NEST's names of kernel attributes, and which of them it can set."""
    theirs = nest_itself()
    from nest.ll_api import KernelAttribute

    found = {name: value for name, value in vars(type(theirs)).items() if isinstance(value, KernelAttribute)}
    return {name: not attribute._readonly for name, attribute in found.items()}


def test_every_attribute_of_nest_can_be_read_with_its_default(names):
    theirs = nest_itself()
    theirs.ResetKernel()
    theirs.set(data_path="/", data_prefix="")
    nest.data_path = "/"
    assert len(names) == 63
    assert {*names} | {"last_slice"} == {*_attributes.ATTRIBUTES}
    for name in {*names} - OWN_VALUES - ONLY_HERE:
        assert_same(getattr(nest, name), getattr(theirs, name), name)
        assert type(getattr(nest, name)) is type(getattr(theirs, name)), name
    assert {level.name: level.value for level in nest.VerbosityLevel} == {v.name: v.value for v in theirs.VerbosityLevel}
    assert nest.buffer_size_target_data == 2
    for name in OWN_VALUES - {"verbosity"}:
        assert isinstance(getattr(nest, name), type(getattr(theirs, name))), name
    assert {*nest.connection_rules} <= {*theirs.connection_rules}
    assert {*nest.build_info} == {*theirs.build_info}
    assert {*dir(nest)} >= {*names}


def test_what_nest_only_reads_is_only_read(names):
    for name, is_set in names.items():
        if not is_set:
            for refuse in (lambda name=name: nest.set(**{name: 1}), lambda name=name: setattr(nest, name, 1)):
                with pytest.raises(ValueError, match=f"nest.{name} can only be read"):
                    refuse()
        else:
            nest.set(**{name: 0 if name == "biological_time" else read(name)} if "delay" not in name else {})


def read(name):
    return getattr(nest, name)


def test_settings_that_work():
    nest.set(resolution=0.2, rng_seed=7, local_num_threads=2, overwrite_files=True, print_time=False)
    assert nest.get(["resolution", "rng_seed", "local_num_threads", "total_num_virtual_procs"]) == (0.2, 7, 2, 2)
    assert nest.tics_per_step == 200
    assert (nest.min_delay, nest.max_delay) == (0.2, 0.2)
    neuron = nest.Create("iaf_psc_exp", params={"I_e": 500.0})
    meter = nest.Create("voltmeter", params={"interval": 0.2})
    nest.Connect(meter, neuron)
    nest.Simulate(2.0)
    assert nest.biological_time == 2.0
    np.testing.assert_allclose(np.diff(meter.events["times"]), 0.2)
    assert nest.network_size == 2
    assert nest.num_connections == 1
    assert nest.kernel_status["biological_time"] == 2.0


def test_seed_decides_what_is_drawn():
    def drawn(seed):
        nest.ResetKernel()
        nest.rng_seed = seed
        noise, parrot = nest.Create("poisson_generator", params={"rate": 5000.0}), nest.Create("parrot_neuron")
        recorder = nest.Create("spike_recorder")
        nest.Connect(noise, parrot)
        nest.Connect(parrot, recorder)
        nest.Simulate(50.0)
        return recorder.events["times"].tolist()

    first = drawn(1)
    assert drawn(2) != first
    assert drawn(1) == first


def test_bounds_of_delays_decide_the_slice_as_in_nest():
    def script(nest):
        nest.set(min_delay=0.5, max_delay=3.0)
        neurons = nest.Create("iaf_psc_alpha", 2, {"I_e": [1000.0, 950.0]})
        recorder = nest.Create("spike_recorder")
        meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.1})
        nest.Connect(neurons, neurons, syn_spec={"weight": 30.0, "delay": 2.0})
        nest.Connect(neurons, recorder)
        nest.Connect(meter, neurons)
        nest.Simulate(20.0)
        return {"spikes": recorder.events, "samples": meter.events, "delays": [nest.min_delay, nest.max_delay]}

    assert_same(run(script, nest), run(script, nest_itself()))


def test_print_time_shows_progress(monkeypatch):
    bars = []

    class Bar(tqdm.tqdm):
        def __init__(self, *args, **options):
            bars.append(options["total"])
            super().__init__(*args, **options)

    monkeypatch.setattr(tqdm, "tqdm", Bar)
    nest.Create("iaf_psc_alpha", 2)
    nest.Simulate(10.0)
    nest.print_time = True
    nest.Simulate(20.0)
    assert bars == [20.0]


def test_verbosity_decides_which_messages_are_shown(capsys):
    nest.verbosity = nest.VerbosityLevel.WARNING
    nest.message("hidden", nest.VerbosityLevel.INFO)
    nest.message("shown", nest.VerbosityLevel.WARNING)
    assert "shown" in (text := capsys.readouterr().out)
    assert "hidden" not in text
    nest.ResetKernel()
    assert nest.verbosity == nest.VerbosityLevel.WARNING


def test_knobs_without_effect_warn_unless_left_alone(recwarn):
    for name, default in _attributes.KNOBS.items():
        assert read(name) == default
        setattr(nest, name, default)
    assert not recwarn.list
    for name, default in _attributes.KNOBS.items():
        other = not default if isinstance(default, bool) else "Philox_32" if isinstance(default, str) else default * 2
        with pytest.warns(UserWarning, match=f"nest.{name} has no effect here"):
            setattr(nest, name, other)
        assert read(name) == default


def test_features_that_are_absent_refuse_all_but_their_default():
    for name, default in _attributes.ABSENT.items():
        setattr(nest, name, default)
        other = not default if isinstance(default, bool) else {"a": {}} if isinstance(default, dict) else 5.0
        with pytest.raises(nest.NESTErrors.NotImplemented, match=f"nest.{name}: got .* expected only"):
            setattr(nest, name, other)
        assert read(name) == default


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"resolution": 0.0}, "KernelException", "resolution|dt"),
        ({"resolution": -0.1}, "KernelException", "resolution|dt"),
        ({"resolution": 0.0015}, "KernelException", "0.0015"),
        ({"resolution": math.nan}, "KernelException", "nan"),
        ({"resolution": "0.1"}, "TypeMismatch", "resolution: got '0.1'"),
        ({"rng_seed": 0}, "BadProperty", "rng_seed: got 0"),
        ({"rng_seed": 2**32}, "BadProperty", "rng_seed: got 4294967296"),
        ({"rng_seed": 1.5}, "TypeMismatch", "rng_seed: got 1.5"),
        ({"local_num_threads": 0}, "BadProperty", "local_num_threads: got 0"),
        ({"total_num_virtual_procs": 0}, "BadProperty", "total_num_virtual_procs: got 0"),
        ({"min_delay": 0.5}, "BadProperty", "set together"),
        ({"min_delay": 2.0, "max_delay": 1.0}, "BadDelay", "got 2 and 1"),
        ({"min_delay": 0.05, "max_delay": 1.0}, "BadDelay", "min_delay"),
        ({"data_path": "/nowhere/at/all"}, "IOError", "expected a folder that exists"),
        ({"data_prefix": "a/b"}, "BadProperty", "data_prefix: got 'a/b'"),
        ({"print_time": 1}, "TypeMismatch", "print_time: got 1, expected True or False"),
        ({"overwrite_files": "yes"}, "TypeMismatch", "overwrite_files: got 'yes'"),
        ({"verbosity": 12}, "TypeMismatch", "verbosity: got 12"),
        ({"biological_time": 5.0}, "BadProperty", "biological_time: got 5.0"),
        ({"biological_time": "0"}, "TypeMismatch", "biological_time: got '0', expected a number"),
        ({"resolutoin": 0.1}, "UnaccessedDictionaryEntry", "did you mean 'resolution'"),
        ({"tics_per_ms": 2000.0}, "NotImplemented", "tics_per_ms: got 2000.0"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_is_set(values, error, message):
    before = {name: read(name) for name in ("resolution", "rng_seed", "data_prefix", "min_delay", "overwrite_files")}
    for order in ({"rng_seed": 99, **values}, {**values, "rng_seed": values.get("rng_seed", 99)}):
        for refuse in (lambda order=order: nest.set(**order), lambda order=order: nest.SetKernelStatus(order)):
            with pytest.raises(getattr(nest.NESTErrors, error), match=message):
                refuse()
    assert {name: read(name) for name in before} == before


def test_what_nodes_are_made_with_is_refused_once_there_are_some():
    nest.Create("iaf_psc_alpha")
    for name, value in {"resolution": 0.2, "local_num_threads": 2, "total_num_virtual_procs": 2}.items():
        with pytest.raises(nest.NESTErrors.KernelException, match=f"nest.{name}: got .*, but nodes exist"):
            setattr(nest, name, value)
        setattr(nest, name, read(name))
    nest.rng_seed = 5
    nest.ResetKernel()
    nest.resolution = 0.2
    assert nest.resolution == 0.2


@pytest.mark.parametrize("connects", [True, False], ids=["connected", "simulated"])
def test_range_of_delays_is_refused_once_it_is_in_use(connects):
    nest.set(min_delay=1.0, max_delay=2.0)
    neurons = nest.Create("iaf_psc_alpha", 2)
    if connects:
        nest.Connect(neurons, nest.Create("spike_recorder"))
    else:
        nest.Simulate(1.0)
    with pytest.raises(nest.NESTErrors.BadProperty, match="set before the first Connect"):
        nest.set(min_delay=0.1, max_delay=20.0)
    assert (nest.min_delay, nest.max_delay) == (1.0, 2.0)


def test_reset_restores_what_nests_reset_restores(tmp_path):
    def script(nest):
        nest.set(resolution=0.2, rng_seed=5, local_num_threads=2, overwrite_files=True, print_time=True)
        nest.set(min_delay=0.4, max_delay=2.0, data_path=str(tmp_path), data_prefix="pre_")
        nest.CopyModel("iaf_psc_exp", "mine")
        nest.SetDefaults("iaf_psc_exp", "I_e", 3.0)
        nest.Create("mine")
        nest.print_time = False
        nest.Simulate(2.0)
        nest.ResetKernel()
        names = ["resolution", "rng_seed", "local_num_threads", "overwrite_files", "print_time", "min_delay", "max_delay",
                 "data_path", "data_prefix", "network_size", "biological_time", "total_num_virtual_procs"]  # fmt: skip
        found = [nest.GetKernelStatus(names), nest.GetDefaults("iaf_psc_exp", "I_e"), "mine" in nest.node_models]
        nest.data_prefix = ""
        return found

    assert_same(run(script, nest), run(script, nest_itself()))


def test_status_has_what_nests_has():
    theirs = nest_itself()
    theirs.ResetKernel()
    missing = {*theirs.GetKernelStatus()} - {*nest.GetKernelStatus()}
    assert missing == {
        "growth_factor_buffer_spike_data", "modules", "time_communicate_prepare", "time_communicate_prepare_cpu",
        "time_construction_connect_cpu", "time_construction_create_cpu", "time_simulate_cpu",
    }  # fmt: skip
    with pytest.raises(nest.NESTErrors.UnknownKey, match="did you mean 'network_size'"):
        nest.GetKernelStatus("netwrk_size")
    with pytest.raises(TypeError, match="expected a name"):
        nest.GetKernelStatus(5)


def test_building_and_simulating_are_timed():
    nest.ResetKernel()
    neurons = nest.Create("iaf_psc_exp", 2)
    nest.Connect(neurons, neurons)
    nest.Simulate(1.0)
    names = ["time_construction_create", "time_construction_connect", "time_simulate"]
    assert min(nest.GetKernelStatus(names)) > 0.0
    nest.ResetKernel()
    assert nest.GetKernelStatus(names) == (0.0, 0.0, 0.0)

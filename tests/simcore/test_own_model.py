"""Models of the user's own: typed in a file or a notebook cell, run and recorded like built-in ones; and good errors."""

import importlib.util
import linecache
import math
import textwrap

import numpy as np
import pytest

from simcore import RKF45, Input, NeuronModel, Param, Simulation, State, SynapseModel, fastmath
from simcore.errors import UnknownNameError
from simcore.kernel.generate import load_kernel
from tests.reference import naive
from tests.reference.meters import COUNTER

SCALE = 1.5


def simulation(threads=1):
    return Simulation(dt=0.1, seed=1, threads=threads)


# -- one model, typed in several places ----------------------------------------------------------------------------------------

SOURCE = """
    import numpy as np
    from simcore import Input, NeuronModel, Param, State

    TABLE = {"tau": Param(10.0, "ms", "time constant", above=0.0), "V_th": Param(15.0, "mV", "threshold"),
             "I_e": Param(0.0, "mV/ms", "drive")}

    def constants(p, dt):
        return {"decay": np.exp(-dt / p["tau"])}

    def leak(V, decay):
        return V * decay

    def step(V, arriving, I_stim, dt, decay, V_th, I_e):
        V = leak(V, decay) + dt * (I_e + I_stim) + arriving
        fires = V >= V_th
        return 0.0 if fires else V, fires

    LEAKY = NeuronModel("leaky", TABLE, {"V": State("mV", "potential")}, {"arriving": Input("mV")}, step, constants=constants)
"""


def potentials(model):
    """Potential, spikes and a twin's potential of a neuron of the leaky model that is driven in every way there is."""
    sim = simulation()
    nodes = sim.create(model, 3, {"I_e": [2.0, 2.5, 3.0], "tau": 8.0})
    train = sim.create("spike_generator", params={"spike_times": [1.0, 4.0]})
    sim.connect(train, nodes, weight=3.0, delay=0.5)
    sim.connect(nodes, nodes, weight=-0.5, delay=1.0)
    sim.connect(sim.create("dc_generator", params={"amplitude": 0.2}), nodes, delay=0.1)
    trace, spikes = sim.record(nodes, "V", interval=0.1), sim.record(nodes)
    sim.run(30.0)
    return trace["V"], spikes.spikes


def load_file(path, text):
    path.write_text(textwrap.dedent(text))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_cell(text, name):
    """As IPython runs a cell: compiled under a name that only linecache knows."""
    text = textwrap.dedent(text)
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space = {"__name__": "__main__"}
    exec(compile(text, name, "exec"), space)
    return space


def test_a_model_from_a_file_and_from_a_cell_run_alike(tmp_path):
    of_file, spikes = potentials(load_file(tmp_path / "my_model.py", SOURCE).LEAKY)
    of_cell, same = potentials(load_cell(SOURCE, "<ipython-input-1-0123>")["LEAKY"])
    assert len(spikes) > 6
    np.testing.assert_array_equal(of_cell, of_file)
    np.testing.assert_array_equal(same.times, spikes.times)
    assert of_file[:9, 0] == pytest.approx(2.0 * 0.1 * np.cumsum(np.exp(-0.1 / 8.0 * np.arange(9))), abs=0.2)


def test_a_cell_that_is_changed_and_run_again_is_the_new_model():
    first = load_cell(SOURCE, "<ipython-input-2-4567>")["LEAKY"]
    second = load_cell(SOURCE.replace("else V, fires", "else 0.5 * V, fires"), "<ipython-input-3-89ab>")["LEAKY"]
    assert potentials(first)[0].max() > 1.5 * potentials(second)[0].max()


def test_a_model_in_a_notebook_is_created_run_and_recorded(tmp_path, monkeypatch):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.chdir(tmp_path)
    run = """
        from simcore import Simulation
        sim = Simulation(dt=0.1, seed=1, threads=1)
        neuron = sim.create(LEAKY, 2, {"I_e": 3.0})
        trace = sim.record(neuron, "V", interval=0.1)
        spikes = sim.record(neuron)
        results = sim.run(20.0, progress=False)
        print(len(spikes), trace["V"].shape)
        results
    """
    wrong = """
        try:
            sim.create(NeuronModel("odd", {}, {"V": State("mV", "potential")}, {}, step=lambda V: (V, False)))
        except ValueError as error:
            print(type(error).__name__, error)
    """
    import simcore

    root = str(importlib.util.find_spec("simcore").origin).removesuffix("/simcore/__init__.py")
    cells = [f"import sys; sys.path.insert(0, {root!r})", *(textwrap.dedent(c) for c in (SOURCE, run, wrong))]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    nbclient.NotebookClient(book, timeout=120, kernel_name="python3").execute()
    printed = book.cells[2].outputs[0].text
    assert printed == "4 (200, 2)\n", simcore
    assert "<table>" in book.cells[2].outputs[1].data["text/html"]
    assert book.cells[3].outputs[0].text.startswith("ParameterError odd: ")


# -- what functions may use ----------------------------------------------------------------------------------------------------


def cubed(x):
    return x * x * x


def with_default(x, factor=SCALE, *, shift=0.25):
    return factor * x + shift


def outer_helper(x):
    return with_default(cubed(x)) + with_default(x, 2.0, shift=0.0)


def rich(V, count, arriving, dt, tau, mode=False):
    """Numbers, math, NumPy and simcore functions, helpers with defaults, branches and loops."""
    total = 0.0
    for k in range(3):
        total += k * SCALE
    value = math.sin(V) + math.sqrt(abs(V)) + np.tanh(V) + math.pi + fastmath.exp(-abs(V)) + outer_helper(0.01 * V)
    if mode and value > total:
        value = math.floor(2.0 * value) / 2.0
    elif V < -1.0:
        value = max(value, -2.0)
    V = V + dt * (value - V) / tau + arriving
    while V > 5.0:
        V -= 5.0
    count = count + 1 if V > 1.0 else count
    return V, count, count % 3 == 2


RICH = NeuronModel(
    "rich",
    {"tau": Param(2, "ms", "time constant"), "mode": Param(True, "", "whether to round")},
    {"V": State("", "value", start=0.3), "count": State("", "steps above 1", dtype="int32")},
    {"arriving": Input("")},
    rich,
)


@pytest.mark.parametrize("mode", [True, False])
def test_functions_may_use_numbers_math_numpy_helpers_branches_and_loops(mode):
    sim = simulation()
    nodes = sim.create(RICH, 3, {"tau": [2.0, 3.0, 4.0], "mode": mode})
    train = sim.create("spike_generator", params={"spike_times": [2.0, 5.0]})
    sim.connect(train, nodes, weight=2.5)
    trace, spikes = sim.record(nodes, "V", interval=0.1), sim.record(nodes)
    sim.run(20.0)
    for k, tau in enumerate([2.0, 3.0, 4.0]):
        arriving = naive.route(RICH, [(30, 2.5), (60, 2.5)])
        twin = naive.run(RICH, 200, 0.1, params={"tau": tau, "mode": mode}, inputs=arriving)
        np.testing.assert_allclose(trace["V"][:, k], twin.traces["V"], rtol=1e-12, atol=1e-12)
        assert np.rint(10 * spikes.spikes.of([k]).times).tolist() == [stamp for stamp, _ in twin.spikes]


def test_helpers_of_one_name_from_different_places_stay_apart(tmp_path):
    first = """
        def f(x):
            return x + 1.0
        def kernel(x):
            return f(x)
        def step(V):
            return kernel(V), False
    """
    second = """
        def f(x):
            return 10.0 * x
        def slope(V):
            return (f(V),)
    """
    one, two = load_file(tmp_path / "one.py", first), load_file(tmp_path / "two.py", second)
    assert one.f is not two.f
    model = NeuronModel(
        "two_places", {}, {"V": State("", "value")}, {}, one.step, derivatives=two.slope, solver=RKF45(("V",), absolute=1e-10)
    )
    sim = simulation()
    nodes = sim.create(model, 1, {"V": 1.0})
    sim.run(0.1)
    assert nodes.get("V")[0] == pytest.approx(math.exp(1.0) + 1.0, rel=1e-9)


def test_numbers_of_an_enclosing_function_are_taken_as_they_are_when_the_model_is_created():
    def make(rise):
        def step(V, *, dt):
            return V + 10.0 * dt * rise, False

        return NeuronModel("rising", {}, {"V": State("mV", "potential")}, {}, step)

    sim = simulation()
    nodes = [sim.create(make(rise)) for rise in (1.0, np.float64(2.0), np.int64(3), True, -math.inf)]
    with pytest.raises(ArithmeticError, match="rising: V of node 4 became infinite"):
        sim.run(0.1)
    assert [n.get("V")[0] for n in nodes[:4]] == [1.0, 2.0, 3.0, 1.0]


# Names that the generated kernels use for themselves, without and with a solver.
BUSY = {
    False: ["n", "i", "first", "last", "found", "marks", "words", "table", "step", "health", "ids", "scalars"],
    True: ["n", "h", "j", "k", "ratio", "error", "elapsed", "lanes", "share", "rounds", "neuron", "row"],
}


def oscillator(names, solver):
    """A model of two coupled variables, an input and a parameter, under any names."""
    x, y, arriving, rate = names
    if solver:
        text = f"""
            def derivatives({x}, {y}, {rate}):
                return {rate} * {y}, -{rate} * {x}
            def step({x}, {y}, {arriving}, I_stim):
                return {x} + {arriving} + I_stim, {y}, {x} > 1.1
        """
    else:
        text = f"""
            def step({x}, {y}, {arriving}, dt, {rate}, I_stim):
                {x} = {x} + dt * {rate} * {y} + {arriving} + I_stim
                return {x}, {y} - dt * {rate} * {x}, {x} > 1.1
        """
    space = load_cell(textwrap.dedent(text), f"<oscillator {'-'.join(names)} {solver}>")
    more = {"derivatives": space["derivatives"], "solver": RKF45((x, y), absolute=1e-8)} if solver else {}
    state = {x: State("", "one", start=1.0), y: State("", "two")}
    return NeuronModel("oscillator", {rate: Param(0.5, "1/ms", "rate")}, state, {arriving: Input("")}, space["step"], **more)


def swing(names, solver):
    sim = simulation()
    nodes = sim.create(oscillator(names, solver), 2, {names[3]: [0.5, 0.7]})
    train = sim.create("spike_generator", params={"spike_times": [1.0, 3.0]})
    sim.connect(train, nodes, weight=0.3, delay=0.2)
    sim.connect(sim.create("dc_generator", params={"amplitude": 0.002}), nodes)
    traces, spikes = sim.record(nodes, list(names[:2]), interval=0.1), sim.record(nodes)
    sim.run(15.0)
    return traces[names[0]], traces[names[1]], spikes.times


@pytest.mark.parametrize("solver", [False, True])
def test_variables_inputs_and_parameters_may_have_any_names(solver):
    expected = swing(("x_own", "y_own", "arriving_own", "rate_own"), solver)
    assert expected[2].size > 0
    for start in range(0, len(BUSY[solver]), 4):
        names = tuple(BUSY[solver][start : start + 4])
        for found, values in zip(swing(names, solver), expected, strict=True):
            np.testing.assert_array_equal(found, values, err_msg=str(names))


# -- spikes, records, synapses -------------------------------------------------------------------------------------------------


def test_a_step_may_hold_several_spikes():
    def volley(n):
        n = n + 1
        return n, n % 4

    model = NeuronModel("volley", {}, {"n": State("", "steps", dtype="int32")}, {}, volley)
    sim = simulation()
    nodes, counter = sim.create(model, 2), sim.create(COUNTER)
    sim.connect(nodes[0], counter, weight=10.0, delay=0.1)
    recorder, counts = sim.record(nodes[0]), sim.record(counter, "count", interval=0.1)
    sim.run(0.8)
    assert recorder.times.tolist() == [0.1, 0.2, 0.2, 0.3, 0.3, 0.3, 0.5, 0.6, 0.6, 0.7, 0.7, 0.7]
    assert counts["count"][:, 0].tolist() == [0.0, 10.0, 20.0, 30.0, 0.0, 10.0, 20.0, 30.0]


def test_derived_quantities_are_recorded_under_their_own_names():
    def step(V, n):
        return V + 0.5, n + 1, False

    derived = {"twice": ("mV", lambda V: 2.0 * V), "time": ("ms", lambda n, dt: n * dt)}
    state = {"V": State("mV", "potential"), "n": State("", "steps", dtype="int32")}
    sim = simulation()
    model = NeuronModel("derived", {}, state, {}, step, derived=derived, recordables=())
    recorder = sim.record(sim.create(model, 2, {"V": [0.0, 1.0]}), ["twice", "time"], interval=0.2)
    sim.run(1.0)
    np.testing.assert_allclose(recorder["twice"], 2.0 * (np.array([1.0, 2.0, 3.0, 4.0, 5.0])[:, None] + [0.0, 1.0]))
    np.testing.assert_allclose(recorder["time"][:, 0], recorder.times)
    with pytest.raises(UnknownNameError, match="unknown recordable of derived 'V'"):
        sim.record(sim.nodes, "V")


def test_a_synapse_of_the_users_own_sends_what_its_function_returns():
    def fading(weight, interval, first, k, share):
        k = k * share if interval < math.inf else k
        first = first + 1.0
        return weight * k, first, k

    model = SynapseModel(
        "fading",
        {"share": Param(0.5, "", "what is left")},
        {"first": State("", "spikes"), "k": State("", "strength", 1.0)},
        fading,
    )
    sim = simulation()
    train, target = sim.create("spike_generator", params={"spike_times": [1.0, 2.0, 3.0]}), sim.create(COUNTER, 2)
    made = sim.connect_edges(
        train.ids.repeat(2), target.ids, weight=8.0, delay=0.1, synapse=model, params={"share": [0.5, 0.25]}
    )
    recorder = sim.record(target, "count", interval=0.1)
    sim.run(4.0)
    assert recorder["count"][[10, 20, 30]].tolist() == [[8.0, 8.0], [4.0, 2.0], [2.0, 0.5]]
    assert sim.connectivity(made)["first"].tolist() == [3.0, 3.0]


def test_generated_files_are_real_and_named_by_their_content():
    body = "\n\n@compiled_callback(int64(int64, int64))\ndef kernel(table, step):\n    return step + 41\n"
    first, again = load_kernel("a test", body), load_kernel("a test", body)
    other = load_kernel("a test", body.replace("41", "42"))
    assert first is again
    assert other is not first
    with open(first.__file__) as file:
        assert "return step + 41" in file.read()


def test_a_number_that_a_model_reads_stays_what_it_was_when_the_simulation_first_ran():
    space = load_cell(
        """
        RISE = 1.0
        def step(V):
            return V + RISE, False
        """,
        "<rising-number>",
    )
    model = NeuronModel("rises", {}, {"V": State("mV", "potential")}, {}, space["step"])
    sim = simulation()
    nodes = sim.create(model)
    sim.run(0.1)
    space["RISE"] = 10.0
    nodes.set(V=0.0)
    sim.run(0.1)
    assert nodes.get("V").tolist() == [1.0]
    other = simulation()
    nodes = other.create(model)
    other.run(0.1)
    assert nodes.get("V").tolist() == [10.0]

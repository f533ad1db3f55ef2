"""Models of the user's own: typed in a file or a notebook cell, run and recorded like built-in ones; and good errors."""

import importlib.util
import linecache
import math
import textwrap

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from simcore import RKF45, Input, NeuronModel, Param, Simulation, State, SynapseModel, fastmath
from simcore.errors import ParameterError, UnknownNameError
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


# -- adaptive steps ------------------------------------------------------------------------------------------------------------


def linoid(x):
    """x / (1 - exp(-x)), without the hole at zero."""
    return x / (1.0 - math.exp(-x)) if abs(x) > 1e-6 else 1.0 + 0.5 * x


def gates(V, m, h, n, I_stim, g_Na, g_K, g_L, E_Na, E_K, E_L, C_m, I_e):
    """Hodgkin & Huxley 1952 (doi:10.1113/jphysiol.1952.sp004764), rest at -65 mV."""
    rise_m, fall_m = linoid(0.1 * (V + 40.0)), 4.0 * math.exp(-(V + 65.0) / 18.0)
    rise_h, fall_h = 0.07 * math.exp(-(V + 65.0) / 20.0), 1.0 / (1.0 + math.exp(-0.1 * (V + 35.0)))
    rise_n, fall_n = 0.1 * linoid(0.1 * (V + 55.0)), 0.125 * math.exp(-(V + 65.0) / 80.0)
    current = g_Na * m**3 * h * (V - E_Na) + g_K * n**4 * (V - E_K) + g_L * (V - E_L)
    return (
        (I_e + I_stim - current) / C_m,
        rise_m * (1 - m) - fall_m * m,
        rise_h * (1 - h) - fall_h * h,
        rise_n * (1 - n) - fall_n * n,
    )


def upstroke(V, m, h, n, before, arriving):
    """A spike is an upward crossing of 0 mV."""
    return V + arriving, m, h, n, V, V >= 0.0 and before < 0.0


SQUID = NeuronModel(
    "squid",
    {
        "g_Na": Param(120.0, "mS/cm2", "sodium"), "g_K": Param(36.0, "mS/cm2", "potassium"),
        "g_L": Param(0.3, "mS/cm2", "leak"),
        "E_Na": Param(50.0, "mV", "sodium"), "E_K": Param(-77.0, "mV", "potassium"), "E_L": Param(-54.4, "mV", "leak"),
        "C_m": Param(1.0, "uF/cm2", "capacitance"), "I_e": Param(0.0, "uA/cm2", "current"),
        "tol": Param(1e-11, "", "tolerance"),
    },
    {
        "V": State("mV", "potential", -65.0), "m": State("", "activation", 0.05), "h": State("", "inactivation", 0.6),
        "n": State("", "activation", 0.32), "before": State("mV", "potential a step ago", -65.0),
    },
    {"arriving": Input("mV")}, upstroke, derivatives=gates, solver=RKF45(("V", "m", "h", "n"), absolute="tol", relative="tol"),
)  # fmt: skip


def exact(parameters, current, duration):
    """The same equations by SciPy, at tight tolerance."""
    p = {**SQUID.defaults(), **parameters}
    order = ("g_Na", "g_K", "g_L", "E_Na", "E_K", "E_L", "C_m", "I_e")

    def slope(t, y):
        return gates(*y, current, *(p[name] for name in order))

    times = np.arange(1, round(duration / 0.1) + 1) / 10
    return solve_ivp(slope, (0.0, duration), [-65.0, 0.05, 0.6, 0.32], method="DOP853", rtol=1e-12, atol=1e-12, t_eval=times).y


def test_adaptive_steps_of_a_hodgkin_huxley_model_follow_scipy_neuron_by_neuron():
    n = 140
    values = {"I_e": np.linspace(5.0, 15.0, n), "g_K": np.linspace(30.0, 40.0, n)}
    sim = simulation()
    nodes = sim.create(SQUID, n, values)
    sim.connect(sim.create("dc_generator", params={"amplitude": 2.0, "start": 0.0}), nodes, delay=0.1)
    nodes.set(I_e=values["I_e"] - 2.0)
    recorder, spikes = sim.record(nodes, ["V", "m", "h", "n"], interval=0.1), sim.record(nodes)
    # The current arrives two steps late; until then I_e makes up for it.
    nodes.set(I_e=values["I_e"])
    sim.run(0.2)
    nodes.set(I_e=values["I_e"] - 2.0)
    sim.run(29.8)
    for k in (0, 77, 127, 128, 139):
        expected = exact({name: value[k] for name, value in values.items()}, 0.0, 30.0)
        for name, trace in zip(("V", "m", "h", "n"), expected, strict=True):
            np.testing.assert_allclose(recorder[name][:, k], trace, rtol=0.0, atol=2e-6 if name == "V" else 1e-8)
        crossings = np.flatnonzero((expected[0][1:] >= 0.0) & (expected[0][:-1] < 0.0)) + 2
        assert np.rint(10 * spikes.spikes.of([k]).times).tolist() == crossings.tolist()
        assert crossings.size >= 1


def test_error_of_adaptive_steps_falls_with_the_tolerance():
    expected = exact({"I_e": 10.0}, 0.0, 15.0)[0]
    errors = []
    for tol in (1e-4, 1e-6, 1e-8, 1e-10):
        sim = simulation()
        recorder = sim.record(sim.create(SQUID, params={"I_e": 10.0, "tol": tol}), "V", interval=0.1)
        sim.run(15.0)
        errors.append(np.abs(recorder["V"][:, 0] - expected).max())
    assert errors[0] < 1.0
    for large, small in zip(errors, errors[1:], strict=False):
        assert small < 0.1 * large


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


# -- what is refused -----------------------------------------------------------------------------------------------------------

V = {"V": State("mV", "potential")}
ARRAY = np.arange(3.0)


def keep(V):
    return V, False


def odd_argument(V, tauu):
    return V / tauu, False


def too_few(V):
    return V


def too_many(V):
    return V, V, False


def none(V):
    V = V + 1.0


def text(V):
    return "a", False


def array_global(V):
    return V + ARRAY[0], False


def undefined(V):
    return V + not_there, False  # noqa: F821


def library(V):
    return np.linalg.norm(V), False


def file(V):
    return V + open("x").read(), False


def two_slopes(V):
    return V, V


def slope(V):
    return (-V,)


def fails(p, dt):
    return {"x": 1.0 / (p["tau"] - p["tau"])}


def no_dict(p, dt):
    return 5.0


def no_number(p, dt):
    return {"x": "five"}


def only_numbers(p, dt):
    return {"x": p["tau"] if p["tau"] > 1.0 else 1.0}


def takes_x(V, x):
    return V + x, False


def numbered():
    space = {}
    exec("def step(V):\n    return V, False\n", space)
    return space["step"]


TAU = {"tau": Param(10.0, "ms", "time constant")}
REFUSED = {
    "lambda": ({"step": lambda V: (V, False)}, ParameterError, "odd: got .*expected a function written with def"),
    "without source": ({"step": numbered()}, ParameterError, "odd: 'step'.*source cannot be read"),
    "unknown argument": ({"step": odd_argument}, UnknownNameError, r"argument of odd: step\(\) 'tauu'; did you mean 'tau'"),
    "too few results": ({"step": too_few}, ParameterError, r"odd: step\(\): got '1 results', expected 2: V, spikes"),
    "too many results": ({"step": too_many}, ParameterError, r"odd: step\(\): got '3 results', expected 2: V, spikes"),
    "no result": ({"step": none}, ParameterError, r"odd: step\(\): got '1 results', expected 2"),
    "text": ({"step": text}, ParameterError, r"odd: step\(\): result V: got .*expected a number"),
    "array": ({"step": array_global}, ParameterError, r"odd: array_global\(\) uses 'ARRAY'.*expected numbers, functions"),
    "undefined": ({"step": undefined}, ParameterError, r"odd: undefined\(\): got .*the undefined name 'not_there'"),
    "library": ({"step": library}, ParameterError, r"odd: step\(\): got .*expected numbers, if, loops"),
    "file": ({"step": file}, ParameterError, r"odd: step\(\): got .*expected numbers, if, loops"),
    "slopes": (
        {"step": keep, "derivatives": two_slopes, "solver": RKF45(("V",))}, ParameterError,
        r"odd: derivatives\(\): got '2 results', expected 1: dV/dt",
    ),
    "solver of nothing": (
        {"step": keep, "derivatives": slope, "solver": RKF45(("W",))}, UnknownNameError, "variable of the solver of odd 'W'",
    ),
    "tolerance of nothing": (
        {"step": keep, "derivatives": slope, "solver": RKF45(("V",), absolute="tol")}, UnknownNameError,
        "tolerance of the solver of odd 'tol'",
    ),
    "substep": (
        {"step": keep, "derivatives": slope, "substep": too_few, "solver": RKF45(("V",))}, ParameterError,
        r"odd: substep\(\): got '1 results', expected 2: V, spikes",
    ),
    "constants fail": ({"step": takes_x, "constants": fails}, ParameterError, r"odd: constants\(\): got 'ZeroDivisionError"),
    "constants are no dictionary": ({"step": takes_x, "constants": no_dict}, ParameterError, r"odd: constants\(\): got 5.0"),
    "constants are no numbers": ({"step": takes_x, "constants": no_number}, ParameterError, r"odd: constants.*: x: got 'five'"),
    "recordable": ({"step": keep, "recordables": ("W",)}, UnknownNameError, "recordable of odd 'W'"),
    "derived": ({"step": keep, "derived": {"w": ("mV", lambda W: W)}}, UnknownNameError, r"argument of odd: w\(\) 'W'"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_model_that_cannot_run_is_refused_when_it_is_created_and_leaves_nothing(case):
    given, error, message = REFUSED[case]
    sim = simulation()
    sim.create("iaf_psc_exp")
    with pytest.raises(error, match=message) as caught:
        sim.create(NeuronModel("odd", TAU, V, {}, **given), 5)
    assert "numba" not in str(caught.value).lower()
    assert len(str(caught.value)) < 400
    assert (sim.n_nodes, len(sim.populations)) == (1, 1)
    sim.run(1.0)


def test_constants_that_take_no_arrays_are_refused_when_parameters_are_arrays():
    sim = simulation()
    model = NeuronModel("numbers_only", TAU, V, {}, takes_x, constants=only_numbers)
    nodes = sim.create(model, 3, {"tau": 5.0})
    message = r"numbers_only: constants\(\): got 'ValueError.*expected a result; parameters are arrays, one value a neuron"
    with pytest.raises(ParameterError, match=message):
        sim.create(model, 3, {"tau": [1.0, 2.0, 3.0]})
    with pytest.raises(ParameterError, match=message):
        nodes[0].set(tau=6.0)
    assert sim.n_nodes == 3
    sim.run(0.1)
    assert nodes.get("V").tolist() == [5.0] * 3


WRONG_RECORDS = [
    ({"name": "no name"}, "name: got 'no name', expected a Python identifier"),
    ({"derivatives": slope}, "odd: solver: got None, expected derivatives and solver together"),
    ({"solver": RKF45(("V",))}, "expected derivatives and solver together"),
    ({"parameters": {"V": Param(1.0, "mV", "twice")}}, r"odd: got \['V'\], expected names used once"),
    ({"inputs": {"V": Input("mV")}}, r"odd: got \['V'\], expected names used once"),
    ({"parameters": {"dt": Param(1.0, "ms", "step")}}, r"odd: got \['dt'\]"),
    ({"inputs": {"I_stim": Input("pA")}}, r"odd: got \['I_stim'\]"),
    ({"inputs": {"spikes": Input("pA")}}, r"odd: got \['spikes'\]"),
    ({"parameters": {"solver_step": Param(1.0, "ms", "step")}}, r"odd: got \['solver_step'\]"),
]


@pytest.mark.parametrize(("given", "message"), WRONG_RECORDS, ids=str)
def test_a_record_that_contradicts_itself_is_refused_when_it_is_made(given, message):
    with pytest.raises(ParameterError, match=message):
        NeuronModel(**{"name": "odd", "parameters": {}, "state": V, "inputs": {}, "step": keep, **given})
    with pytest.raises(ParameterError, match="Input: takes: got 'some', expected any, positive, negative or count"):
        Input("mV", takes="some")


def test_a_synapse_that_cannot_run_is_refused_when_it_is_connected():
    def lost(weight, interval):
        return weight

    def strange(weight, interval, y):
        return weight, y

    sim = simulation()
    nodes = sim.create("iaf_psc_exp", 2)
    for function, state, error, message in [
        (lost, {"x": State("", "state")}, ParameterError, r"odd: on_spike\(\): got '1 results', expected 2: sent, x"),
        (strange, {"x": State("", "state")}, UnknownNameError, r"argument of odd: on_spike\(\) 'y'"),
    ]:
        with pytest.raises(error, match=message):
            sim.connect(nodes, nodes, synapse=SynapseModel("odd", {}, state, function))
    with pytest.raises(ParameterError, match="SynapseModel: name"):
        SynapseModel("no name", {}, {})
    assert sim.projections == []


def test_generated_files_are_real_and_named_by_their_content(tmp_path):
    body = "\n\n@compiled_callback(int64(int64, int64))\ndef kernel(table, step):\n    return step + 41\n"
    first, again = load_kernel("a test", body), load_kernel("a test", body)
    other = load_kernel("a test", body.replace("41", "42"))
    assert first is again
    assert other is not first
    with open(first.__file__) as file:
        assert "return step + 41" in file.read()
    assert load_cell(SOURCE, "<again>")["LEAKY"] is not None


def test_a_number_that_a_model_reads_stays_what_it_was_when_the_simulation_first_ran():
    space = load_cell(
        """
        RISE = 1.0
        def step(V):
            return V + RISE, False
        """,
        "<rising-number>",
    )
    model = NeuronModel("rises", {}, V, {}, space["step"])
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

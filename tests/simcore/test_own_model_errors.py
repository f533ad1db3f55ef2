"""Models of the user's own that cannot run: refused when they are created, by name, and without a trace."""

import numpy as np
import pytest

from simcore import RKF45, Input, NeuronModel, Param, Simulation, State, SynapseModel
from simcore.errors import NumericalError, ParameterError, UnknownNameError


def simulation():
    return Simulation(dt=0.1, seed=1, threads=1)


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


def rolls_dice(V):
    return V + np.random.rand(), False  # noqa: NPY002


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
    "random numbers": ({"step": rolls_dice}, ParameterError, r"odd: rolls_dice\(\): got .*numpy.random.*noise_generator"),
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


def counts_n(V, n):
    return V, n


@pytest.mark.parametrize("number", [-1.0, np.nan, 2.5, 5e9, np.inf])
def test_a_number_of_spikes_that_is_none_stops_the_run(number):
    sim = simulation()
    n = {"n": Param(1.0, "", "spikes", infinite=True)}
    neurons = sim.create(NeuronModel("counting", n, V, {}, counts_n), 3)
    sim.run(1.0)
    sim.populations[0].parameters["n"] = np.array([1.0, number, 0.0])  # past the check of values, which refuses NaN
    sim.set(neurons, V=0.0)
    with pytest.raises(NumericalError, match=r"counting: step\(\) returned for node 1 at 1.1 ms a number of spikes"):
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


@pytest.mark.parametrize(("given", "message"), WRONG_RECORDS, ids=[message for _, message in WRONG_RECORDS])
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

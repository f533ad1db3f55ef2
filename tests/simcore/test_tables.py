"""What models show of themselves: everything that can be set, and nothing that a notebook could take for HTML."""

import pytest

from simcore import Input, NeuronModel, Param, State, devices, models, synapses

EVERY_MODEL = [r.get(name) for r in (models.REGISTRY, synapses.REGISTRY, devices.REGISTRY) for name in r.names()]


def own_step(V_m, arriving, tau):
    return V_m - V_m / tau + arriving, False


OWN = NeuronModel(
    "own", {"tau": Param(10.0, "ms", "time <constant>", above=0.0)}, {"V_m": State("mV", "potential")},
    inputs={"arriving": Input("mV")}, step=own_step,
)  # fmt: skip


@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda m: m.name)
def test_every_model_prints_all_that_can_be_set_with_its_meaning(model):
    lines = str(model).splitlines()
    assert lines[0] == model.name
    for name, item in model.settable.items():
        (line,) = [line for line in lines[2:] if line.split()[0] == name]
        assert line.endswith(item.doc)
        assert f"<td>{name}</td>" in model._repr_html_()


def test_a_model_of_ones_own_is_shown_like_a_built_in_one():
    assert repr(OWN) == "NeuronModel('own': tau, tau_minus, V_m)"
    assert str(OWN).splitlines() == [
        "own",
        "name       default  unit  allowed  meaning",
        "tau        10       ms    > 0      time <constant>",
        "tau_minus  20       ms    > 0      time constant of the trace of its spikes in plastic synapses onto it",
        "V_m        0        mV             potential",
        "can be recorded: spikes, V_m",
        "receptor types: 0",
    ]
    assert "<td>time &lt;constant&gt;</td>" in OWN._repr_html_()

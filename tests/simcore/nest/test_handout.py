"""A course written for NEST 2 runs as it stands: every block of PyNEST's primer, part 1, in order."""

from pathlib import Path

import numpy as np
import pytest

import simcore.nest as nest
from simcore.nest import _old_names

SPIKES = [
    59.3, 120.6, 181.9, 243.2, 304.5, 365.8, 427.1, 488.4, 549.7, 611.0, 672.3, 733.6, 794.9, 856.2, 917.5, 978.8,
]  # fmt: skip


def blocks():
    text = Path(__file__).with_name("handout.txt").read_text()
    code = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return [block.strip() for block in code.split("%%")]


@pytest.fixture
def page():
    """Runs blocks of the page by number, in one namespace."""
    import matplotlib

    matplotlib.use("Agg")
    nest.ResetKernel()
    namespace: dict = {}

    def run(first, last):
        for block in blocks()[first : last + 1]:
            exec(compile(block, "handout", "exec"), namespace)
        return namespace

    yield run
    matplotlib.pyplot.close("all")
    nest.ResetKernel()


@pytest.mark.filterwarnings("ignore:.*old name:DeprecationWarning", "ignore:.*non-interactive:UserWarning")
class TestPrimer:
    def test_one_neuron_spikes_where_the_page_shows_it(self, page):
        found = page(0, 13)
        np.testing.assert_allclose(found["dSD"]["times"], SPIKES, atol=1e-9)
        assert set(found["evs"]) == {1}
        assert found["Vms"].size == 999
        assert found["Vms"].min() == -70.0
        assert -56.0 < found["Vms"].max() < -55.0

    def test_two_neurons_share_a_multimeter_and_are_told_apart_by_slices(self, page):
        page(0, 9)
        page(14, 15)
        page(10, 12)
        found = page(16, 16)
        assert found["Vms1"].size == found["Vms2"].size == 999
        np.testing.assert_array_equal(found["ts1"], found["ts2"])
        assert not np.array_equal(found["Vms1"], found["Vms2"])
        assert set(found["dmm"]["events"]["senders"][::2]) == {1}

    def test_noise_drives_the_neuron_as_the_page_describes(self, page):
        page(0, 9)
        page(17, 19)
        found = page(10, 13)
        # The mean input, 80 kHz of 1.2 pA less 15 kHz of 2 pA through currents of 2 ms e, keeps the neuron near threshold.
        assert found["Vms"].std() > 0.5
        assert 3 <= found["ts"].size <= 80

    def test_second_neuron_shows_postsynaptic_potentials(self, page):
        found = page(20, 21)
        nest.Simulate(1000.0)
        V = found["multimeter"].get("events", "V_m")
        times = found["multimeter"].get("events", "times")
        # Each spike of the first neuron lifts the second by up to 0.13 mV some milliseconds after the delay of 1 ms.
        assert V[times < SPIKES[0] + 1.0].max() == -70.0
        for spike in SPIKES[:-1]:
            near = (times > spike + 3.0) & (times < spike + 12.0)
            assert -69.9 < V[near].max() < -69.8 + 0.1
        page(22, 22)
        assert nest.num_connections == 3


def test_every_block_runs_in_order(page):
    _old_names._said.clear()
    with pytest.warns(DeprecationWarning, match="old name") as told:
        page(0, len(blocks()) - 1)
    said = [str(w.message) for w in told if "old name" in str(w.message)]
    assert len(said) == len(set(said)), "an old name is told once"
    for old in ("'spike_detector'", "Models()", "GetStatus()", "SetStatus()", "'withtime'", "'withgid'"):
        assert any(old in text for text in said), old


def test_an_old_name_says_the_new_one():
    _old_names._said.clear()
    nest.ResetKernel()
    with pytest.warns(DeprecationWarning, match="'spike_recorder'"):
        recorder = nest.Create("spike_detector")
    assert recorder.model == "spike_recorder"

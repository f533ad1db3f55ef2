"""A graph that is sent to several ranks gives the same spikes, and each rank keeps its own edges only."""

import numpy as np

from tests.reference import mpi

pytestmark = mpi.needs_mpi

SCRIPT = """
import numpy as np
import netgraph as ng
import netgraph.generation as gen
import netgraph.simulation as ns

groups = [ng.NeuralGroup(450, neuron_type=1, neuron_model="iaf_psc_exp", neuron_param={"I_e": 420.0}),
          ng.NeuralGroup(150, neuron_type=-1, neuron_model="aeif_psc_alpha", neuron_param={"I_e": 900.0})]
pop = ng.NeuralPop.from_groups(groups, names=["exc", "inh"])
net = gen.gaussian_degree(40.0, 5.0, population=pop, weights=("normal", 12.0, 2.0), delays=("uniform", 1.0, 4.0), seed=4)
sim = net.to_sim(dt=0.1, seed=9, threads=1)
ns.randomize_neural_states(net, {"V_m": ("uniform", -70.0, -55.0)})
ns.monitor_groups(net, pop)
results = sim.run(100.0)
"""


def test_a_graph_on_two_ranks_spikes_as_in_one_process_and_each_keeps_its_edges(tmp_path):
    save = f"""
held = [p.targets.size for p in sim.projections]
assert sum(held) < 0.6 * net.n_edges, held
assert sum(sim.ranks.share(sum(held))) == net.n_edges
if sim.rank == 0:
    np.savez({str(tmp_path / "found.npz")!r}, times=results.spikes.times, ids=results.spikes.ids)
"""
    code, out, err = mpi.start(SCRIPT + save, n=2).wait()
    assert code == 0, out + err
    space = {}
    exec(SCRIPT, space)  # noqa: S102
    expected = space["results"].spikes
    assert len(expected) > 500
    with np.load(tmp_path / "found.npz") as found:
        np.testing.assert_array_equal(found["times"], expected.times)
        np.testing.assert_array_equal(found["ids"], expected.ids)

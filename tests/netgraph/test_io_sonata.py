"""SONATA: the layout that others read, indices, types, signs of weights; circuits of others; links and broken files."""

import csv
import json
import subprocess
import sys
from itertools import count
from pathlib import Path

import h5py
import numpy as np
import pytest

import netgraph.io as io
from netgraph import Graph, Network, NeuralGroup, NeuralPop
from simcore.errors import FileFormatError, TooLargeError, UnknownNameError


@pytest.fixture
def network():
    groups = {
        "e x": NeuralGroup([4, 0, 2], neuron_model="iaf_psc_exp", neuron_param={"V_m": [-61.0, -62.0, -63.0], "tau_m": 9.0}),
        "i": NeuralGroup([1, 3], -1, neuron_model="iaf_psc_alpha", neuron_param={"C_m": ("uniform", 100.0, 200.0)}),
    }
    spec = {("e x", "i"): {"synapse_model": "tsodyks2_synapse", "U": 0.4, "tau_rec": ("normal", 100.0, 1.0)}}
    population = NeuralPop.from_groups(groups, syn_spec=spec)
    weights = [1.0, 2.0, 3.0, 4.0, 5.0, 0.0]
    net = Network.from_edges([4, 1, 0, 4, 4, 3], [1, 0, 0, 2, 1, 3], population=population, weights=weights, delays=1.5)
    net.set_positions([[float(i), 1.0, 2.0] for i in range(5)])
    return net


def types(path):
    with path.open() as file:
        return list(csv.DictReader(file, delimiter=" "))


def test_nodes_have_types_of_their_groups_and_parameters_by_neuron(network, tmp_path):
    folder = io.save(network, tmp_path / "a.sonata", population="cortex")
    rows = types(folder / "node_types.csv")
    assert [row["pop_name"] for row in rows] == ["e_x", "i"]
    assert [row["model_template"] for row in rows] == ["nest:iaf_psc_exp", "nest:iaf_psc_alpha"]
    assert [row["ei"] for row in rows] == ["e", "i"]
    assert json.loads((folder / rows[0]["dynamics_params"]).read_text()) == {"tau_m": 9.0}
    with h5py.File(folder / "nodes.h5") as file:
        assert (file.attrs["magic"], file.attrs["version"].tolist()) == (0x0A7A, [0, 1])
        group = file["nodes/cortex"]
        numbers = [int(row["node_type_id"]) for row in rows]
        assert group["node_type_id"][:].tolist() == [numbers[0], numbers[1], numbers[0], numbers[1], numbers[0]]
        assert group["0/x"][:].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
        assert group["0/dynamics_params/V_m"][[0, 2, 4]].tolist() == [-62.0, -63.0, -61.0]
        assert group["node_group_index"][:].tolist() == [0, 1, 2, 3, 4]
        assert not group["node_group_id"][:].any()


def test_edges_have_signs_synapses_and_indices(network, tmp_path):
    folder = io.save(network, tmp_path / "a.sonata")
    with h5py.File(folder / "edges.h5") as file:
        group = file["edges/netgraph_to_netgraph"]
        assert group["source_node_id"].attrs["node_population"] == "netgraph"
        assert group["0/syn_weight"][:].tolist() == [1.0, -2.0, 3.0, 4.0, 5.0, 0.0]
        assert group["0/delay"][:].tolist() == [1.5] * 6
        edge_types = group["edge_type_id"][:]
        for key, ends in (("source_to_target", network.source), ("target_to_source", network.target)):
            nodes, ranges = group[f"indices/{key}/node_id_to_ranges"][:], group[f"indices/{key}/range_to_edge_id"][:]
            for node in range(5):
                edges = [e for first, last in ranges[nodes[node, 0] : nodes[node, 1]] for e in range(first, last)]
                assert edges == np.flatnonzero(ends == node).tolist()
    by_number = {int(row["edge_type_id"]): row for row in types(folder / "edge_types.csv")}
    models = [by_number[number]["model_template"] for number in edge_types]
    assert models == ["tsodyks2_synapse", *["static_synapse"] * 3, "tsodyks2_synapse", "static_synapse"]
    assert json.loads((folder / by_number[edge_types[0]]["dynamics_params"]).read_text()) == {"U": 0.4}


def test_every_file_of_the_configuration_is_there(network, tmp_path):
    folder = io.save(network, tmp_path / "a.sonata")
    config = json.loads((folder / "circuit_config.json").read_text())
    for kind in ("nodes", "edges"):
        for entry in config["networks"][kind]:
            for name in entry.values():
                assert (folder / name.replace("$BASE_DIR", ".")).is_file()
    assert io.load(folder / "circuit_config.json", "sonata").population == network.population


def test_a_circuit_is_replaced_whole_or_not_at_all_and_other_files_stay(tmp_path, monkeypatch):
    old, new = Graph(3), Graph.from_edges([0, 1], [1, 1], n_nodes=2)
    folder = io.save(old, tmp_path / "a.sonata")
    (folder / "mine.txt").write_text("notes")
    (tmp_path / "link.sonata").symlink_to(folder)
    rename = Path.rename

    def stopped(path, goal):
        if next(counter) == 0:
            raise KeyboardInterrupt
        return rename(path, goal)

    monkeypatch.setattr(Path, "rename", stopped)
    for n_before in range(10):
        counter = count(-n_before)
        with pytest.raises(KeyboardInterrupt):
            io.save(new, tmp_path / "link.sonata")
        assert io.load(folder).n_nodes == 3
    monkeypatch.undo()
    io.save(new, tmp_path / "link.sonata")
    assert io.load(folder).n_edges == 2
    assert (folder / "mine.txt").read_text() == "notes"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.sonata", "link.sonata"]
    (folder / "edges.h5").unlink()
    (folder / "edges.h5").mkdir()
    with pytest.raises(IsADirectoryError, match=r"edges\.h5"):
        io.save(old, folder)
    assert sorted(path.name for path in folder.iterdir())[:3] == ["circuit_config.json", "edge_types.csv", "edges.h5"]


def test_a_folder_without_a_circuit_is_not_taken_for_one(tmp_path):
    for function in (lambda: io.save(Graph(2), tmp_path), lambda: io.load(tmp_path)):
        with pytest.raises(UnknownNameError, match="end of a file's name"):
            function()
    assert list(tmp_path.iterdir()) == []
    assert io.load(io.save(Graph(2), tmp_path, "sonata")).n_nodes == 2


def test_constant_columns_take_no_room(tmp_path):
    n = 200_000
    graph = Graph.from_edges(np.zeros(n, int), np.ones(n, int), weights=2.0, delays=1.0, attributes={"a": 1, "b": 2.5})
    graph.edges["full"] = np.arange(n)
    sizes = [path.stat().st_size for path in io.save(graph, tmp_path / "a.sonata").glob("edges.h5")]
    assert sizes[0] < n * 8 * 5.2


@pytest.fixture
def foreign(tmp_path):
    """Two populations in files of their own, as BMTK writes them."""
    with h5py.File(tmp_path / "v1_nodes.h5", "w") as file:
        group = file.create_group("nodes/v1")
        group["node_id"] = np.array([10, 20, 30])
        group["node_type_id"] = np.array([100, 101, 100])
        group["node_group_id"] = np.array([0, 1, 0])
        group["node_group_index"] = np.array([1, 0, 0])
        group["0/positions"] = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
        group["0/layer"] = np.array([b"L4", b"L5"])
        group["1/depth"] = np.array([7], dtype=np.float32)
        group["1/@library/kind"] = np.array(["a", "b"], dtype=h5py.string_dtype())
        group["1/kind"] = np.array([1], dtype=np.uint8)
    with h5py.File(tmp_path / "lgn_nodes.h5", "w") as file:
        file["nodes/lgn/node_type_id"] = np.array([5, 5])
        file.create_group("nodes/lgn/0")
    with h5py.File(tmp_path / "edges.h5", "w") as file:
        group = file.create_group("edges/lgn_to_v1")
        group["source_node_id"], group["target_node_id"] = np.array([1, 0], np.uint64), np.array([30, 10], np.uint64)
        group["source_node_id"].attrs["node_population"] = "lgn"
        group["target_node_id"].attrs["node_population"] = b"v1"
        group["edge_type_id"] = np.array([1, 2])
        group["edge_group_id"], group["edge_group_index"] = np.array([0, 0]), np.array([0, 1])
        group["0/syn_weight"] = np.array([-0.5, 0.25])
    (tmp_path / "v1_types.csv").write_text('node_type_id pop_name tau model\n100 "e l" 10 NULL\n101 i NULL NULL\n')
    (tmp_path / "edge_types.csv").write_text("edge_type_id delay model_template\n1 2.0 exp2syn\n2 1.5 exp2syn\n")
    config = {
        "manifest": {"$DIR": "${configdir}", "$NET": "$DIR"},
        "networks": {
            "nodes": [
                {"nodes_file": "$NET/v1_nodes.h5", "node_types_file": "$NET/v1_types.csv"},
                {"nodes_file": "$NET/lgn_nodes.h5", "node_types_file": None},
            ],
            "edges": [{"edges_file": "$NET/edges.h5", "edge_types_file": "$NET/edge_types.csv"}],
        },
    }
    (tmp_path / "circuit_config.json").write_text(json.dumps(config))
    return tmp_path


def test_circuits_of_others_become_one_graph(foreign):
    graph = io.load(foreign, "sonata")
    assert graph.nodes["population"].tolist() == ["v1", "v1", "v1", "lgn", "lgn"]
    assert graph.nodes["pop_name"].tolist() == ["e l", "i", "e l", "", ""]
    assert graph.nodes["layer"].tolist() == ["L5", "", "L4", "", ""]
    assert graph.nodes["kind"].tolist() == ["", "b", "", "", ""]
    assert graph.nodes["x"][[0, 2]].tolist() == [4.0, 1.0]
    assert graph.nodes["tau"][0] == 10.0
    assert np.isnan(graph.nodes["tau"][[1, 3]]).all()
    assert (graph.source.tolist(), graph.target.tolist()) == ([4, 3], [2, 0])
    assert graph.edges["weight"].tolist() == [-0.5, 0.25]
    assert graph.edges["delay"].tolist() == [2.0, 1.5]
    assert graph.edges["model_template"].tolist() == ["exp2syn", "exp2syn"]
    with pytest.raises(UnknownNameError, match="population of nodes 'v2'; choose from: lgn, v1"):
        io.load(foreign, "sonata", nodes="v2", edges="none")
    assert io.load(foreign / "circuit_config.json", "sonata", edges="lgn_to_v1").n_edges == 2
    with pytest.raises(FileFormatError, match="edges of nodes of 'v1', expected lgn|edges of nodes of 'v1'"):
        io.load(foreign, "sonata", nodes="lgn")


def change(path, function):
    with h5py.File(path, "r+") as file:
        function(file)


def replace(key, values):
    def run(file):
        del file[key]
        file[key] = values

    return run


def link(file):
    del file["nodes/v1/node_id"]
    file["nodes/v1/node_id"] = h5py.ExternalLink("lgn_nodes.h5", "nodes/lgn/node_type_id")


def huge(file):
    del file["nodes/lgn/node_type_id"]
    file.create_dataset("nodes/lgn/node_type_id", shape=(10**9,), dtype="i8", fillvalue=5)


@pytest.mark.parametrize(
    ("name", "function", "message"),
    [
        ("edges.h5", replace("edges/lgn_to_v1/target_node_id", np.array([30, 11])), "edges of nodes of ''|not there"),
        ("edges.h5", replace("edges/lgn_to_v1/edge_group_index", np.array([0, 9])), r"\(2,\) values of 'syn_weight'"),
        ("edges.h5", replace("edges/lgn_to_v1/source_node_id", np.array([0])), "edges of nodes of ''"),
        ("edges.h5", lambda f: f.pop("edges/lgn_to_v1/source_node_id"), "KeyError|source_node_id"),
        ("v1_nodes.h5", link, "'node_id', a link to another file"),
        ("v1_nodes.h5", replace("nodes/v1/0/layer", np.array([1 + 2j, 3])), "'layer' of type complex128"),
        ("v1_nodes.h5", lambda f: f.copy("nodes/v1", "nodes/lgn"), "two populations of nodes 'lgn'"),
    ],
)
def test_broken_circuits_are_refused(foreign, name, function, message):
    change(foreign / name, function)
    with pytest.raises(FileFormatError, match=message):
        io.load(foreign, "sonata")


def test_a_dataset_that_claims_too_much_takes_no_memory(foreign, monkeypatch):
    change(foreign / "lgn_nodes.h5", huge)
    monkeypatch.setattr("simcore.memory.free_bytes", lambda: 10**9)
    with pytest.raises(TooLargeError, match=r"1.0e\+09 nodes need about 8.0 GB"):
        io.load(foreign, "sonata")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("circuit_config.json", "{\n'a'", "circuit_config.json, line 2"),
        ("circuit_config.json", "{}", "KeyError: 'networks'"),
        (
            "circuit_config.json",
            '{"manifest": {"$A": "$B$B", "$B": "$A$A"}, "networks": {"nodes": [{"f": "$A"}]}}',
            "name each other",
        ),
        ("circuit_config.json", '{"networks": {"nodes": [{"nodes_file": "none.h5"}]}}', "a file that is not there"),
        ("edges.h5", "hello", "a SONATA circuit in HDF5 files"),
        ("edge_types.csv", "edge_type_id a\nx 1\n", "edge_types.csv, line 2"),
    ],
)
def test_broken_text_files_of_a_circuit_are_refused(foreign, name, text, message):
    (foreign / name).write_text(text)
    with pytest.raises(FileFormatError, match=message):
        io.load(foreign, "sonata")


def test_without_h5py_the_extra_is_named(tmp_path):
    code = (
        "import sys; sys.modules['h5py'] = None\nimport netgraph as ng\n"
        f"ng.Graph(1).to_file({str(tmp_path / 'a.npz')!r})\n"
        f"try: ng.Graph(1).to_file({str(tmp_path / 'a.sonata')!r})\nexcept ImportError as error: print(error)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.strip() == 'SONATA files need h5py: pip install "netspike[hdf5]"'

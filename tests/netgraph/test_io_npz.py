"""npz: versioned, aligned, mapped into memory, closed to pickles; and what graphs offer for files."""

import json
import pickle
import tempfile
import time
import zipfile
from io import BytesIO

import numpy as np
import pytest

import netgraph.io as io
from netgraph import Graph, Network, NeuralPop
from simcore.errors import FileFormatError, TooLargeError
from tests.reference.stored import assert_same


def some_graph():
    graph = Graph.from_edges([0, 1, 1], [1, 1, 2], n_nodes=5, weights=[0.5, 1.5, 2.5], attributes={"kind": ["a", "b", "é"]})
    graph.nodes["k m"] = [1, 2, 3, 4, 5]
    return graph


def rewritten(path, **changes):
    """The file with other members; None removes one."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            content = changes.get(name.removesuffix(".npy").replace("/", "_"), content)
            if content is not None:
                archive.writestr(name, content)
    return path


def as_npy(array, **options):
    stream = BytesIO()
    np.lib.format.write_array(stream, np.asarray(array), **options)
    return stream.getvalue()


def test_numpy_reads_every_column_without_pickle(tmp_path):
    with np.load(io.save(some_graph(), tmp_path / "a.npz"), allow_pickle=False) as file:
        assert file["edges/weight"].tolist() == [0.5, 1.5, 2.5]
        assert file["source"].tolist() == [0, 1, 1]
        assert json.loads(str(file["header"]))["version"] == 1


def test_mapped_columns_lie_in_the_file_at_multiples_of_64_bytes(tmp_path):
    path = io.save(some_graph(), tmp_path / "a.npz")
    graph = io.load(path, mmap=True)
    assert_same(graph, some_graph())
    for array in (graph.source, graph.target, graph.edges["weight"], graph.edges["kind"]):
        assert array.ctypes.data % 64 == 0
    graph.edges.set_rows("weight", [0], [9.0])
    graph.add_edges([4], [4], allow_self_loops=True)
    graph.copy().delete_nodes([0])
    assert_same(io.load(path), some_graph())
    assert pickle.loads(pickle.dumps(graph)).edges["weight"].tolist() == [9.0, 1.5, 2.5, 1.0]


def test_a_mapped_file_may_be_saved_over(tmp_path):
    path = io.save(some_graph(), tmp_path / "a.npz")
    graph = io.load(path, mmap=True)
    graph.add_nodes(1)
    io.save(graph, path)
    assert io.load(path).n_nodes == 6
    assert graph.edges["weight"].tolist() == [0.5, 1.5, 2.5]


def test_compressed_archives_of_other_programs_are_read_mapped_or_not(tmp_path):
    path = rewritten(io.save(some_graph(), tmp_path / "a.npz"))
    for mmap in (False, True):
        assert_same(io.load(path, mmap=mmap), some_graph())


class Evil:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was run",))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": as_npy(np.array([Evil()], dtype=object))}, "array 'source' of type object"),
        ({"header": as_npy(np.array([Evil()], dtype=object))}, "array 'header' of type object"),
        ({"source": None}, "no item named 'source.npy'"),
        ({"source": as_npy(np.array([0, 1, 7], np.int32))}, "got node 7 at position 2, expected ids from 0 to 4"),
        ({"source": as_npy(np.array([0, -1, 1], np.int32))}, "got node -1"),
        ({"source": as_npy(np.array([0, 1], np.int32))}, "2 sources and 3 targets"),
        ({"source": as_npy(np.array([0.0, 1.0, 1.0]))}, "integers"),
        ({"edges_weight": as_npy(np.array([1.0, np.nan, 1.0]))}, "nan at row 1"),
        ({"edges_weight": as_npy(np.array([1.0, 2.0]))}, r"shape \(2,\) for 3 rows"),
        ({"edges_weight": as_npy(np.zeros((3, 1)))}, r"shape \(3, 1\)"),
        ({"edges_weight": as_npy(np.zeros(3, np.complex128))}, "type complex128"),
        ({"edges_weight": as_npy(np.zeros(3, np.float32))}, "type float32"),
        ({"header": as_npy(np.array("{}"))}, "expected format 'netgraph', version 1"),
        ({"header": as_npy(np.array("[]"))}, "holds a list"),
        ({"header": as_npy(np.array('{"format":"netgraph","version":2}'))}, "version 2.*expected"),
        ({"header": as_npy(np.array('{"format":"netgraph","version":1}'))}, "KeyError"),
    ],
)
def test_hostile_archives_are_refused_and_run_nothing(changes, message, tmp_path):
    path = rewritten(io.save(some_graph(), tmp_path / "a.npz"), **changes)
    for mmap in (False, True):
        with pytest.raises(FileFormatError, match=rf"a\.npz.*{message}"):
            io.load(path, mmap=mmap)


def test_an_array_whose_header_claims_more_than_there_is_takes_no_memory(tmp_path):
    stream = BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<i4", "fortran_order": False, "shape": (9999999999999,)})
    path = rewritten(io.save(some_graph(), tmp_path / "a.npz"), source=stream.getvalue() + bytes(12))
    with pytest.raises(FileFormatError, match=r"array 'source' of type int32 and shape \(9999999999999,\)"):
        io.load(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = rewritten(io.save(some_graph(), tmp_path / "a.npz"), source=as_npy(np.zeros(30_000_000, np.int32)))
    assert path.stat().st_size < 1e6
    monkeypatch.setattr("simcore.memory.free_bytes", lambda: 10**8)
    with pytest.raises(TooLargeError, match="array 'source' need about 120 MB"):
        io.load(path)


def test_a_header_may_not_claim_more_nodes_than_memory_holds(tmp_path, monkeypatch):
    monkeypatch.setattr("simcore.memory.free_bytes", lambda: 10**9)
    path = io.save(Graph(5), tmp_path / "a.npz")
    with np.load(path) as file:
        header = str(file["header"])
    rewritten(path, header=as_npy(np.array(header.replace('"n_nodes":5', '"n_nodes":3000000000'))))
    with pytest.raises(TooLargeError, match=r"3.0e\+09 nodes"):
        io.load(path)
    rewritten(path, header=as_npy(np.array(header.replace('"n_nodes":5', '"n_nodes":1000000000000'))))
    with pytest.raises(FileFormatError, match="got 1000000000000"):
        io.load(path)


def test_big_endian_arrays_become_native(tmp_path):
    path = rewritten(io.save(some_graph(), tmp_path / "a.npz"), source=as_npy(np.array([0, 1, 1], ">i4")))
    assert_same(io.load(path, mmap=True), some_graph())


def test_a_population_that_does_not_fit_leaves_nothing_behind(tmp_path):
    network = Network(NeuralPop.uniform(4, neuron_model="iaf_psc_exp"))
    path = io.save(network, tmp_path / "a.npz")
    with np.load(path) as file:
        header = str(file["header"])
    for old, new, message in (
        ('"n_nodes":4', '"n_nodes":5', "5 nodes and a population of 4"),
        (
            '"iaf_psc_exp","own":false',
            '"iaf_psc_xp","own":false',
            "unknown neuron model 'iaf_psc_xp'; did you mean 'iaf_psc_exp'",
        ),
        ('"type":1', '"type":7', "neuron_type: got 7"),
        ('"directed":true', '"directed":false', "not directed"),
    ):
        rewritten(path, header=as_npy(np.array(header.replace(old, new))))
        with pytest.raises(FileFormatError, match=message):
            io.load(path)


def test_graphs_and_networks_read_and_write_files_themselves(tmp_path):
    graph = some_graph()
    assert_same(Graph.from_file(graph.to_file(tmp_path / "a.graphml")), graph)
    network = Network(NeuralPop.uniform(4, neuron_model="iaf_psc_exp"))
    loaded = Network.from_file(network.to_file(tmp_path / "b.npz"), mmap=True)
    assert_same(loaded, network)
    assert isinstance(Graph.from_file(tmp_path / "b.npz"), Network)
    with pytest.raises(FileFormatError, match=r"a\.graphml: got 'a graph without population', expected a Network"):
        Network.from_file(tmp_path / "a.graphml")


def test_one_million_edges_take_no_time():
    rng = np.random.default_rng(1)
    n = 1_000_000
    graph = Graph.from_edges(*rng.integers(0, 100_000, (2, n)), n_nodes=100_000, weights=rng.random(n))
    with tempfile.TemporaryDirectory() as folder:
        begin = time.process_time()
        path = io.save(graph, folder + "/a.npz")
        loaded = io.load(path)
        took = time.process_time() - begin
    assert np.array_equal(loaded.edges["weight"], graph.edges["weight"])
    assert took < 1.0

"""What every file format keeps, refuses and leaves alone; formats are found, not listed."""

import dataclasses
import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import netgraph.io as io
from netgraph import Graph, Network, NeuralGroup, NeuralPop
from netgraph.io._format import REGISTRY
from netgraph.space import Shape
from simcore.errors import FileFormatError, ParameterError, UnknownNameError
from simcore.models import REGISTRY as NEURONS
from tests.reference.stored import assert_same, graphs, networks

FORMATS = sorted(io.formats())
MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def path_of(folder, fmt):
    return folder / f"graph{io.formats()[fmt][0]}"


def some_graph():
    graph = Graph.from_edges([0, 1, 1, 3], [1, 1, 0, 2], n_nodes=6, weights=[0.1, 1e-300, 2.0, 3.0])
    graph.edges["label"] = ["a", "b\n", "c\"'", "&<>"]
    graph.nodes["layer"] = [4, 5, 5, 4, 2, 3]
    return graph


@pytest.mark.parametrize("fmt", FORMATS)
@MANY
@given(graph=graphs())
def test_every_graph_comes_back_as_it_was(fmt, graph, tmp_path_factory):
    path = path_of(tmp_path_factory.getbasetemp(), fmt)
    assert_same(io.load(io.save(graph, path, fmt), fmt), graph)


@pytest.mark.parametrize("fmt", FORMATS)
@FEW
@given(network=networks())
def test_every_network_comes_back_with_its_population(fmt, network, tmp_path_factory):
    path = path_of(tmp_path_factory.getbasetemp(), fmt)
    assert_same(io.load(io.save(network, path, fmt), fmt), network)


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_end_of_a_files_name_tells_the_format(fmt, tmp_path):
    graph = some_graph()
    for suffix in io.formats()[fmt]:
        io.save(graph, tmp_path / f"a{suffix}", fmt)
        if suffix != ".xml":
            assert_same(io.load(tmp_path / f"a{suffix}"), graph)
    if suffix == ".edgelist" or fmt == "gml":
        assert io.save(graph, tmp_path / f"b{suffix}.GZ".upper()).read_bytes()[:2] == b"\x1f\x8b"


@pytest.mark.parametrize("fmt", FORMATS)
def test_saving_over_a_file_replaces_it_unless_told_not_to(fmt, tmp_path):
    path = path_of(tmp_path, fmt)
    io.save(Graph(3), path, fmt)
    with pytest.raises(FileExistsError, match="overwrite is False"):
        io.save(some_graph(), path, fmt, overwrite=False)
    assert io.load(path, fmt).n_nodes == 3
    io.save(some_graph(), path, fmt)
    assert_same(io.load(path, fmt), some_graph())
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(fmt, tmp_path, monkeypatch):
    path = path_of(tmp_path, fmt)
    io.save(some_graph(), path, fmt)
    form = REGISTRY.get(fmt)

    def full_disk(document, temporary, *, progress):
        form.write(document, temporary, progress=progress)
        raise OSError("No space left on device")

    monkeypatch.setitem(REGISTRY._loaded, fmt, dataclasses.replace(form, write=full_disk))
    with pytest.raises(OSError, match="No space left"):
        io.save(Graph.from_edges([0], [1], weights=2.0), path, fmt)
    monkeypatch.undo()
    assert_same(io.load(path, fmt), some_graph())
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("fmt", FORMATS)
def test_unknown_options_are_refused_with_the_nearest_name(fmt, tmp_path):
    path = path_of(tmp_path, fmt)
    with pytest.raises(UnknownNameError, match=f"option of save.*{fmt}.*'colour'"):
        io.save(Graph(1), path, fmt, colour=1)
    assert not path.exists()
    io.save(Graph(1), path, fmt)
    with pytest.raises(UnknownNameError, match=f"option of load.*{fmt}.*'colour'"):
        io.load(path, fmt, colour=1)


@pytest.mark.parametrize("fmt", FORMATS)
@settings(FEW, derandomize=True)  # the HDF5 library can loop for ever on some damaged files
@given(data=st.data())
def test_a_damaged_file_gives_a_clear_error_or_a_graph_and_nothing_else(fmt, data, tmp_path_factory):
    path = path_of(tmp_path_factory.getbasetemp() / "damaged", fmt)
    path.parent.mkdir(exist_ok=True)
    io.save(some_graph(), path, fmt)
    file = path if path.is_file() else data.draw(st.sampled_from(sorted(path.iterdir())))
    content = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[at] = data.draw(st.integers(0, 255))
    else:
        del content[at : at + data.draw(st.integers(1, 60))]
    file.write_bytes(bytes(content))
    refusal = None
    try:
        loaded = io.load(path, fmt)
    except (FileFormatError, MemoryError) as error:
        refusal, loaded = str(error), Graph()
    assert isinstance(loaded, Graph)
    assert refusal is None or str(path) in refusal


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_empty_file_and_noise_are_refused_or_empty_graphs(fmt, tmp_path):
    path = path_of(tmp_path, fmt)
    for noise in (b"", b"\x00" * 100, b"\x80\x04\x95pickle", b"hello\n"):
        path.write_bytes(noise)
        refusal, loaded = None, Graph()
        try:
            loaded = io.load(path, fmt)
        except FileFormatError as error:
            refusal = str(error)
        assert loaded.n_edges == 0
        assert refusal is None or str(path) in refusal


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_model_of_ones_own_is_asked_for_by_name(fmt, tmp_path):
    mine = dataclasses.replace(NEURONS.get("iaf_psc_exp"), name="mine")
    network = Network(NeuralPop.from_groups({"a": NeuralGroup(3, neuron_model=mine, neuron_param={"C_m": 90.0})}))
    path = io.save(network, path_of(tmp_path, fmt), fmt)
    with pytest.raises(FileFormatError, match="'mine', a model of your own.*models="):
        io.load(path, fmt)
    loaded = io.load(path, fmt, models=[mine])
    assert loaded.population["a"].model is mine
    assert loaded.population == network.population
    with pytest.raises(ParameterError, match="load: models: got 'mine', expected records of neuron models"):
        io.load(path, fmt, models=["mine"])


@pytest.mark.parametrize("fmt", FORMATS)
def test_properties_that_only_code_could_make_again_are_refused(fmt, tmp_path):
    population = NeuralPop.uniform(2, neuron_model="iaf_psc_exp")
    population.create_meta_group([0], "odd", properties={"function": os.getcwd})
    path = path_of(tmp_path, fmt)
    with pytest.raises(ParameterError, match=r"'odd'.*'function'.*no objects and no code"):
        io.save(Network(population), path, fmt)
    assert not path.exists()


@pytest.mark.parametrize("fmt", FORMATS)
def test_later_edges_draw_what_they_would_have_drawn(fmt, tmp_path):
    graph = Graph.from_edges([0, 1, 2], [1, 2, 0], weights=("uniform", 1.0, 2.0), seed=5)
    graph.delete_edges([1])
    loaded = io.load(io.save(graph, path_of(tmp_path, fmt), fmt), fmt)
    for one in (graph, loaded):
        one.add_edges([0, 2], [2, 1])
    assert np.array_equal(graph.edges["weight"], loaded.edges["weight"])
    loaded.edges.set_rows("weight", [0], [9.0])
    loaded.add_nodes(2)
    loaded.delete_nodes([0])
    assert loaded.n_nodes == 4


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_shape_comes_back(fmt, tmp_path):
    graph = Graph(2, positions=[[0.0, 0.0], [0.0, 4.0]], shape=Shape.rectangle(10.0, 10.0, periodic=True))
    assert_same(io.load(io.save(graph, path_of(tmp_path, fmt), fmt), fmt), graph)


def test_formats_are_found_by_name_or_refused_with_the_nearest(tmp_path):
    with pytest.raises(UnknownNameError, match="unknown file format 'graphmll'; did you mean 'graphml'"):
        io.save(Graph(1), tmp_path / "a", "graphmll")
    with pytest.raises(UnknownNameError, match=r"'\.gexg'; did you mean '\.gexf'"):
        io.save(Graph(1), tmp_path / "a.gexg")
    with pytest.raises(FileNotFoundError, match="no such file"):
        io.load(tmp_path / "none.npz")
    with pytest.raises(ParameterError, match=r"save: got 'graph', expected a netgraph\.Graph"):
        io.save("graph", tmp_path / "a.npz")
    with pytest.raises(ParameterError, match="load: path"):
        io.load(3)

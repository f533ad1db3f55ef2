"""The command line: each subcommand does what the README says, and a refusal is one readable line."""

import os
import re
import subprocess
import sys
from importlib import metadata

import numpy as np
import pytest

import netgraph
from netgraph import doctor
from netgraph.analysis import cv_isi, firing_rates, isi
from netgraph.command import main
from netgraph.demo import build_network
from netgraph.demo import main as run_demo
from simcore import devices, models, synapses
from simcore.compile import cache_folder


def test_doctor_prints_versions_threads_mpi_and_cache(capsys):
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    for name in (*doctor.REQUIRED, "python", "threads", "MPI launcher", "MPI library", "compiled code"):
        assert f"\n{name} " in f"\n{shown}"
    assert metadata.version("numba") in shown
    assert shown.endswith("No problem found.\n")


def test_doctor_names_a_distribution_that_overwrote_netgraph(capsys, monkeypatch):
    owners = {"netgraph": ["netspike", "netgraph"]}
    monkeypatch.setattr(metadata, "packages_distributions", lambda: owners)
    assert main(["doctor"]) == 1
    shown = capsys.readouterr().out
    assert "PROBLEM: the distribution 'netgraph'" in shown
    assert "pip uninstall --yes netgraph" in shown


def test_doctor_accepts_netspike_as_the_only_owner(monkeypatch):
    monkeypatch.setattr(metadata, "packages_distributions", lambda: {"netgraph": ["netspike"]})
    assert doctor.examine().problems == []


def test_doctor_sees_that_our_package_file_is_gone(monkeypatch):
    monkeypatch.delattr(netgraph, "__netgraph_simcore__")
    (problem,) = doctor.examine().problems
    assert "netgraph/__init__.py" in problem


def test_doctor_names_a_missing_library(monkeypatch):
    monkeypatch.setattr(doctor, "REQUIRED", (*doctor.REQUIRED, "no-such-library"))
    assert doctor.examine().problems == ["no-such-library is missing. Run: pip install no-such-library"]


def test_doctor_says_when_compiled_code_cannot_be_kept(monkeypatch):
    monkeypatch.setattr("simcore.compile.cache_folder", lambda: None)
    (problem,) = doctor.examine().problems
    assert "NETSPIKE_CACHE_DIR" in problem


def test_doctor_names_mpi4py_without_a_library(monkeypatch):
    monkeypatch.setattr(doctor, "_find_libraries", lambda: iter(()))
    monkeypatch.setattr(doctor, "installed_version", lambda name: "1.0")
    (problem,) = doctor.examine().problems
    assert "pip install mpich" in problem


def test_doctor_does_not_start_mpi():
    code = "import sys; from netgraph.doctor import examine; examine(); print('mpi4py.MPI' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout == "False\n"


def test_warmup_says_what_it_compiles_and_where_it_keeps_it(capsys, monkeypatch):
    monkeypatch.setattr("simcore.precompile.warmup", lambda report: report("one model"))
    assert main(["warmup"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[:2] == ["compiling one model", "compiling generators and metrics"]
    assert shown[-1].startswith("compiled in ")
    assert str(cache_folder()) in shown[-1]


def test_a_refused_call_prints_one_line_and_returns_1(capsys):
    assert main(["demo", "--duration", "-1", "--quiet"]) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("netspike demo: ")
    assert "-1" in shown
    assert shown.count("\n") == 1


def test_no_subcommand_is_refused_with_the_usage(capsys):
    with pytest.raises(SystemExit, match="2"):
        main([])
    assert "usage: netspike" in capsys.readouterr().err


def test_demo_prints_metrics_and_activity_and_writes_a_raster(capsys, tmp_path):
    picture = tmp_path / "demo.png"
    assert main(["demo", "--output", str(picture), "--duration", "200", "--quiet"]) == 0
    shown = capsys.readouterr().out
    for words in (
        "in-degree",
        "reciprocity",
        "tsodyks2_synapse",
        "oscillators",
        "CV of inter-spike intervals",
        "real-time factor",
    ):
        assert words in shown
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def demo_results(tmp_path_factory):
    return run_demo(tmp_path_factory.mktemp("demo") / "demo.png", seed=42, progress=False)


def test_demo_shows_the_topology_in_the_activity(demo_results):
    degree = build_network(seed=42).in_degree()[:400]
    rates = firing_rates(demo_results, nodes=range(400), window=(0.0, 1600.0))
    assert np.corrcoef(degree, rates)[0, 1] > 0.8


def test_demo_groups_behave_as_they_are_called(demo_results):
    results = demo_results
    late = {"window": (400.0, 1600.0)}
    oscillators, bursters, adaptive = range(400), range(400, 600), range(600, 800)
    assert np.nanmean(cv_isi(results, nodes=oscillators, **late)) < 0.3
    intervals, _ = isi(results, nodes=bursters, **late)
    within, between = intervals < 20.0, intervals > 80.0
    assert (within | between).mean() > 0.95
    assert within.mean() > 0.4
    assert between.mean() > 0.2
    trains = results.spikes.by_node(adaptive)
    first, last = (np.median([np.diff(train)[k] for train in trains]) for k in (0, -1))
    assert last > 4.0 * first


def test_demo_network_has_the_degrees_weights_and_synapses_that_it_promises():
    network = build_network(seed=1)
    degree = network.in_degree()
    assert [group.size for group in network.population.values()] == [400, 200, 200]
    assert abs(degree.mean() - 100.0) < 3.0
    assert abs(degree.std() - 15.0) < 2.0
    assert network.edges.constant("weight") == 155.0
    assert network.edges.constant("delay") == 5.0
    release = {(row.source, row.target): row.params.get("U") for row in network.population.synapse_table()}
    assert release[("oscillators", "bursters")] == 0.6
    assert release[("oscillators", "oscillators")] == 0.7
    assert release[("oscillators", "adaptive")] == 0.5
    assert {value for (source, _), value in release.items() if source != "oscillators"} == {None}


def test_models_lists_every_model_with_what_it_is(capsys):
    assert main(["models"]) == 0
    shown = capsys.readouterr().out
    for registry in (models.REGISTRY, synapses.REGISTRY, devices.REGISTRY):
        for name in registry.names():
            assert f"\n  {name}: " in shown


def test_models_shows_parameters_units_ranges_and_recordables_of_one(capsys):
    assert main(["models", "aeif_psc_alpha"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"\ntau_w +144 +ms +> 0 +time constant of adaptation\n", shown)
    assert "\ncan be recorded: spikes, V_m, w, I_syn_ex, I_syn_in\n" in shown


def test_models_names_the_nearest_model(capsys):
    assert main(["models", "tsodyk2_synapse"]) == 1
    assert "did you mean 'tsodyks2_synapse'?" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "netgraph.command", "models"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")

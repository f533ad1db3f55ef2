"""What type checkers know: a generator with a population gives a Network, without one a Graph."""

import inspect
import subprocess
import sys
import typing
from pathlib import Path

import pytest

import netgraph.generation as gen
from netgraph.generation._models import models

GENERATORS = sorted(models())
ROOT = Path(__file__).resolve().parents[2]
USER_CODE = """
import netgraph as ng
import netgraph.generation as gen
from netgraph.generation._models import models
import netgraph.simulation as ns

pop = ng.NeuralPop.uniform(10)
reveal_type(gen.gaussian_degree(3.0, 1.0, population=pop, weights=1.0))
reveal_type(gen.gaussian_degree(3.0, 1.0, nodes=10, multigraph=True))
reveal_type(gen.erdos_renyi(p=0.1, population=pop))
reveal_type(gen.all_to_all(nodes=10))
reveal_type(ns.to_sim(gen.all_to_all(population=pop)))
"""
REVEALED = [
    "netgraph.network.Network",
    "netgraph.graph.Graph",
    "netgraph.network.Network",
    "netgraph.graph.Graph",
    "simcore.simulation.Simulation",
]


@pytest.mark.parametrize("name", GENERATORS)
def test_what_type_checkers_see_of_a_generator_has_the_arguments_that_it_takes(name):
    generator = getattr(gen, name)
    real = inspect.signature(generator).parameters
    with_population, without = typing.get_overloads(generator)
    for seen, returned in ((with_population, "Network"), (without, "Graph")):
        signature = inspect.signature(seen)
        assert signature.return_annotation == returned
        (options,) = typing.get_args(signature.parameters["options"].annotation)
        assert {*signature.parameters, *options.__optional_keys__} - {"options"} == set(real)
    assert with_population.__annotations__["population"] == "NeuralPop"


def test_mypy_tells_networks_from_graphs(tmp_path):
    (tmp_path / "user.py").write_text(USER_CODE)
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(tmp_path / "user.py")]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=240)
    revealed = [line.split('"')[1] for line in answer.stdout.splitlines() if "Revealed type" in line]
    assert revealed == REVEALED, answer.stdout

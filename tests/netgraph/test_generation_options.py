"""What holds for every generator: found by name, the shared options shown and checked."""

import inspect
from dataclasses import fields

import pytest

import netgraph as ng
import netgraph.generation as gen
from netgraph.generation._models import models
from simcore.errors import ParameterError, UnknownNameError

SHARED = ["nodes", "shape", "positions", "directed", "weights", "delays", "self_loops", "name", "seed", "rng", "threads"]


@pytest.mark.parametrize("name", models())
def test_every_family_is_a_public_generator_with_its_parameters(name):
    shown = inspect.signature(getattr(gen, name)).parameters
    assert name in gen.__all__
    assert {field.name for field in fields(models()[name])} <= set(shown)


@pytest.mark.parametrize("name", models())
def test_every_generator_shows_the_shared_options(name):
    shown = inspect.signature(getattr(gen, name)).parameters
    missing = [option for option in [*SHARED, "population"] if option not in shown]
    assert not missing
    assert shown["seed"].default is None


@pytest.mark.parametrize("name", models())
def test_a_misspelt_option_is_refused_with_the_right_one(name):
    with pytest.raises(TypeError, match=rf"^{name}\(\) got .*'weigths'; did you mean 'weights'\?"):
        getattr(gen, name)(weigths=3.0)


def test_a_name_like_nothing_else_is_refused_too():
    with pytest.raises(TypeError, match=r"^fixed_degree\(\) got an unexpected keyword argument 'zzz'$"):
        gen.fixed_degree(3, nodes=10, zzz=1)


def test_instructions_name_the_generator_and_give_its_arguments():
    made = gen.generate({"graph_model": "erdos_renyi", "avg_deg": 5, "nodes": 40, "seed": 3})
    assert (made.source == gen.erdos_renyi(avg_deg=5, nodes=40, seed=3).source).all()
    net = gen.generate({"graph_model": "fixed_degree", "degree": 5}, population=ng.NeuralPop.exc_and_inhib(40), seed=1)
    assert isinstance(net, ng.Network)
    assert set(net.in_degree()) == {5}


@pytest.mark.parametrize(
    ("instructions", "error", "message"),
    [
        ({"nodes": 4}, ParameterError, 'expected the entry "graph_model"'),
        ({"graph_model": "erdos_reny"}, UnknownNameError, "did you mean 'erdos_renyi'"),
        ({"graph_model": "erdos_renyi", "p": 0.1, "seed": 2}, ParameterError, "seed twice"),
        ({"graph_model": "erdos_renyi", "p": 0.1, "node": 2}, TypeError, "did you mean 'nodes'"),
        ([1], ParameterError, "instructions"),
    ],
)
def test_instructions_that_make_no_sense_are_refused(instructions, error, message):
    with pytest.raises(error, match=message):
        gen.generate(instructions, seed=1)

"""What holds for every generator: found by name, the shared options shown and checked."""

import inspect
from dataclasses import fields

import pytest

import netgraph.generation as gen
from netgraph.generation._models import models

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

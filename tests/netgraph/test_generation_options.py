"""What holds for every generator: found by name, the shared options shown and checked."""

import inspect
from dataclasses import fields

import numpy as np
import pytest

import netgraph as ng
import netgraph.generation as gen
from netgraph.generation._models import models
from simcore.errors import ParameterError, TooLargeError, UnknownNameError

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


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize(
    "make",
    [
        gen.erdos_renyi,
        lambda **options: gen.distance_rule(50.0, **options),
        lambda **options: gen.spatial_scale_free(3.0, 3.0, 500.0, shape=ng.space.Shape.rectangle(900.0, 900.0), **options),
        lambda **options: gen.sparse_clustered(0.3, **options),
    ],
)
def test_numbers_of_edges_mean_the_same_everywhere(make, directed):
    # NNGT 2.8 gives an undirected graph a mean degree of twice avg_deg, and a density that counts self-loops the wrong way.
    options = {"nodes": 101, "directed": directed, "seed": 1}
    pairs = 101 * 100 if directed else 101 * 50
    by_degree, by_density, by_number = make(avg_deg=4, **options), make(density=0.08, **options), make(edges=606, **options)
    assert by_degree.average_degree == 4.0
    assert by_degree.degree().mean() == (8.0 if directed else 4.0)
    assert by_density.n_edges == round(0.08 * pairs)
    assert by_density.density == pytest.approx(0.08, abs=0.5 / pairs)
    assert by_number.n_edges == 606


HUGE = {
    "erdos_renyi": lambda n: gen.erdos_renyi(nodes=n, p=0.5),
    "erdos_renyi, density": lambda n: gen.erdos_renyi(nodes=n, density=0.5, directed=False),
    "watts_strogatz": lambda n: gen.watts_strogatz(n // 10, 0.1, nodes=n),
    "circular": lambda n: gen.circular(n // 10, nodes=n, directed=False),
    "sparse_clustered": lambda n: gen.sparse_clustered(0.4, avg_deg=n // 10, nodes=n),
    "blocks, p": lambda n: gen.stochastic_block_model(p=[[0.1, 0.9], [0.2, 0.5]], sizes=[n, n]),
    "blocks, edges": lambda n: gen.stochastic_block_model(edges=[[10**11, 0], [0, 0]], sizes=[n, 1]),
    "distance_rule": lambda n: gen.distance_rule(9.0, density=0.5, positions=np.zeros((n, 2))),
}


@pytest.mark.parametrize("case", HUGE)
def test_more_edges_than_memory_holds_are_refused_before_they_are_drawn(case):
    with pytest.raises(TooLargeError, match="generate: .*edges need about"):
        HUGE[case](10**6)

"""Graphs from instructions in a dictionary, as configuration files give them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import netgraph.generation
from netgraph._checks import check_choice, check_mapping
from netgraph.generation._models import models
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["generate"]


def generate(instructions: Mapping[str, Any], **options: Any) -> "Graph":
    """A graph by the name of its generator.

    Parameters
    ----------
    instructions : dict
        ``"graph_model"`` names the generator, e.g. ``"erdos_renyi"``; the other entries are its arguments.
    **options
        More arguments of the generator, such as a population; they must not be among the instructions.

    Returns
    -------
    graph : Graph or Network
        A network if there is a population.

    Raises
    ------
    UnknownNameError
        An unknown generator.
    ParameterError
        No name, or an argument given twice.
    TypeError
        An argument that the generator does not have.

    Examples
    --------
    >>> generate({"graph_model": "fixed_degree", "degree": 3, "nodes": 10}, seed=1).n_edges
    30
    """
    given = check_mapping("generate: instructions", instructions)
    if "graph_model" not in given:
        raise ParameterError("generate: instructions", got=sorted(given), expected='the entry "graph_model"')
    name = given.pop("graph_model")
    check_choice("graph_model", name, models())
    twice = sorted(set(given) & set(options))
    if twice:
        raise ParameterError("generate", got=f"{', '.join(twice)} twice", expected="each argument once")
    return getattr(netgraph.generation, name)(**given, **options)

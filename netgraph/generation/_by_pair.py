"""Parameters by pair of groups: a generator drawn in parts, each between two groups with values of its own."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from netgraph.generation._site import Site, ids_of_group, together
from simcore.errors import EdgeError, ParameterError

__all__ = ["by_pair", "part_seed"]

Kind = TypeVar("Kind", bound=type)
Pair = tuple[str, str]


def by_pair(kind: Kind) -> Kind:
    """Let any parameter of a family be a mapping ``{(source group, target group): value}``.

    Pairs that no mapping names get no edges; a parameter that is no mapping holds for all pairs.
    """
    family: Any = kind
    check: Callable[[Any], None] = family.__post_init__
    draw: Callable[[Any, Site], tuple[np.ndarray, np.ndarray]] = family.draw

    def check_parts(self: Any) -> None:
        if not _parts(self):
            check(self)

    def draw_parts(self: Any, site: Site) -> tuple[np.ndarray, np.ndarray]:
        parts = _parts(self)
        if not parts:
            return draw(self, site)
        sites = _sites(self.name, parts, site)
        found = [
            part.draw(place)
            for part, place in zip(parts.values(), sites, strict=True)
            if len(place.sources) > 0 and len(place.targets) > 0
        ]
        if not found:
            raise EdgeError(f"{self.name}: no pair of groups has nodes among the sources and the targets")
        return together(*found)

    family.__post_init__ = check_parts
    draw_parts.__doc__ = draw.__doc__
    family.draw = draw_parts
    return kind


def part_seed(site: Site, *numbers: int) -> int:
    """A seed of its own for one part of what is drawn."""
    return int(np.random.SeedSequence(site.seed, spawn_key=numbers).generate_state(1, np.uint64)[0])


def _parts(model: Any) -> dict[Pair, Any]:
    """The family for each pair of groups; none if no parameter is a mapping."""
    given = {field.name: getattr(model, field.name) for field in fields(model)}
    tables = {name: value for name, value in given.items() if isinstance(value, Mapping)}
    if not tables:
        return {}
    pairs = list(next(iter(tables.values())))
    for name, table in tables.items():
        for pair in table:
            if not (isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(group, str) for group in pair)):
                raise ParameterError(f"{model.name}: {name}", got=pair, expected="pairs of names: (source group, target group)")
        if set(table) != set(pairs) or not pairs:
            odd = sorted(set(table) ^ set(pairs))
            raise ParameterError(f"{model.name}: {name}", got=odd or "no pair", expected="a value for the same pairs of groups")
    return {pair: replace(model, **{name: table[pair] for name, table in tables.items()}) for pair in pairs}


def _sites(model: str, parts: Mapping[Pair, Any], site: Site) -> list[Site]:
    """Where each part is drawn: between the nodes of the site that belong to its groups."""
    sites = []
    for k, (first, second) in enumerate(parts):
        own = [ids_of_group(site.structure, name, f"{model}: group") for name in (first, second)]
        sources = site.sources[np.isin(site.sources, own[0])]
        targets = site.targets[np.isin(site.targets, own[1])]
        sites.append(replace(site, sources=sources, targets=targets, seed=part_seed(site, k)))
    for (a, one), (b, other) in itertools.combinations(zip(parts, sites, strict=True), 2):
        same = _meet(one.sources, other.sources) and _meet(one.targets, other.targets)
        if not site.graph.directed:
            same = same or (_meet(one.sources, other.targets) and _meet(one.targets, other.sources))
        if same:
            raise ParameterError(f"{model}: pairs of groups", got=f"{a} and {b}", expected="pairs that share no edge")
    return sites


def _meet(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(np.isin(a, b).any())

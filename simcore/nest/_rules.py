"""Connection rules by NEST's names, as rules of `simcore.rules`, and their edges one by one."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simcore.errors import did_you_mean
from simcore.nest._models import check_names
from simcore.nest.errors import nest_errors, raised

__all__ = ["RULE_NAMES", "edges_of", "is_random", "is_spatial", "make_rule"]

# Parameters that each rule needs.
_NEEDED = {
    "all_to_all": (),
    "fixed_indegree": ("indegree",),
    "fixed_outdegree": ("outdegree",),
    "fixed_total_number": ("N",),
    "one_to_one": (),
    "pairwise_bernoulli": ("p",),
    "pairwise_poisson": ("pairwise_avg_num_conns",),
    "symmetric_pairwise_bernoulli": ("p",),
}

RULE_NAMES = tuple(_NEEDED)

_OPTIONS = ("rule", "allow_autapses", "allow_multapses", "make_symmetric")
_SPATIAL = ("mask", "use_on_source", "allow_oversized_mask")


def check_rule(spec: Mapping[str, Any]) -> str:
    """The name of a rule, after checking that it exists, has what it needs and is given no more."""
    name = spec["rule"]
    if name not in _NEEDED:
        hint = did_you_mean(name, RULE_NAMES)
        raise raised("BadProperty", f"Connect: unknown rule {name!r}{hint} (there are: {', '.join(RULE_NAMES)})")
    check_names(f"Connect: rule {name!r}", spec, (*_OPTIONS, *_SPATIAL, *_NEEDED[name]))
    for needed in _NEEDED[name]:
        if needed not in spec:
            raise raised("BadProperty", f"Connect: rule {name!r} needs {needed!r}; got {', '.join(spec)}")
    for option in _OPTIONS[1:]:
        if not isinstance(spec.get(option, True), (bool, np.bool_)):
            raise raised("TypeMismatch", f"Connect: {option}: got {spec[option]!r}, expected True or False")
    return name


def make_rule(spec: Mapping[str, Any], sources: np.ndarray, targets: np.ndarray) -> Any:
    """The rule of `simcore.rules` for a dictionary of NEST's.

    Parameters
    ----------
    spec : mapping
        ``rule``, its parameters and options.
    sources, targets : ndarray of int64
        Ids, for errors that depend on how many there are.

    Raises
    ------
    BadProperty, UnaccessedDictionaryEntry, DimensionMismatch, NotImplemented
        A rule that cannot be drawn.
    """
    from simcore import rules

    name = check_rule(spec)
    options = {k: bool(spec[k]) for k in ("allow_autapses", "allow_multapses") if k in spec}
    is_symmetric = bool(spec.get("make_symmetric", False))
    if is_symmetric and name not in ("one_to_one", "symmetric_pairwise_bernoulli"):
        raise raised("NotImplemented", f"Connect: rule {name!r} makes no symmetric connections; one_to_one does")
    autapses = {k: v for k, v in options.items() if k == "allow_autapses"}
    with nest_errors(EdgeError="BadProperty"):
        if name == "one_to_one":
            if sources.size != targets.size:
                sizes = f"{sources.size} sources and {targets.size} targets"
                raise raised("DimensionMismatch", f"Connect: rule 'one_to_one': got {sizes}, expected as many of each")
            return rules.OneToOne(make_symmetric=is_symmetric, **autapses)
        if name == "symmetric_pairwise_bernoulli":
            if options.get("allow_autapses", True):
                raise raised("BadProperty", f"Connect: rule {name!r} needs allow_autapses=False")
            if not is_symmetric:
                raise raised("BadProperty", f"Connect: rule {name!r} needs make_symmetric=True")
            multapses = {k: v for k, v in options.items() if k == "allow_multapses"}
            return rules.SymmetricPairwiseBernoulli(spec["p"], **multapses)
        if name in ("fixed_indegree", "fixed_outdegree", "fixed_total_number"):
            made = {"fixed_indegree": "FixedIndegree", "fixed_outdegree": "FixedOutdegree"}.get(name, "FixedTotalNumber")
            return getattr(rules, made)(_whole(name, spec), **options)
        if name == "pairwise_poisson":
            return rules.PairwisePoisson(spec["pairwise_avg_num_conns"], **autapses)
        if name == "pairwise_bernoulli":
            return rules.PairwiseBernoulli(spec["p"], **autapses)
        return rules.AllToAll(**autapses)


def _whole(name: str, spec: Mapping[str, Any]) -> int:
    key = _NEEDED[name][0]
    value = spec[key]
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_whole:
        raise raised("TypeMismatch", f"Connect: rule {name!r}: {key}: got {value!r}, expected a whole number")
    if value < 0:
        raise raised("BadProperty", f"Connect: rule {name!r}: {key}: got {value}, expected >= 0")
    return int(value)


def is_random(spec: Mapping[str, Any]) -> bool:
    """Whether the rule draws its edges."""
    return spec["rule"] not in ("all_to_all", "one_to_one")


def is_spatial(spec: Mapping[str, Any]) -> bool:
    """Whether positions, or numbers that differ between nodes, decide about the edges."""
    from simcore.nest._parameter import Parameter

    names = (*_SPATIAL, "p") if spec["rule"] in ("fixed_indegree", "fixed_outdegree") else _SPATIAL
    return any(name in spec for name in names) or any(isinstance(value, Parameter) for value in spec.values())


def edges_of(kernel: Any, rule: Any, sources: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the edges that a rule makes, one by one, target by target.

    Parameters
    ----------
    kernel : Kernel
    rule : Rule
    sources, targets : ndarray of int64
        Ids.

    Returns
    -------
    sources, targets : ndarray of int64, shape (n_edges,)
    """
    from simcore.random import Purpose
    from simcore.rules import Stream

    stream = Stream(kernel.settings.rng_seed, Purpose.EDGES + len(kernel.simulation.projections))
    with nest_errors(EdgeError="BadProperty"):
        rule.check(sources, targets)
        counts = np.asarray(rule.counts(sources, targets, stream), dtype=np.int64)
        senders, receivers = rule.ends(sources, targets)
        positions = rule.draw(sources, targets, stream, 0, receivers.size, counts)
    return senders[positions], np.repeat(receivers, counts)

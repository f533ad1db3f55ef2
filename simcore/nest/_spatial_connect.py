"""Connections that positions decide about: masks, and probabilities and numbers that are parameters.

Each source (or each target) looks for partners around itself. Whether two nodes are connected is drawn from a number that
belongs to the pair, so the result depends on the seed alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from simcore.nest._candidates import Ends, Partners
from simcore.nest._create_mask import as_mask
from simcore.nest._layers import Layer, check_mask
from simcore.nest._parameter import Parameter, Stream, Where, checked_number
from simcore.nest.errors import nest_errors, raised

__all__ = ["draw_edges", "pool_layer", "spatial_edges"]

# The number that each rule needs, and whether nodes look for their partners as sources.
_RULES = {
    "pairwise_bernoulli": ("p", True),
    "pairwise_poisson": ("pairwise_avg_num_conns", False),
    "fixed_indegree": ("indegree", False),
    "fixed_outdegree": ("outdegree", True),
}
_OPTIONS = ("rule", "mask", "allow_autapses", "allow_multapses", "allow_oversized_mask", "use_on_source")
_MOST_A_PAIR = 2.0**31

# Keeps the random numbers of nodes apart from those of pairs.
_APART = 1 << 62


def spatial_edges(request: Any) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the connections that a request of Connect makes.

    Parameters
    ----------
    request : object
        With ``kernel``, ``sources`` and ``targets`` (ids), ``rule`` (a mapping) and ``layers`` (of both, each may be None).

    Returns
    -------
    sources, targets : ndarray of int64, shape (n_edges,)
        Ids.
    """
    sources, targets = (Ends(ids, layer) for ids, layer in zip((request.sources, request.targets), request.layers, strict=True))
    return draw_edges(request.rule, sources, targets, request.kernel.new_stream())


def draw_edges(spec: Mapping[str, Any], sources: Ends, targets: Ends, stream: Stream) -> tuple[np.ndarray, np.ndarray]:
    """Draw the connections of a rule.

    Parameters
    ----------
    spec : mapping
        ``rule`` (pairwise_bernoulli, pairwise_poisson, fixed_indegree or fixed_outdegree), its number, which may be a
        `Parameter`, ``p`` as weight of the partners for the latter two, and ``mask``, ``use_on_source``,
        ``allow_oversized_mask``, ``allow_autapses``, ``allow_multapses``.
    sources, targets : Ends
    stream : Stream

    Returns
    -------
    sources, targets : ndarray of int64, shape (n_edges,)
        Ids.

    Raises
    ------
    BadProperty, UnaccessedDictionaryEntry, KernelException, TypeError
        A rule that does not go with masks, numbers out of range, or too few partners.
    """
    rule = checked_rule(spec, sources, targets)
    looks_as_source = _looks_as_source(spec)
    own, others = (sources, targets) if looks_as_source else (targets, sources)
    partners = Partners(own, others, rule.mask, looks_as_source, rule.allow_autapses, stream)
    draw = {"pairwise_bernoulli": _bernoulli, "pairwise_poisson": _poisson}.get(spec["rule"], _fixed_number)
    pieces = draw(rule, partners)
    rows, columns = (np.concatenate([np.zeros(0, np.int64), *part]) for part in zip(*pieces, strict=True))
    mine, theirs = own.ids[rows], others.ids[columns]
    return (mine, theirs) if looks_as_source else (theirs, mine)


def pool_layer(spec: Mapping[str, Any], layers: tuple[Layer | None, Layer | None]) -> Layer | None:
    """The layer whose edges decide whether distances wrap around them: that in which partners are looked for.

    Parameters
    ----------
    spec : mapping
        Rule.
    layers : tuple of Layer or None
        Of sources and targets.
    """
    return layers[1] if _looks_as_source(spec) else layers[0]


def _looks_as_source(spec: Mapping[str, Any]) -> bool:
    return _RULES.get(spec["rule"], ("", False))[1] and not spec.get("use_on_source", False)


@dataclass(frozen=True)
class CheckedRule:
    """A rule whose numbers have been looked at; `value` is a number or a Parameter, `weight` the chance of a partner."""

    name: str
    value: Any
    weight: Any
    mask: Any
    allow_autapses: bool
    allow_multapses: bool


def checked_rule(spec: Mapping[str, Any], sources: Ends, targets: Ends) -> CheckedRule:
    """The rule, after everything in it that can be refused has been."""
    name = spec["rule"]
    if name not in _RULES:
        raise ValueError(f"Connect: rule {name!r}: got a mask or a Parameter, which go with {', '.join(_RULES)}")
    key, _ = _RULES[name]
    _check_keys(name, key, spec)
    flags = {option: spec.get(option, option not in ("use_on_source", "allow_oversized_mask")) for option in _OPTIONS[2:]}
    for option, value in flags.items():
        if not isinstance(value, (bool, np.bool_)):
            raise raised("TypeMismatch", f"Connect: {option}: got {value!r}, expected True or False")
    value = _checked_value(f"Connect: rule {name!r}: {key}", name, spec.get(key, 1.0))
    weight = spec.get("p", 1.0) if name.startswith("fixed") else 1.0
    if not isinstance(weight, Parameter) and checked_number(weight, f"Connect: rule {name!r}: p") <= 0.0:
        raise raised("BadProperty", f"Connect: rule {name!r}: p: got {weight}, expected a number above 0")
    if name == "pairwise_poisson" and not flags["allow_multapses"]:
        raise raised(
            "BadProperty", f"Connect: rule {name!r}: allow_multapses: got False, but pairs may get several connections"
        )
    mask = None if spec.get("mask") is None else as_mask(spec["mask"])
    needs_space = mask is not None or any(isinstance(v, Parameter) and v.is_spatial() for v in (value, weight))
    if needs_space or flags["use_on_source"]:
        _check_space(sources, targets)
    if mask is not None:
        pool = pool_layer(spec, (sources.layer, targets.layer))
        check_mask(mask, pool, allow_oversized=bool(flags["allow_oversized_mask"]), where="Connect")  # type: ignore[arg-type]
    return CheckedRule(name, value, weight, mask, bool(flags["allow_autapses"]), bool(flags["allow_multapses"]))


def _check_keys(name: str, key: str, spec: Mapping[str, Any]) -> None:
    known = [
        *_OPTIONS[:-1],
        key,
        *(["use_on_source"] if name == "pairwise_bernoulli" else ["p"] if name.startswith("fixed") else []),
    ]
    for given in spec:
        if given == "use_on_source" and given not in known:
            raise ValueError("Connect: use_on_source: only rule 'pairwise_bernoulli' has it")
        if given not in known:
            raise ValueError(f"Connect: rule {name!r}: unknown key {given!r} (with masks and Parameters: {', '.join(known)})")
    if key not in spec and name != "pairwise_bernoulli":
        raise raised("BadProperty", f"Connect: rule {name!r} needs {key!r}; got {', '.join(spec)}")


def _checked_value(where: str, name: str, value: Any) -> Any:
    if isinstance(value, Parameter):
        return value
    number = checked_number(value, where)
    if name == "pairwise_bernoulli" and not 0.0 <= number <= 1.0:
        raise raised("BadProperty", f"{where}: got {number:g}, expected a number in [0, 1]")
    if number < 0.0:
        raise raised("BadProperty", f"{where}: got {number:g}, expected >= 0")
    if name.startswith("fixed") and (not isinstance(value, (int, np.integer)) or isinstance(value, bool)):
        raise raised("TypeMismatch", f"{where}: got {value!r}, expected a whole number")
    return int(value) if name.startswith("fixed") else number


def _check_space(sources: Ends, targets: Ends) -> None:
    for side, ends in (("sources", sources), ("targets", targets)):
        if ends.layer is None:
            raise TypeError(f"Connect: got {side} without positions, which the mask or the Parameter needs")
    if sources.layer.n_dimensions != targets.layer.n_dimensions:  # type: ignore[union-attr]
        got = f"{sources.layer.n_dimensions} dimensions and targets in {targets.layer.n_dimensions}"  # type: ignore[union-attr]
        raise raised("BadProperty", f"Connect: got sources in {got}, expected as many")


def _numbers_of(value: Any, where: Where, what: str) -> np.ndarray:
    """Values of a Parameter that are numbers; those below 0 become 0."""
    values = value.evaluate(where)
    if np.isnan(values).any():
        raise raised("BadParameterValue", f"Connect: {what}: got NaN, expected a number")
    return np.maximum(values, 0.0)


def _bernoulli(rule: CheckedRule, partners: Partners) -> list[tuple[np.ndarray, np.ndarray]]:
    def draw(chunk: slice) -> tuple[np.ndarray, np.ndarray]:
        pairs = partners.pairs(chunk)
        if not isinstance(rule.value, Parameter):
            return pairs.kept(partners.uniforms(pairs) < rule.value if rule.value < 1.0 else None)
        return pairs.kept(partners.uniforms(pairs) < _numbers_of(rule.value, pairs, "p"))

    return partners.in_chunks(draw)


def _poisson(rule: CheckedRule, partners: Partners) -> list[tuple[np.ndarray, np.ndarray]]:
    def draw(chunk: slice) -> tuple[np.ndarray, np.ndarray]:
        from simcore.nest._pairs import poisson_numbers

        pairs = partners.pairs(chunk)
        constant = not isinstance(rule.value, Parameter)
        mean = np.full(pairs.n, rule.value) if constant else _numbers_of(rule.value, pairs, "pairwise_avg_num_conns")
        if pairs.n and mean.max() >= _MOST_A_PAIR:
            raise raised("BadProperty", f"Connect: pairwise_avg_num_conns: got {mean.max():g}, expected less than 2**31")
        counts = np.empty(pairs.n, dtype=np.int64)
        poisson_numbers(partners.uniforms(pairs), mean, counts)
        rows, columns = pairs.kept(None)
        return np.repeat(rows, counts), np.repeat(columns, counts)

    return partners.in_chunks(draw)


def _fixed_number(rule: CheckedRule, partners: Partners) -> list[tuple[np.ndarray, np.ndarray]]:
    key = _RULES[rule.name][0]
    n = len(partners.own.ids)
    if isinstance(rule.value, Parameter):
        # NEST rounds halves up.
        where = Where(n, partners.stream, ids=np.arange(n) + _APART)
        drawn = np.floor(_numbers_of(rule.value, where, key) + 0.5)
        if (drawn >= _MOST_A_PAIR).any():
            raise raised("BadProperty", f"Connect: {key}: got {drawn.max():g}, expected less than 2**31")
        wanted = drawn.astype(np.int64)
    else:
        wanted = np.full(n, rule.value, dtype=np.int64)
    if rule.mask is None and not isinstance(rule.weight, Parameter):
        return [_uniform_choice(rule, partners, wanted)]
    return partners.in_chunks(partial(_choice, rule, partners, wanted))


def _uniform_choice(rule: CheckedRule, partners: Partners, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Any partner is as good as any other: the rule of simcore."""
    from simcore import rules

    options = {"allow_autapses": rule.allow_autapses, "allow_multapses": rule.allow_multapses}
    stream = rules.Stream(partners.stream.key, partners.stream.purpose)
    own, others = partners.own.ids, partners.others.ids
    with nest_errors(EdgeError="KernelException"):
        if partners.looks_as_source:
            rules.FixedOutdegree(wanted, **options).check(own, others)
        # In-degrees and out-degrees differ by name only: who looks for partners draws them.
        made = rules.FixedIndegree(wanted, **options)
        made.check(others, own)
        columns = made.draw(others, own, stream, 0, len(own))
    return np.repeat(np.arange(len(own)), wanted), columns.astype(np.int64)


def _choice(rule: CheckedRule, partners: Partners, wanted: np.ndarray, chunk: slice) -> tuple[np.ndarray, np.ndarray]:
    from simcore.nest._pairs import choose
    from simcore.random import seed_words

    pairs = partners.pairs(chunk)
    numbers = np.arange(chunk.start, chunk.stop)
    starts = np.searchsorted(pairs.rows, np.arange(chunk.start, chunk.stop + 1))
    weights = np.ones(pairs.n)
    if isinstance(rule.weight, Parameter):
        weights = _numbers_of(rule.weight, pairs, "p")
        if np.isinf(weights).any():
            raise raised("BadParameterValue", "Connect: p: got infinity, expected a finite number")
    positive = np.concatenate([[0], np.cumsum(weights > 0.0)])
    available = positive[starts[1:]] - positive[starts[:-1]]
    own = wanted[chunk]
    short = (available < 1) & (own > 0) if rule.allow_multapses else available < own
    for i in np.flatnonzero(short)[:1]:
        node, side = int(partners.own.ids[chunk.start + i]), "targets" if partners.looks_as_source else "sources"
        within = "inside the mask" if rule.mask is not None else "with a weight above 0"
        raise raised(
            "KernelException", f"Connect: node {node} wants {own[i]} connections, but has {available[i]} {side} {within}"
        )
    out = np.empty(int(own.sum()), dtype=np.int64)
    words = (np.uint64(partners.stream.purpose), *seed_words(partners.stream.key))
    choose(numbers, starts, weights, own, rule.allow_multapses, words, out)
    return pairs.rows[out], pairs.columns[out]

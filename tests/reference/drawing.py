"""Edges that rules draw, as tests look at them."""

import numpy as np
from scipy import stats

from simcore.random import Purpose
from simcore.rules import Stream

PURPOSE = Purpose.EDGES + 7
N_SEEDS = 120


def stream(seed=1):
    """Where the rules' random numbers come from."""
    return Stream(seed, PURPOSE)


def rows_of(rule, sources, targets, seed=1):
    """Positions drawn by each target, or node that receives, as a list of arrays."""
    rule.check(sources, targets)
    counts = rule.counts(sources, targets, stream(seed))
    drawn = rule.draw(sources, targets, stream(seed), 0, len(counts))
    return np.split(drawn, np.cumsum(counts)[:-1])


def incidence(rule, sources, targets, seed):
    """Number of edges of each pair, shape (n_targets, n_sources) of the nodes that receive and send."""
    rule.check(sources, targets)
    counts = rule.counts(sources, targets, stream(seed))
    out = np.zeros((len(counts), len(rule.ends(sources, targets)[0])), dtype=np.int64)
    drawn = rule.draw(sources, targets, stream(seed), 0, len(counts), counts)
    np.add.at(out, (np.repeat(np.arange(len(counts)), counts), drawn), 1)
    return out


def adjacency(rule, sources, targets, seed, n_nodes):
    """Number of edges from each node to each, shape (n_nodes, n_nodes)."""
    senders, receivers = rule.ends(sources, targets)
    found = incidence(rule, sources, targets, seed)
    out = np.zeros((n_nodes, n_nodes), dtype=np.int64)
    np.add.at(out, (senders[None, :], receivers[:, None]), found)
    return out


def name(rule):
    """Name of a parametrised test."""
    return type(rule).__name__


def assert_uniform(p_values):
    """Second level: the p-values of many seeds are uniform."""
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3, np.sort(p_values)

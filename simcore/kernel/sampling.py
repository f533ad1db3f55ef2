"""Copies of state variables at the times that recorders ask for; compiled only where there is a recorder."""

import functools
from typing import Any

import numpy as np
from numba import types

from simcore.compile import compiled_callback
from simcore.kernel.layout import Sampler
from simcore.kernel.lowlevel import array_at

__all__ = ["sampling_kernel"]


@functools.cache
def sampling_kernel() -> Any:
    """The kernel ``sample(table, step)``, whose `address` is called after the update of a step."""
    return compiled_callback(types.int64(types.int64, types.int64))(_sample)


def _sample(table, step):
    """Copy the sampled columns if the end of the step is one of the sampler's times."""
    sampler, stamp = array_at(table, Sampler.WORDS, np.int64), step + 1
    if (
        stamp <= sampler[Sampler.START]
        or stamp > sampler[Sampler.STOP]
        or (stamp - sampler[Sampler.OFFSET]) % sampler[Sampler.INTERVAL] != 0
    ):
        return 0
    n_nodes, n_columns = sampler[Sampler.N_NODES], sampler[Sampler.N_COLUMNS]
    nodes = array_at(sampler[Sampler.NODES_AT], n_nodes, np.int32)
    columns = array_at(sampler[Sampler.COLUMNS_AT], 2 * n_columns, np.int64)
    row = array_at(sampler[Sampler.ROW_AT], 1, np.int64)
    out = array_at(sampler[Sampler.OUT_AT], (row[0] + 1) * n_columns * n_nodes, np.float64)
    at = row[0] * n_columns * n_nodes
    for c in range(n_columns):
        if columns[2 * c + 1] == 1:
            whole = array_at(columns[2 * c], 1 << 40, np.int32)
            for k in range(n_nodes):
                out[at + c * n_nodes + k] = whole[nodes[k]]
        else:
            values = array_at(columns[2 * c], 1 << 40, np.float64)
            for k in range(n_nodes):
                out[at + c * n_nodes + k] = values[nodes[k]]
    row[0] += 1
    return 0

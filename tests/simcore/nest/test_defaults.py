"""Defaults, recordables and parameters of every model are NEST's."""

import numpy as np
import pytest

import simcore.nest as ours
from simcore.nest._missing import UNSUPPORTED
from tests.simcore.nest.sides import assert_same, nest_itself, run

# What NEST's nodes and synapses carry besides their parameters, and simcore.nest does not show.
BOOKKEEPING = {
    "archiver_length", "available", "capacity", "elementsize", "instantiations", "model_id", "post_trace", "thread_local_id",
    "has_connections", "sizeof", "synapse_modelid", "requires_symmetric", "y_0", "y_1",
}  # fmt: skip

# Where a default is another on purpose: NEST writes minus infinity as the least number, or leaves a column out.
OTHER = {("iaf_psc_delta", "V_min"), ("izhikevich", "V_min"), ("voltmeter", "events"), ("weight_recorder", "events")}


def unsupported(name, kind):
    return {**UNSUPPORTED["all"], **UNSUPPORTED.get(kind, {}), **UNSUPPORTED.get(name, {})}


@pytest.mark.parametrize("name", sorted([*ours.node_models, *ours.synapse_models]))
def test_defaults_are_nests(name):
    theirs = run(lambda nest: nest.GetDefaults(name), nest_itself())
    found = run(lambda nest: nest.GetDefaults(name), ours)
    absent = unsupported(name, theirs["element_type"])
    assert set(theirs) - set(found) <= BOOKKEEPING | set(absent)
    for key in set(theirs) & set(found) - {"synapse_modelid", "weight_recorder"} - {k for n, k in OTHER if n == name}:
        assert_same(found[key], theirs[key], f"{name}: {key}")
    for key in set(absent) & set(theirs) - set(found):
        assert_same(absent[key], theirs[key], f"{name}: {key}")


@pytest.mark.parametrize("name", [n for n in ours.node_models if n not in ("mip_generator",)])
def test_created_nodes_have_nests_values(name):
    def created(nest):
        return nest.Create(name, 2).get()

    found, theirs = run(created, ours), run(created, nest_itself())
    skipped = (
        BOOKKEEPING
        | {k for n, k in OTHER if n == name}
        | set(unsupported(name, theirs["element_type"][0]))
        | {"vp", "thread", "recordables"}
    )
    for key in set(theirs) - skipped:
        if not isinstance(theirs[key][0], (str, dict)) and not np.iterable(theirs[key][0]):
            assert_same(found[key], theirs[key], f"{name}: {key}")
    if "recordables" in theirs:
        assert_same(list(found["recordables"]), [sorted(names) for names in theirs["recordables"]], name)

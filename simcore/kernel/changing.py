"""Edges that are changed or removed after a run has begun, while spikes are on their way over them.

Weights, parameters and state are changed where they lie. An edge that is removed leaves its synapse behind, whose target
becomes a column that no neuron reads. Synapses lie by source and delay, and by the input that their weights' sign asks for:
where one of these changes, all that was built together is laid out anew, with its state. Who changes edges first has the
spikes sent (`simcore.kernel.sending`) that are to go as things were.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.compile import roomy, run_parallel
from simcore.description import Projection
from simcore.kernel.blocks import TargetBlock
from simcore.kernel.connectivity import Group, PathwayPlan, Synapses
from simcore.kernel.places import laid, places
from simcore.kernel.planning import array_form, input_channels
from simcore.kernel.plastic_state import settle, settle_anew
from simcore.kernel.sending import send
from simcore.kernel.sorting import build_synapses
from simcore.kernel.stimulation import build_links, end_links, sort_links
from simcore.kernel.underway import spikes_of

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["find_inputs", "is_mostly_dead", "lay_out_anew", "relink", "remove", "send_first", "widen", "write"]

# Synapses without an edge, among as many or more with one, that are worth laying out anew.
_MANY_DEAD = 1 << 16


def send_first(engine: "Engine", projection: Projection, before: int, *, of_group: bool) -> bool:
    """Send the spikes that a change does not reach, over a projection's synapses or all that were built together with it."""
    group = _group(engine, projection)
    table = engine.route_of[projection.index].table
    return send(engine, group.plans if of_group else [group.plans[k] for k in np.unique(table[table >= 0])], before)


def write(engine: "Engine", projection: Projection, numbers: np.ndarray | None, values: Mapping[str, Any]) -> None:
    """Give synapses new weights, parameters and state, for which `widen` has made room.

    Parameters
    ----------
    engine : Engine
    projection : Projection
        Whose description holds the new values, except those of state.
    numbers : ndarray of int64, shape (n,), optional
        Edges; all if None.
    values : dict of str to float or ndarray, shape (n,)
    """
    if projection.synapse.is_plastic:
        settle(engine)

    def write_block(block: TargetBlock) -> None:
        for synapses, where, given in _found(engine, block, projection, numbers):
            plan = synapses.plan
            for name, value in values.items():
                new = value[given] if isinstance(value, np.ndarray) else value
                # Inputs that count do not look at weights, but plastic weights change all the same.
                if name == "weight" and plan.weight_form != "constant" and (plan.synapse.is_plastic or not plan.counts):
                    synapses.write(name, where, new * plan.stored_scale)
                elif name in plan.columns:
                    synapses.write(name, where, new)
            if synapses.plastic is not None:
                settle_anew(engine, block, synapses, where)

    run_parallel([lambda b=b: write_block(b) for b in engine.blocks], engine.threads)


def _found(
    engine: "Engine", block: TargetBlock, projection: Projection, numbers: np.ndarray | None
) -> Iterator[tuple[Synapses, np.ndarray, np.ndarray]]:
    """Synapses of a block that hold some edges, the positions of these, and which of `numbers` they are."""
    wanted = _ends_of(engine, projection, numbers)
    order = None if numbers is None or np.all(numbers[1:] > numbers[:-1]) else np.argsort(numbers)
    ordered = numbers if numbers is None or order is None else numbers[order]
    there = None if numbers is not None or projection.gone is None else np.flatnonzero(~projection.gone)
    for _, synapses, edges, where in places(engine, block, [projection], **wanted):
        if ordered is None:
            yield synapses, where, edges.numbers if there is None else np.searchsorted(there, edges.numbers)
            continue
        given = np.minimum(np.searchsorted(ordered, edges.numbers), ordered.size - 1)
        chosen = np.flatnonzero(ordered[given] == edges.numbers)
        yield synapses, where[chosen], given[chosen] if order is None else order[given[chosen]]


def _ends_of(engine: "Engine", projection: Projection, numbers: np.ndarray | None) -> dict[str, np.ndarray | None]:
    """Nodes that are ends of some edges, as `places` wants them: the sources only where these are listed."""
    if numbers is None:
        return {}
    masks = {name: np.zeros(engine.population_of.size, dtype=bool) for name in ("sources", "targets")}
    if projection.rule is not None:
        rows = np.searchsorted(np.cumsum(projection.counts), numbers, side="right")
        masks["targets"][projection.ends[1][rows]] = True
        return {"targets": masks["targets"]}
    at = numbers if projection.kept is None else np.flatnonzero(np.isin(projection.kept, numbers))
    masks["sources"][projection.sources[at]] = True
    masks["targets"][projection.targets[at]] = True
    return masks


def remove(engine: "Engine", projection: Projection, numbers: np.ndarray | None) -> None:
    """Have nothing arrive any more over some edges; the caller takes them out of the description afterwards."""

    def remove_from(block: TargetBlock) -> None:
        for synapses, where, _ in _found(engine, block, projection, numbers):
            synapses.targets[where] = block.size

    run_parallel([lambda b=b: remove_from(b) for b in engine.blocks], engine.threads)
    engine.is_changed = True


def is_mostly_dead(engine: "Engine", projection: Projection) -> bool:
    """Whether most synapses of what was built together with a projection have no edge any more, and are many."""
    group = _group(engine, projection)
    held, there = 0, 0
    for block in engine.blocks:
        own = [s for s in block.synapses if _is_laid_out_anew(s, group)]
        held += sum(s.n_synapses for s in own)
        there += sum(int(np.count_nonzero(s.targets < block.size)) for s in own)
    held, there = (sum(engine.ranks.share(n)) for n in (held, there))
    return held - there >= max(_MANY_DEAD, there)


def _is_laid_out_anew(synapses: Synapses, group: Group) -> bool:
    """Whether synapses can be laid out anew with a group: plastic ones keep what they have seen, and their places."""
    return not synapses.plan.synapse.is_plastic and any(synapses.plan is plan for plan in group.plans)


def _group(engine: "Engine", projection: Projection) -> Group:
    return next(group for group in engine.groups if group.plans is engine.plans_of[projection.index])


def widen(engine: "Engine", projection: Projection, values: Mapping[str, Any], *, is_whole: bool) -> bool:
    """Have the plans of a projection take new values: one an edge where it was one for all, and double where it was single.

    Parameters
    ----------
    engine : Engine
    projection : Projection
    values : dict of str to float or ndarray
        Weights and parameters.
    is_whole : bool
        Whether all edges of the projection get them.

    Returns
    -------
    changed : bool
        Whether the records of the step loop are to be filled anew.
    """
    engine.is_changed, changed = True, False
    group = _group(engine, projection)
    table = engine.route_of[projection.index].table
    for plan in (group.plans[k] for k in np.unique(table[table >= 0])):
        users = [
            p for p, route in group.routes if any(group.plans[k] is plan for k in np.unique(route.table[route.table >= 0]))
        ]
        is_own = is_whole and len(users) == 1
        for name, value in values.items():
            same = is_own and not isinstance(value, np.ndarray)
            changed |= (
                _widen_weights(engine, plan, value, same) if name == "weight" else _widen(engine, plan, name, value, same)
            )
    return changed


def _widen_weights(engine: "Engine", plan: PathwayPlan, value: Any, same: bool) -> bool:
    if plan.weight_form == "float64":
        return False
    if plan.counts:  # only what is recorded has these weights
        return engine.records is not None and bool(engine.records.weights)
    scaled = value * plan.scale
    if plan.weight_form == "constant" and np.all(scaled == plan.weight):
        return False
    if plan.weight_form == "constant" and same:
        plan.weight = float(scaled)
        return True
    form = array_form(scaled)
    if plan.weight_form == "constant":
        form = "float64" if array_form(plan.weight) == "float64" else form
        old, plan.weight_form, plan.weight = plan.weight, form, 0.0
        for synapses in _synapses_of(engine, plan):
            synapses.weights = np.full(synapses.n_synapses, old, dtype=form)
        return True
    if form == "float64":
        plan.weight_form = form
        for synapses in _synapses_of(engine, plan):
            synapses.weights = synapses.weights.astype(form)
    return form == "float64"


def _widen(engine: "Engine", plan: PathwayPlan, name: str, value: Any, same: bool) -> bool:
    if name not in plan.scalars or not isinstance(value, np.ndarray) and value == plan.scalars[name]:
        return False
    if same:
        plan.scalars[name] = float(value)
        return True
    old = plan.scalars.pop(name)
    plan.arrays = tuple(n for n in plan.synapse.parameters if n in (*plan.arrays, name))
    for synapses in _synapses_of(engine, plan):
        synapses.columns[name] = np.full(synapses.n_synapses, old)
    return True


def _synapses_of(engine: "Engine", plan: PathwayPlan) -> list[Synapses]:
    return [s for block in engine.blocks for s in block.synapses if s.plan is plan]


def find_inputs(engine: "Engine", projection: Projection) -> None:
    """Have weights of both signs of a projection go where they belong: to plans that there are, or to new ones.

    Those of plastic synapses find their input by their sign when they are sent.
    """
    if projection.synapse.is_plastic:
        return
    group, route = _group(engine, projection), engine.route_of[projection.index]
    for number in np.flatnonzero((route.table >= 0).any(axis=1)):
        channels = input_channels(engine.populations[number], projection.receptor)
        ports = list(engine.populations[number].model.inputs.values())
        for sign in (s for s in range(2) if route.table[number, s] < 0 and channels[s] >= 0):
            old = group.plans[route.table[number, 1 - sign]]
            channel, port = channels[sign], ports[channels[sign]]
            opposite = (old.channel, old.scale) if old.from_devices else (channel, port.scale)
            new = replace(old, channel=channel, counts=port.takes == "count", scale=port.scale, opposite=opposite)
            if channel == old.channel:
                route.table[number, sign] = route.table[number, 1 - sign]
            else:
                route.table[number, sign] = _plan_like(group.plans, replace(new, scalars=dict(old.scalars)))


def _plan_like(plans: list[PathwayPlan], new: PathwayPlan) -> int:
    """The number of a plan of the same kind, which is added if there is none."""
    names = ("channel", "from_devices", "counts", "scale", "opposite", "since", "scalars", "arrays")
    for k, plan in enumerate(plans):
        is_like = plan.weight_form == "constant" and new.weight_form == "constant" or plan.weight_form != "constant"
        if plan.synapse is new.synapse and is_like and all(getattr(plan, n) == getattr(new, n) for n in names):
            return k
    if new.weight_form == "constant":
        new.weight_form, new.weight = array_form(new.weight), 0.0
    plans.append(new)
    return len(plans) - 1


@roomy
def lay_out_anew(engine: "Engine", projection: Projection, change: Callable[[], None] | None = None) -> np.ndarray:
    """Build anew what was built together with a projection, after a change of its description if there is one.

    Parameters
    ----------
    engine : Engine
        Whose synapses have been sent all that is to go as it was.
    projection : Projection
    change : callable
        Changes values of the projection; called when all that has to be kept has been looked up.

    Returns
    -------
    spikes : ndarray of int64
        What was under way, to be put into the wheels with `put_spikes` when the engine's records have been filled anew.
    """
    group = _group(engine, projection)
    has_state = any(plan.synapse.state for plan in group.plans if not plan.synapse.is_plastic)

    def edges_of(block: TargetBlock) -> dict[int, np.ndarray]:
        return laid(engine, block, group) if has_state else {}

    before = run_parallel([lambda b=b: edges_of(b) for b in engine.blocks], engine.threads)
    old = {id(b): [s for s in b.synapses if _is_laid_out_anew(s, group)] for b in engine.blocks}
    spikes = spikes_of([s for own in old.values() for s in own], engine.step)
    engine.is_changed = True
    if change is not None:
        change()
    order = {id(plan): k for k, plan in enumerate(engine.plans)}

    def build(block: TargetBlock, at: dict[int, np.ndarray]) -> None:
        own, local = engine.membership(block)
        new = [s for s in build_synapses(group.plans, group.routes, own, local) if _is_laid_out_anew(s, group)]
        block.synapses = [s for s in block.synapses if not any(s is o for o in old[id(block)])] + new
        block.synapses.sort(key=lambda s: order[id(s.plan)])
        _carry_over(group, old[id(block)], new, (at, edges_of(block)))

    run_parallel([lambda b=b, at=at: build(b, at) for b, at in zip(engine.blocks, before, strict=True)], engine.threads)
    engine.keep_to_delays(s for block in engine.blocks for s in block.synapses)
    engine.make_logs()
    return spikes


def _carry_over(group: Group, old: list[Synapses], new: list[Synapses], positions: tuple[Any, Any]) -> None:
    """Give new synapses the state of the old ones with the same edges."""
    number = {id(plan): k for k, plan in enumerate(group.plans)}
    for synapses in old:
        to_plan, to = np.full(synapses.n_synapses, -1, dtype=np.int32), np.zeros(synapses.n_synapses, dtype=np.int64)
        for index, before in positions[0].items():
            here, after = before[1] == number[id(synapses.plan)], positions[1][index]
            to_plan[before[2, here]], to[before[2, here]] = after[1, here], after[2, here]
        for one in new:
            chosen = np.flatnonzero(to_plan == number[id(one.plan)])
            for name in one.plan.synapse.state if chosen.size else ():
                one.columns[name][to[chosen]] = synapses.columns[name][chosen]


def relink(engine: "Engine", projection: Projection) -> None:
    """Build the connections of a stimulator anew for what it sends from now on; what it sent before goes as it was."""
    engine.linked[projection.index] = engine.step
    for block in engine.blocks:
        own, local = engine.membership(block)
        end_links(block, projection, engine.step)
        args = (block, [projection], engine.devices, engine.populations, own, local)
        block.links += build_links(*args, since=engine.step)
        sort_links(block)

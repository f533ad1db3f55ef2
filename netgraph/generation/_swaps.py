"""Kernels that exchange the ends of edges: a set of pairs that answers at once, and swaps that keep all degrees.

Where about one pair in a hundred or more is an edge, the set has a bit for each pair. Else it is a table of keys with linear
probing, whose blocks are filled one by one, each in the cache and by one thread; a probe that reaches the end of its block goes
on at the block's beginning, and a key that is taken out lets those after it move up (Knuth 1998, section 6.4, algorithm R), so
that any number of swaps leaves no trace.

``rules`` holds as int64: the number of nodes, whether pairs have no order, whether loops are allowed, whether pairs must be
distinct, the number of bits of a place in the table (0 for the bits of all pairs), the number of places of a block less one,
and whether swaps may turn edges.
"""

import numpy as np

from simcore.compile import compiled, compiled_inner
from simcore.random import philox, unit_interval

__all__ = ["count_blocks", "deal_keys", "fill_block", "follow_paths", "redraw_some", "sort_into_order", "swap_some"]

_ONE = np.uint64(1)
_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_AT_ONCE = 64


@compiled_inner
def _key(u, v, rules):
    """Number of a pair, above 0."""
    n = np.uint64(rules[0])
    if rules[1] and u > v:
        return np.uint64(v) * n + np.uint64(u) + _ONE
    return np.uint64(u) * n + np.uint64(v) + _ONE


@compiled_inner
def _place(key, rules):
    """Where a key belongs in the table."""
    if rules[4] == 0:
        return np.int64(key - _ONE)
    # Products of halves do not overflow; their middle bits depend on all others.
    h = (key & _MASK) * np.uint64(0x9E3779B1) ^ (key >> _SHIFT) * np.uint64(0x85EBCA77)
    h = ((h ^ (h >> np.uint64(15))) & _MASK) * np.uint64(0xC2B2AE3D) ^ (h >> _SHIFT) * np.uint64(0x27D4EB2F)
    return np.int64(h >> np.uint64(20)) & ((np.int64(1) << rules[4]) - 1)


@compiled_inner
def _next(place, rules):
    """The place after this one in the same block."""
    return (place & ~rules[5]) | ((place + 1) & rules[5])


@compiled_inner
def _find(key, table, rules):
    """Where a key stands, or the free place where it would."""
    place = _place(key, rules)
    while table[place] != np.uint64(0) and table[place] != key:
        place = _next(place, rules)
    return place


@compiled_inner
def _holds(key, table, rules):
    """Whether a key is in the set."""
    if rules[4] == 0:
        bit = key - _ONE
        return (table[bit >> np.uint64(6)] >> (bit & np.uint64(63))) & _ONE == _ONE
    return table[_find(key, table, rules)] == key


@compiled_inner
def _add(key, table, rules):
    """Put a key in."""
    if rules[4] == 0:
        bit = key - _ONE
        table[bit >> np.uint64(6)] |= _ONE << (bit & np.uint64(63))
    else:
        table[_find(key, table, rules)] = key


@compiled_inner
def _remove(key, table, rules):
    """Take a key out, and move up those that it had pushed on."""
    if rules[4] == 0:
        bit = key - _ONE
        table[bit >> np.uint64(6)] &= ~(_ONE << (bit & np.uint64(63)))
        return
    hole = _find(key, table, rules)
    place = _next(hole, rules)
    while table[place] != np.uint64(0):
        home = _place(table[place], rules)
        if ((place - home) & rules[5]) >= ((place - hole) & rules[5]):
            table[hole] = table[place]
            hole = place
        place = _next(place, rules)
    table[hole] = np.uint64(0)


@compiled
def count_blocks(source, target, rules, block_bits, counts):
    """Count the pairs by the block of their keys."""
    for e in range(source.size):
        counts[_place(_key(source[e], target[e], rules), rules) >> block_bits] += 1


@compiled
def deal_keys(first, source, target, rules, block_bits, places, keys, edges):
    """Put keys and numbers of pairs, which begin at `first`, where their blocks want them; 0 for loops that must not be."""
    for e in range(source.size):
        key = _key(source[e], target[e], rules)
        block = _place(key, rules) >> block_bits
        keys[places[block]] = np.uint64(0) if source[e] == target[e] and not rules[2] else key
        edges[places[block]] = first + e
        places[block] += 1


@compiled
def fill_block(keys, edges, n_old, rules, table, wrong):
    """Add keys in order; edges with a key that is there already, and those without one, are marked as wrong.

    Edges below `n_old` are those that exist and are not marked.
    """
    for i in range(keys.size):
        if keys[i] == np.uint64(0) or _holds(keys[i], table, rules):
            if edges[i] >= n_old:
                wrong[edges[i] - n_old] = 1
        else:
            _add(keys[i], table, rules)


@compiled_inner
def _is_free(u, v, table, rules):
    """Whether an edge may be added between two nodes."""
    if u == v and not rules[2]:
        return False
    return not rules[3] or not _holds(_key(u, v, rules), table, rules)


@compiled_inner
def _swap(e, f, flip, ends, wrong, table, rules):
    """Exchange the sources of two edges, the second of them turned round if `flip`, if both new edges are allowed."""
    source, target = ends
    u, v, x, y = source[e], target[e], source[f], target[f]
    if flip:
        x, y = y, x
    if e == f or not _is_free(x, v, table, rules) or not _is_free(u, y, table, rules):
        return False
    if rules[3]:
        if _key(x, v, rules) == _key(u, y, rules):
            return False
        if not wrong[e]:
            _remove(_key(u, v, rules), table, rules)
        if not wrong[f]:
            _remove(_key(x, y, rules), table, rules)
        _add(_key(x, v, rules), table, rules)
        _add(_key(u, y, rules), table, rules)
    source[e], target[e], source[f], target[f] = x, v, u, y
    wrong[e] = wrong[f] = 0
    return True


@compiled_inner
def _push(e, f, flip, ends, wrong, table, rules):
    """As `_swap` for a wrong edge `e`, if one of the new edges is allowed; the other may be the one that is wrong then."""
    source, target = ends
    u, v, x, y = source[e], target[e], source[f], target[f]
    if flip:
        x, y = y, x
    if e == f or not (_is_free(x, v, table, rules) or _is_free(u, y, table, rules)):
        return
    if rules[3] and not wrong[f]:
        _remove(_key(x, y, rules), table, rules)
    source[e], target[e], source[f], target[f] = x, v, u, y
    for edge in (e, f):
        is_free = _is_free(source[edge], target[edge], table, rules)
        wrong[edge] = not is_free
        if rules[3] and is_free:
            _add(_key(source[edge], target[edge], rules), table, rules)


@compiled_inner
def _numbers(t, words):
    """Two uniform numbers in (0, 1), and a random bit, of one try."""
    purpose, k0, k1, counter = words
    number = np.uint64(t)
    w0, w1, w2, w3 = philox(number & _MASK, number >> _SHIFT, counter, purpose, k0, k1)
    return unit_interval(w0, w1), unit_interval(w2, w3), np.int64(w1 & _ONE)


@compiled_inner
def _look(chosen, n, ends, table, rules):
    """Read all that some swaps will need, so that the memory answers for all of them at once; a sum of what it said."""
    source, target = ends
    seen = np.int64(0)
    for k in range(n):
        e, f = chosen[0, k], chosen[1, k]
        seen += source[e] + target[e] + source[f] + target[f]
    if rules[3] and rules[4]:
        for k in range(n):
            e, f = chosen[0, k], chosen[1, k]
            x, y = (target[f], source[f]) if chosen[2, k] else (source[f], target[f])
            place, other = _place(_key(x, target[e], rules), rules), _place(_key(source[e], y, rules), rules)
            seen += np.int64(table[place] & _ONE) + np.int64(table[other] & _ONE)
    return seen


@compiled
def swap_some(bad, loose, begin, last, words, ends, wrong, table, rules):
    """Swap random pairs of edges where this is allowed, in tries numbered from `begin` to `last`.

    If there are any in `bad`, one a try, the first edge of each pair is one of them, and is left if it is not wrong any more.
    If `loose`, the other one may become wrong in its place, so that what is wrong wanders until it can be mended.
    """
    chosen = np.empty((3, _AT_ONCE), np.int64)
    seen = np.int64(0)
    for start in range(begin, last, _AT_ONCE):
        n = min(_AT_ONCE, last - start)
        for k in range(n):
            first, second, bit = _numbers(start + k, words)
            chosen[0, k] = bad[start + k - begin] if bad.size else np.int64(first * wrong.size)
            chosen[1, k], chosen[2, k] = np.int64(second * wrong.size), rules[6] & bit
        seen += _look(chosen, n, ends, table, rules)
        for k in range(n):
            if bad.size and not wrong[chosen[0, k]]:
                continue
            if not _swap(chosen[0, k], chosen[1, k], chosen[2, k], ends, wrong, table, rules) and loose:
                _push(chosen[0, k], chosen[1, k], chosen[2, k], ends, wrong, table, rules)
    return seen


@compiled
def redraw_some(bad, begin, last, words, nodes, side, ends, wrong, table, rules):
    """Give random edges, or those in `bad` that are wrong, a random node at one end where this is allowed; as `swap_some`."""
    for t in range(begin, last):
        first, second, _ = _numbers(t, words)
        e = bad[t - begin] if bad.size else np.int64(first * wrong.size)
        if bad.size and not wrong[e]:
            continue
        kept, drawn = ends[1 - side][e], nodes[np.int64(second * nodes.size)]
        u, v = (kept, drawn) if side else (drawn, kept)
        if not _is_free(u, v, table, rules):
            continue
        if not wrong[e]:
            _remove(_key(ends[0][e], ends[1][e], rules), table, rules)
        ends[side][e] = drawn
        _add(_key(u, v, rules), table, rules)
        wrong[e] = 0


@compiled
def sort_into_order(begin, last, words, marks, aim, order, ends, wrong, table, rules):
    """Swap random pairs of edges if that brings the sum over edges of the product of two marks nearer to the aim.

    Parameters
    ----------
    begin, last : int
        Numbers of the tries.
    words : tuple of uint64
        Where their random numbers come from.
    marks : ndarray of float64, shape (2, n_nodes)
        What counts of the node at the source, and of that at the target.
    aim : ndarray of float64, shape (2,)
        How far the sum is from what is wanted, which is updated, and how near is near enough to swap freely.
    order : ndarray of int64
        If there are any, every other try takes its first edge from these, the earlier ones the more often.
    """
    source, target = ends
    chosen = np.empty((3, _AT_ONCE), np.int64)
    seen = np.int64(0)
    for start in range(begin, last, _AT_ONCE):
        n = min(_AT_ONCE, last - start)
        for k in range(n):
            first, second, bit = _numbers(start + k, words)
            chosen[0, k], chosen[1, k] = np.int64(first * wrong.size), np.int64(second * wrong.size)
            chosen[2, k] = rules[6] & bit
            if order.size and k & 1:
                chosen[0, k] = order[np.int64(first * first * first * order.size)]
        seen += _look(chosen, n, ends, table, rules)
        for k in range(n):
            e, f, flip = chosen[0, k], chosen[1, k], chosen[2, k]
            x, y = (target[f], source[f]) if flip else (source[f], target[f])
            change = (marks[0, x] - marks[0, source[e]]) * (marks[1, target[e]] - marks[1, y])
            if abs(aim[0] - change) > max(abs(aim[0]), aim[1]):
                continue
            if _swap(e, f, flip, ends, wrong, table, rules):
                aim[0] -= change
    return seen


@compiled_inner
def _fill_hole(hole, root, via, slot_of, ends, wrong, table, rules):
    """Fill a wrong edge: each source on the path from the root takes the place of the one after it, the last one the hole."""
    source, target = ends
    waiting = source[hole]
    wrong[hole] = 0
    slot = hole
    while True:
        v = target[slot]
        u = via[v]
        source[slot] = u
        if rules[3]:
            _add(_key(u, v, rules), table, rules)
        if u == root:
            break
        slot = slot_of[u]
        if rules[3]:
            _remove(_key(u, target[slot], rules), table, rules)
    # The source that had been waiting at the hole now waits where the root did.
    if slot_of[root] != hole:
        source[slot_of[root]] = waiting
        if slot_of[waiting] == hole:
            slot_of[waiting] = slot_of[root]


@compiled_inner
def _visit(v, u, begins, slots, queue, n_queue, root_of, slot_of, ends, wrong):
    """Let the sources of a target follow `u` into the queue; a wrong edge among the target's, or -1, and the queue's length."""
    for s in range(begins[v], begins[v + 1]):
        slot = slots[s]
        if wrong[slot]:
            return slot, n_queue
        w = ends[0][slot]
        if slot_of[w] < 0:
            slot_of[w], root_of[w] = slot, root_of[u]
            queue[n_queue] = w
            n_queue += 1
    return np.int64(-1), n_queue


@compiled
def follow_paths(bad, begins, slots, targets, ends, wrong, table, rules):
    """Give wrong edges a place by moving the sources of others, along disjoint shortest paths; how many have got one.

    From the sources of all wrong edges trees grow at once, to the targets that a source may yet have, and from those to their
    sources, which may give them up. None is found if and only if no graph has these degrees (Ford & Fulkerson 1956).

    Parameters
    ----------
    bad : ndarray of int64
        Wrong edges.
    begins, slots : ndarray of int64
        Edges by target: ``slots[begins[v]:begins[v + 1]]`` are those of node v.
    targets : ndarray of int64
        Nodes with edges.
    """
    source = ends[0]
    left, n_left = targets.copy(), targets.size
    via, slot_of, root_of = np.full(rules[0], -1, np.int64), np.full(rules[0], -1, np.int64), np.full(rules[0], -1, np.int64)
    queue, done = np.empty(rules[0], np.int64), np.zeros(rules[0], np.uint8)
    n_queue, at, n_filled = 0, 0, 0
    for e in bad:
        if wrong[e] and slot_of[source[e]] < 0:
            slot_of[source[e]], root_of[source[e]], queue[n_queue] = e, source[e], source[e]
            n_queue += 1
    while at < n_queue:
        u = queue[at]
        at += 1
        kept = 0
        for i in range(n_left):
            v = left[i]
            if done[root_of[u]] or not _is_free(u, v, table, rules):
                left[kept] = v
                kept += 1
                continue
            via[v] = u
            hole, n_queue = _visit(v, u, begins, slots, queue, n_queue, root_of, slot_of, ends, wrong)
            if hole >= 0:
                done[root_of[u]] = 1
                _fill_hole(hole, root_of[u], via, slot_of, ends, wrong, table, rules)
                n_filled += 1
        n_left = kept
    return n_filled

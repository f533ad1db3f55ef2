"""Compiled edge switching.

A row is an edge: its owner, which stays, and the other end, which is switched. Rows come in groups that hold all rows of their
owners, so that a group knows by itself which edges there are, and groups can be switched side by side, each in the cache.
Where the direction of an edge may turn, the other end is twice the node, plus one if the owner is the target.
"""

import numpy as np

from simcore.compile import compiled, compiled_inner
from simcore.random import philox

__all__ = ["count_groups", "draw_groups", "place_groups", "ring_ways", "shuffle", "switch_by_source", "switch_segments"]

# Calls of the cipher at a time; each gives the words of two switches.
_CHUNK = 128
_HALF = 2 * _CHUNK

# Third counter word of the streams of one group and round.
_SWITCHES = 0
_CYCLES = 1
_FLIPS = 2

# What a place in the table of keys holds that was never used, and one whose key was taken out.
_FREE = -1
_GONE = -2


@compiled(forceinline=True)
def _below(word, n):
    """A whole number below n; that some are likelier by 2**-32 does no harm, for no proposal depends on the edges."""
    return np.int64((word * np.uint64(n)) >> np.uint64(32))


@compiled_inner
def _draw(first, group, kind, stream, words):
    """Random words numbered from 4 * first on."""
    purpose, k0, k1 = stream
    for q in range(_CHUNK):
        w0, w1, w2, w3 = philox(np.uint64(first + q), np.uint64(group), np.uint64(kind), purpose, k0, k1)
        words[q] = w0
        words[q + _CHUNK] = w1
        words[q + 2 * _CHUNK] = w2
        words[q + 3 * _CHUNK] = w3


@compiled(forceinline=True)
def _home(key, mask):
    """Where in the table a key would best lie."""
    low, high = np.uint64(key) & np.uint64(0xFFFFFFFF), np.uint64(key) >> np.uint64(32)
    h = (low * np.uint64(0x9E3779B1)) ^ (high * np.uint64(0x85EBCA77))
    h = ((h ^ (h >> np.uint64(32))) & np.uint64(0xFFFFFFFF)) * np.uint64(0xC2B2AE3D)
    return np.int64((h ^ (h >> np.uint64(32))) & np.uint64(mask))


@compiled_inner
def _find(table, mask, key):
    """Where a key lies or, if it is not there, minus one less the place where it would."""
    i = _home(key, mask)
    while table[i] != _FREE:
        if table[i] == key:
            return i
        i = (i + 1) & mask
    return -1 - i


@compiled_inner
def _replace(table, mask, old, new, place):
    """Put a key at the place that `_find` gave, or behind what lies there by now, instead of another key."""
    table[_find(table, mask, old)] = _GONE
    i = -1 - place
    while table[i] != _FREE:
        i = (i + 1) & mask
    table[i] = new


@compiled_inner
def _enter(owner, other, table, width, state):
    """Enter all rows into the front of the table, and note in the state its mask and how many keys may be replaced.

    A place that was used stays so, for keys that lie behind it: then all are entered anew. If two rows have the same key, the
    mask is minus one less that key.
    """
    size = 8
    while size < 4 * owner.size:
        size *= 2
    for i in range(size):
        table[i] = _FREE
    state[0], state[1] = size - 1, size // 2 - owner.size
    for k in range(owner.size):
        key = np.int64(owner[k]) * width + other[k]
        place = _find(table, size - 1, key)
        if place >= 0:
            state[0] = -1 - key
            return
        table[-1 - place] = key


@compiled(forceinline=True)
def _way(u, v, n):
    """The shorter way from u to v on the ring: forwards if positive."""
    d = np.int64(v) - np.int64(u)
    if 2 * d > n:
        return d - n
    return d + n if 2 * d <= -n else d


@compiled(forceinline=True)
def _turns(old, other_old, new, other_new, n):
    """How often two edges lead round the ring more after a switch; n if they were longer then or, if as long, less equal."""
    before, after = abs(old) + abs(other_old), abs(new) + abs(other_new)
    if after > before or (after == before and max(abs(new), abs(other_new)) > max(abs(old), abs(other_old))):
        return n
    return (new + other_new - old - other_old) // n


@compiled
def ring_ways(owner, other, doubled, n):
    """Length of all edges on the ring, that of the longest, and how far they all lead forwards."""
    total, longest, forwards = np.int64(0), np.int64(0), np.int64(0)
    for i in range(owner.size):
        way = _way(owner[i], other[i] >> doubled, n)
        total, longest, forwards = total + abs(way), max(longest, abs(way)), forwards + way
    return total, longest, forwards


@compiled_inner
def _switch(owner, other, table, state, ranks, labels, group, attempts, stream, words, rule):
    """Propose switches between rows that are drawn uniformly; returns how many were accepted.

    A switch gives each of two owners the other one's end. The rule says how wide a row of keys is, whether other ends are
    doubled, whether self-loops and parallel edges are allowed, the number of nodes if edges may not grow on the ring, how often
    more all edges are to lead round it, and to how many groups that applies, 0 if it does not matter.
    """
    width, doubled, loops, multi, ring, turns, n_groups = rule
    n, mask, left = owner.size, state[0], state[1]
    due = (group + 1) * turns // n_groups - group * turns // n_groups if n_groups > 0 else 0
    accepted = 0
    for done in range(0, attempts, _HALF):
        _draw(done // 2, group, _SWITCHES, stream, words)
        for k in range(min(_HALF, attempts - done)):
            i, j = _below(words[k], n), _below(words[k + _HALF], n)
            a, b, c, d = owner[i], other[i], owner[j], other[j]
            if a == c or b == d:
                continue
            x, y = b >> doubled, d >> doubled
            if not loops and (a == y or c == x):
                continue
            if ranks.size > 0 and (ranks[a] >= ranks[y] or ranks[c] >= ranks[x]):
                continue
            if labels.size > 0 and labels[a] != labels[c] and labels[x] != labels[y]:
                continue
            turn = 0
            if ring > 0:
                turn = _turns(_way(a, x, ring), _way(c, y, ring), _way(a, y, ring), _way(c, x, ring), ring)
                if turn == ring or (turn != 0 and n_groups > 0 and not (0 < turn <= due or due <= turn < 0)):
                    continue
            if not multi:
                ad, cb = np.int64(a) * width + d, np.int64(c) * width + b
                at, then = _find(table, mask, ad), _find(table, mask, cb)
                if at >= 0 or then >= 0:
                    continue
                _replace(table, mask, np.int64(a) * width + b, ad, at)
                _replace(table, mask, np.int64(c) * width + d, cb, then)
                left -= 2
            other[i], other[j] = d, b
            due -= turn
            accepted += 1
            if not multi and left < 2:
                _enter(owner, other, table, width, state)
                left = state[1]
    state[1] = left
    return accepted


@compiled_inner
def _turn_cycles(owner, other, table, state, places, labels, group, attempts, stream, words, rule):
    """Turn round cycles of three edges, which switches cannot; half of the proposals are void, so that none must alternate.

    `places` are the first row and the number of rows of each node of the group, and the group of each node.
    """
    begin, degree, group_of = places
    width, multi, mask = rule[0], rule[3], state[0]
    for done in range(0, attempts, _CHUNK):
        _draw(done, group, _CYCLES, stream, words)
        for q in range(min(_CHUNK, attempts - done)):
            i = _below(words[q], owner.size)
            a, b = owner[i], other[i]
            if group_of[b] != group or degree[b] == 0 or (words[q + 3 * _CHUNK] & np.uint64(1)) == 0:
                continue
            j = begin[b] + _below(words[q + _CHUNK], degree[b])
            c = other[j]
            if group_of[c] != group or degree[c] == 0 or a == b or b == c or a == c:
                continue
            k = begin[c] + _below(words[q + 2 * _CHUNK], degree[c])
            if other[k] != a:
                continue
            if labels.size > 0 and labels[a] != labels[b] and labels[b] != labels[c] and labels[c] != labels[a]:
                continue
            if not multi:
                ab, bc, ca = np.int64(a) * width + b, np.int64(b) * width + c, np.int64(c) * width + a
                ac, cb, ba = np.int64(a) * width + c, np.int64(c) * width + b, np.int64(b) * width + a
                one, two, three = _find(table, mask, ac), _find(table, mask, cb), _find(table, mask, ba)
                if one >= 0 or two >= 0 or three >= 0:
                    continue
                _replace(table, mask, ab, ac, one)
                _replace(table, mask, bc, cb, two)
                _replace(table, mask, ca, ba, three)
            other[i], other[j], other[k] = c, a, b
            state[1] -= 3
            if not multi and state[1] < 3:
                _enter(owner, other, table, width, state)


@compiled_inner
def _flip(owner, other, table, state, group, attempts, stream, words, rule):
    """Turn edges round; half of the proposals are void, so that none must alternate."""
    width, multi, mask = rule[0], rule[3], state[0]
    for done in range(0, attempts, _HALF):
        _draw(done // 2, group, _FLIPS, stream, words)
        for k in range(min(_HALF, attempts - done)):
            i = _below(words[k], owner.size)
            if (words[k + _HALF] & np.uint64(1)) == 0:
                continue
            if not multi:
                old = np.int64(owner[i]) * width + other[i]
                at = _find(table, mask, old ^ 1)
                if at >= 0:
                    continue
                _replace(table, mask, old, old ^ 1, at)
            other[i] ^= 1
            state[1] -= 1
            if not multi and state[1] < 1:
                _enter(owner, other, table, width, state)


@compiled
def switch_by_source(indptr, target, nodes, bounds, places, labels, first, last, share, stream, rule):
    """Switch the groups from `first` to `last` of edges that lie in order of their sources; returns the accepted switches.

    Minus one, less a key, is returned if there are parallel edges that are not allowed. The nodes of group g are
    ``nodes[bounds[g]:bounds[g + 1]]``.
    """
    begin, degree, _ = places
    most = 0
    for g in range(first, last):
        rows = 0
        for q in range(bounds[g], bounds[g + 1]):
            rows += degree[nodes[q]]
        most = max(most, rows)
    owner_room, other_room = np.empty(most, target.dtype), np.empty(most, target.dtype)
    table, state = np.empty(8 * (most + 1), np.int64), np.zeros(2, np.int64)
    words = np.empty(4 * _CHUNK, np.uint64)
    nobody = np.empty(0, np.int64)
    accepted = 0
    for g in range(first, last):
        n = 0
        for q in range(bounds[g], bounds[g + 1]):
            u = nodes[q]
            begin[u] = n
            for row in range(indptr[u], indptr[u + 1]):
                owner_room[n], other_room[n] = u, target[row]
                n += 1
        owner, other = owner_room[:n], other_room[:n]
        if n < 2:
            continue
        if not rule[3]:
            _enter(owner, other, table, rule[0], state)
        if state[0] < 0:
            return state[0]
        attempts = np.int64(share * n + 0.5)
        accepted += _switch(owner, other, table, state, nobody, labels, g, attempts, stream, words, rule)
        if not rule[2] and rule[4] == 0:
            _turn_cycles(owner, other, table, state, places, labels, g, (attempts + 7) // 8, stream, words, rule)
        n = 0
        for q in range(bounds[g], bounds[g + 1]):
            for row in range(indptr[nodes[q]], indptr[nodes[q] + 1]):
                target[row] = other[n]
                n += 1
    return accepted


@compiled
def switch_segments(owner, other, bounds, ranks, labels, first, last, share, stream, rule):
    """As `switch_by_source`, for groups whose rows lie side by side; an owner must stay the lower end in rank."""
    most = 0
    for g in range(first, last):
        most = max(most, bounds[g + 1] - bounds[g])
    table, state = np.empty(8 * (most + 1), np.int64), np.zeros(2, np.int64)
    words = np.empty(4 * _CHUNK, np.uint64)
    accepted = 0
    for g in range(first, last):
        a, b = bounds[g], bounds[g + 1]
        if b == a:
            continue
        if not rule[3]:
            _enter(owner[a:b], other[a:b], table, rule[0], state)
        if state[0] < 0:
            return state[0]
        attempts = np.int64(share * (b - a) + 0.5)
        accepted += _switch(owner[a:b], other[a:b], table, state, ranks, labels, g, attempts, stream, words, rule)
        if rule[1]:
            _flip(owner[a:b], other[a:b], table, state, g, attempts, stream, words, rule)
    return accepted


@compiled
def draw_groups(n_blocks, n_parts, stream, group_of, ranks):
    """A random part of its block, and a random rank unlike any other, for each node; blocks are arcs of the ring."""
    purpose, k0, k1 = stream
    n = group_of.size
    w0, _, _, _ = philox(np.uint64(0), np.uint64(1), np.uint64(3), purpose, k0, k1)
    begin = _below(w0, n)
    for u in range(n):
        w0, w1, _, _ = philox(np.uint64(u), np.uint64(0), np.uint64(3), purpose, k0, k1)
        group_of[u] = (u + begin) % n * n_blocks // n * n_parts + _below(w0, n_parts)
        if ranks.size > 0:
            ranks[u] = ((w1 >> np.uint64(1)) << np.uint64(32)) | np.uint64(u)


@compiled
def count_groups(owner, other, ranks, group_of, doubled, first, last, counts):
    """Number of rows of each group, the owner of a row being its lower end in rank."""
    for i in range(first, last):
        u, v = owner[i], other[i] >> doubled
        counts[group_of[u if ranks[u] < ranks[v] else v]] += 1


@compiled
def place_groups(owner, other, ranks, group_of, doubled, first, last, places, new_owner, new_other):
    """Put each row where its group's turn is, its lower end in rank first."""
    for i in range(first, last):
        u, w = owner[i], other[i]
        v = w >> doubled
        if ranks[u] > ranks[v]:
            u, w = v, (u << doubled) | ((w & doubled) ^ doubled)
        g = group_of[u]
        new_owner[places[g]], new_other[places[g]] = u, w
        places[g] += 1


@compiled
def shuffle(values, stream):
    """Bring the values into random order (Durstenfeld 1964, doi:10.1145/364520.364540)."""
    purpose, k0, k1 = stream
    for i in range(values.size - 1, 0, -1):
        high, low, _, _ = philox(np.uint64(i), np.uint64(i >> 32), np.uint64(0), purpose, k0, k1)
        bits = (high << np.uint64(21)) | (low >> np.uint64(11))
        j = np.int64(np.float64(np.int64(bits)) * 1.1102230246251565e-16 * (i + 1))
        values[i], values[j] = values[j], values[i]

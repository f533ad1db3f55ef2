"""The generated kernel of a stimulator: one step of one device node onto its targets in one slice.

The kernel reads a table of int64 words after `Link`, then the address and size of each array among its constants. Random
numbers are keyed by (seed, device, projection, edge, step), those of a train that several targets share by (seed, device,
step), so they do not depend on the partition.
"""

from collections.abc import Callable, Sequence
from enum import IntEnum
from types import ModuleType

from simcore.kernel.generate import arguments, function_sources, load_kernel, local

__all__ = ["GUIDE_BITS", "OPEN_COUNT", "RECORDERS", "SHARED", "Link", "device_kernel", "needed_constants"]


class Link(IntEnum):
    """Words of a device kernel's table."""

    N = 0
    SCALARS_AT = 1
    TARGETS_AT = 2  # int32: position in the slice
    WEIGHTS_AT = 3  # float64
    ROW_AT = 4  # float64: the input that is added to
    DELAY = 5
    FIRST = 6  # times before the delay: first step, and step after the last, in which it acts with these parameters
    LAST = 7
    NUMBERS_AT = 8  # int64: number of the edge in its projection
    HELD_AT = 9  # what is kept between draws
    PROJECTION = 10
    PURPOSE = 11
    KEY_0 = 12
    KEY_1 = 13
    STATE_AT = 14  # int64: time of the draws that are held; float64 bits of the expected count; draws summed; is the guide set
    THRESHOLDS_AT = 15  # uint32: high words of the distribution of counts
    GUIDE_AT = 16  # uint8: counts by the highest bits of a word
    HAS_GUIDE = 17  # whether the guide is the link's own, to be filled; else it leaves all open
    PHASE = 18  # first step of the device's window
    IS_DENSE = 19  # whether the targets are the whole slice in order
    COPIED = 20  # float64 bits of the probability with which a target gets a spike of the shared train
    ZERO = 21  # step from which the times among its parameters count
    WORDS = 22


# Highest bits of a random word by which the guide to counts is looked up, and its mark for words that these do not decide.
GUIDE_BITS = 12
OPEN_COUNT = 255


# In the place of a projection's number, below 2**24: streams of shared trains, and of trains that recorders get.
SHARED = 0xFFFFFF
RECORDERS = 0xFFFFFE

_SUPPLIED = {"now", "dt", "normal"}

# The device's own time.
_OWN_TIME = f"now - words[{Link.ZERO:d}]"


def needed_constants(function: Callable, kind: str) -> tuple[str, ...]:
    """Names of parameters and derived constants that a kernel of some kind takes."""
    own = ("interval_steps",) if kind == "noise" else ()
    return tuple(dict.fromkeys(name for name in (*own, *arguments(function)) if name not in _SUPPLIED))


def device_kernel(function: Callable, arrays: Sequence[str], integers: Sequence[str], kind: str, name: str) -> ModuleType:
    """Module whose ``kernel`` runs one device node for one step.

    Parameters
    ----------
    function : callable
        Scalar function of the device.
    arrays, integers : sequence of str
        Which of its constants are arrays, and which of these hold int64.
    kind : {"current", "noise", "counts", "copies"}
        What is made of its value: a current, a current with a random part, a number of spikes for each target, or the number
        of spikes of a train that the targets share.
    name : str
        Name of the device.
    """
    source = function_sources([function], ["value_"], name)
    head = _head(needed_constants(function, kind), tuple(arrays), tuple(integers))
    body = {"current": _CURRENT, "noise": _NOISE, "counts": _COUNTS, "copies": _COPIES}[kind]
    helpers = {"counts": _INVERSION + _POISSON, "copies": _INVERSION + _BINOMIAL}.get(kind, "")
    given = ", ".join(_OWN_TIME if argument == "now" else local(argument, _SUPPLIED) for argument in arguments(function))
    return load_kernel(f"{kind} of {name}", source + helpers + head + body.replace("VALUE", f"value_({given})"))


def _head(needed: tuple[str, ...], arrays: tuple[str, ...], integers: tuple[str, ...]) -> str:
    scalars = [name for name in needed if name not in arrays]
    lines = [
        "",
        "",
        "@compiled_callback(int64(int64, int64))",
        "def kernel(table, step):",
        f"    words = array_at(table, {Link.WORDS + 2 * len(arrays)}, np.int64)",
        f"    now = step - words[{Link.DELAY:d}]",
        f"    if now < words[{Link.FIRST:d}] or now >= words[{Link.LAST:d}]:",
        "        return 0",
        f"    n = words[{Link.N:d}]",
        f"    scalars = array_at(words[{Link.SCALARS_AT:d}], {1 + len(scalars)}, np.float64)",
        f"    targets = array_at(words[{Link.TARGETS_AT:d}], n, np.int32)",
        f"    weights = array_at(words[{Link.WEIGHTS_AT:d}], n, np.float64)",
        f"    row = array_at(words[{Link.ROW_AT:d}], 1 << 31, np.float64)",
        f"    numbers = array_at(words[{Link.NUMBERS_AT:d}], n, np.int64)",
        f"    projection, purpose = np.uint64(words[{Link.PROJECTION:d}]), np.uint64(words[{Link.PURPOSE:d}])",
        f"    k0, k1 = np.uint64(words[{Link.KEY_0:d}]), np.uint64(words[{Link.KEY_1:d}])",
        "    dt = scalars[0]",
        *[f"    {local(name, _SUPPLIED)} = scalars[{i + 1}]" for i, name in enumerate(scalars)],
    ]
    for i, name in enumerate(arrays):
        at, size = f"words[{Link.WORDS + 2 * i}]", f"words[{Link.WORDS + 2 * i + 1}]"
        kind = "np.int64" if name in integers else "np.float64"
        lines.append(f"    {local(name, _SUPPLIED)} = array_at({at}, {size}, {kind})")
    return "\n".join(lines) + "\n"


_CURRENT = """\
    level = VALUE
    for k in range(n):
        row[targets[k]] += weights[k] * level
    return 0
"""

_NOISE = f"""\
    held = array_at(words[{Link.HELD_AT:d}], n, np.float64)
    state = array_at(words[{Link.STATE_AT:d}], 4, np.int64)
    now -= (now - words[{Link.PHASE:d}]) % np.int64(v_interval_steps)
    if state[0] != now:
        state[0] = now
        for k in range(n):
            w0, w1, _, _ = philox(np.uint64(numbers[k]), np.uint64(now), projection, purpose, k0, k1)
            normal = normal_quantile(unit_interval(w0, w1))
            held[k] = VALUE
    for k in range(n):
        row[targets[k]] += weights[k] * held[k]
    return 0
"""

_INVERSION = '''

@compiled
def exact_count(high, low, mean):
    """Poisson number of a 64-bit uniform number, by inversion in double precision."""
    u = (np.float64(high) + (np.float64(low) + 0.5) / 4294967296.0) / 4294967296.0
    term = exp(-mean)
    total = term
    count = 0
    while u >= total and term > 1e-18 * total:
        count += 1
        term *= mean / count
        total += term
    return count
'''

_POISSON = '''

@compiled
def set_thresholds(mean, thresholds):
    """High words of the distribution function at 0, 1, 2, ..."""
    term = exp(-mean)
    total = term
    for count in range(thresholds.size):
        thresholds[count] = np.uint32(min(total * 4294967296.0, 4294967295.0))
        term *= mean / (count + 1)
        total += term


@compiled
def set_guide(thresholds, guide):
    """For each value of a word's highest bits the count, or OPEN_COUNT if the other bits matter."""
    count = 0
    for cell in range(guide.size):
        first = np.uint64(cell) << np.uint64(SHIFT)
        last = first + np.uint64((1 << SHIFT) - 1)
        while count < thresholds.size and np.uint64(thresholds[count]) < first:
            count += 1
        decided = count < thresholds.size and np.uint64(thresholds[count]) > last
        guide[cell] = count if decided else OPEN_COUNT


@compiled
def settle(word, thresholds, mean, edge, now, stream, purpose, k0, k1):
    """Count of a word that the guide leaves open: by the thresholds, or by 32 bits more if it is one of them."""
    count = 0
    while count < thresholds.size and word > thresholds[count]:
        count += 1
    if count < thresholds.size and word != thresholds[count]:
        return count
    more, _, _, _ = philox(np.uint64(edge), np.uint64(now), stream, purpose, k0, k1)
    return exact_count(np.uint64(word), more, mean)
'''.replace("OPEN_COUNT", str(OPEN_COUNT)).replace("SHIFT", str(32 - GUIDE_BITS))

_COUNT = f"""\
                count = np.int64(guide[drawn[k] >> np.uint32({32 - GUIDE_BITS})])
                if count == {OPEN_COUNT}:
                    count = settle(drawn[k], thresholds, part_mean, numbers[k], now, stream, again, k0, k1)"""

# With fewer targets the guide takes longer to make than it saves in a step: it is made when the mean has lasted for one.
_WORTH_A_STEP = 512

# Large means are split into a sum of independent draws with means up to 32.
_COUNTS = f"""\
    mean = VALUE * dt * 1e-3
    if not mean > 0.0:
        return 0
    state = array_at(words[{Link.STATE_AT:d}], 4, np.int64)
    cached = array_at(words[{Link.STATE_AT:d}], 4, np.float64)
    thresholds = array_at(words[{Link.THRESHOLDS_AT:d}], 64, np.uint32)
    guide = array_at(words[{Link.GUIDE_AT:d}], {1 << GUIDE_BITS}, np.uint8)
    is_new = cached[1] != mean
    if is_new:
        cached[1] = mean
        state[2] = np.int64(np.ceil(mean / 32.0))
        set_thresholds(mean / state[2], thresholds)
        if state[3]:
            state[3] = 0
            for cell in range(guide.size):
                guide[cell] = {OPEN_COUNT}
    if words[{Link.HAS_GUIDE:d}] and not state[3] and (n >= {_WORTH_A_STEP} or not is_new):
        state[3] = 1
        set_guide(thresholds, guide)
    parts = state[2]
    part_mean = mean / parts
    # Four rows of n words; as arrays of their own the loop that fills them becomes one of vectors.
    rows_at = words[{Link.HELD_AT:d}]
    row_0, row_1 = array_at(rows_at, n, np.uint32), array_at(rows_at + 4 * n, n, np.uint32)
    row_2, row_3 = array_at(rows_at + 8 * n, n, np.uint32), array_at(rows_at + 12 * n, n, np.uint32)
    drawn = array_at(rows_at + 4 * n * (now & 3), n, np.uint32)
    again = purpose ^ np.uint64(1 << 23)
    for part in range(parts):
        stream = projection | (np.uint64(part) << np.uint64(24))
        quad = now >> 2
        if state[0] != quad or parts > 1:
            state[0] = quad
            for k in range(n):
                w0, w1, w2, w3 = philox(np.uint64(numbers[k]), np.uint64(quad), stream, purpose, k0, k1)
                row_0[k], row_1[k], row_2[k], row_3[k] = np.uint32(w0), np.uint32(w1), np.uint32(w2), np.uint32(w3)
        if words[{Link.IS_DENSE:d}]:
            for k in range(n):
COUNT
                row[k] += weights[k] * count
        else:
            for k in range(n):
COUNT
                row[targets[k]] += weights[k] * count
    return 0
""".replace("COUNT", _COUNT)

_BINOMIAL = '''

@compiled
def power(base, exponent):
    """A number to a whole power."""
    result = 1.0
    for _ in range(exponent):
        result *= base
    return result


@compiled
def binomial(high, low, n, odds, none):
    """Number of events among n <= 64 by inversion of a uniform number of 64 bits: their odds, and the probability of none."""
    u = (np.float64(high) + (np.float64(low) + 0.5) / 4294967296.0) / 4294967296.0
    term = none
    total = term
    count = 0
    while u >= total and count < n:
        term *= odds * (n - count) / (count + 1)
        total += term
        count += 1
    return count
'''

# Times of these streams have their highest bit set, which tells them from those of trains of the targets' own.
_COPIES = f"""\
    mean = VALUE * dt * 1e-3
    if not mean > 0.0:
        return 0
    copied = array_at(table, {Link.WORDS}, np.float64)[{Link.COPIED:d}]
    time = np.uint64(now) | np.uint64(1 << 31)
    parts = np.int64(np.ceil(mean / 32.0))
    spikes = np.int64(0)
    for part in range(parts):
        stream = np.uint64({SHARED}) | (np.uint64(part) << np.uint64(24))
        w0, w1, _, _ = philox(np.uint64(0), time, stream, purpose, k0, k1)
        spikes += exact_count(w0, w1, mean / parts)
    if spikes == 0:
        return 0
    if copied >= 1.0:
        for k in range(n):
            row[targets[k]] += weights[k] * spikes
        return 0
    # What is rarer is counted: the spikes that are copied, or those that are not.
    rare = min(copied, 1.0 - copied)
    odds = rare / (1.0 - rare)
    for part in range((spikes + 63) // 64):
        stream = projection | (np.uint64(part) << np.uint64(24))
        some = min(spikes - 64 * part, 64)
        none = power(1.0 - rare, some)
        for k in range(n):
            w0, w1, _, _ = philox(np.uint64(numbers[k]), time, stream, purpose, k0, k1)
            found = binomial(w0, w1, some, odds, none)
            row[targets[k]] += weights[k] * (found if copied <= 0.5 else some - found)
    return 0
"""

"""The generated delivery kernel of a synapse model: spikes that arrive in this step, added to the inputs of their targets.

The kernel reads a table of int64 words (number of synapses; addresses of targets, of the input row, of the row for the opposite
sign, of weights and scalars; then the columns of state and of parameters that differ between connections) and a list of entries
of four words: first and last synapse, steps since the source's previous spike (for its first one those since time zero, as a
negative number), and a factor on the weight as float64 bits. A negative factor turns the sign, so it sends the spike to the
other row. If what is sent is recorded, the address of the record comes last in the table.
"""

from collections.abc import Iterable, Sequence
from types import ModuleType

from simcore.kernel.generate import arguments, function_sources, load_kernel, local
from simcore.kernel.layout import Record
from simcore.synapses import SynapseModel

__all__ = ["AHEAD", "HEADER_SCALARS", "HEADER_WORDS", "WEIGHT_FORMS", "deliver_kernel", "record_lines", "scalar_parameters"]

# Words before the columns: number of synapses, targets, row, other row, weights, scalars.
HEADER_WORDS = 6

# Scalars before the parameters: dt, the constant weight, and what turns a stored weight into one of the other row.
HEADER_SCALARS = 3

# How weights are stored: one number for all, or one a synapse.
WEIGHT_FORMS = {"constant": None, "float32": "np.float32", "float64": "np.float64"}

# Names that the kernel gives a meaning.
_SUPPLIED = frozenset({"weight", "interval", "elapsed"})

# Segments between the one that is delivered and the one that is asked for from memory.
AHEAD = 8


def scalar_parameters(model: SynapseModel, arrays: Sequence[str]) -> tuple[str, ...]:
    """Parameters that are one number for all connections, in the order of the kernel's scalars."""
    return tuple(name for name in model.parameters if name not in arrays)


def deliver_kernel(
    model: SynapseModel, arrays: Sequence[str], *, weights: str, counts: bool = False, recorded: bool = False
) -> ModuleType:
    """Module whose ``kernel`` delivers a list of segments of synapses.

    Parameters
    ----------
    model : SynapseModel
        The model.
    arrays : sequence of str
        Parameters that differ between connections.
    weights : {"constant", "float32", "float64"}
        How weights are stored.
    counts : bool
        Whether the targets count spikes; then weight and factor do not matter.
    recorded : bool
        Whether what is sent is written down; see `simcore.kernel.layout.Record`.
    """
    functions = "" if model.on_spike is None else function_sources([model.on_spike], ["on_spike_"], model.name)
    body = functions + _kernel(model, tuple(arrays), weights, counts, recorded)
    return load_kernel(f"delivery through {model.name}, {weights} weights", body)


def record_lines(at: str, value: str) -> tuple[list[str], list[str]]:
    """Lines of a kernel that find its record, whose address is `at`, and lines that write down that synapse k sends `value`."""
    head = [
        f"    record = array_at({at}, {int(Record.WORDS)}, np.int64)",
        f"    record_scale = array_at({at}, {int(Record.WORDS)}, np.float64)[{int(Record.SCALE)}]",
        f"    record_synapses = array_at(record[{int(Record.SYNAPSES_AT)}], record[{int(Record.CAPACITY)}], np.int64)",
        f"    record_steps = array_at(record[{int(Record.STEPS_AT)}], record[{int(Record.CAPACITY)}], np.int64)",
        f"    record_values = array_at(record[{int(Record.VALUES_AT)}], record[{int(Record.CAPACITY)}], np.float64)",
        f"    record_mask = array_at(record[{int(Record.MASK_AT)}], n, np.uint8)",
        f"    record_weights = array_at(record[{int(Record.WEIGHTS_AT)}], n, np.float64)",
    ]
    lines = [
        "            if record_mask[k] != 0:",
        f"                found = record[{int(Record.N_ROWS)}]",
        "                record_synapses[found] = k",
        f"                record_steps[found] = record[{int(Record.STEP)}]",
        f"                record_values[found] = {value} / record_scale",
        f"                record[{int(Record.N_ROWS)}] = found + 1",
    ]
    return head, lines


def _kernel(model: SynapseModel, arrays: tuple[str, ...], weights: str, counts: bool, recorded: bool) -> str:
    columns = _locals([*model.state, *arrays])
    scalars = _locals(scalar_parameters(model, arrays))
    stored = WEIGHT_FORMS[weights]
    get_weight = "scalars[1]" if stored is None else "np.float64(weights[k])"
    get_weight = "record_weights[k]" if recorded and counts else get_weight
    n_words = HEADER_WORDS + len(columns) + recorded
    sent = get_weight if model.is_static else "sent"
    head, record = record_lines(f"words[{n_words - 1}]", f"{sent} * factors[4 * e + 3]") if recorded else ([], [])
    lines = [
        "",
        "",
        "@compiled_callback(int64(int64, int64, int64))",
        "def kernel(table, entry_address, n_entries):",
        f"    words = array_at(table, {n_words}, np.int64)",
        "    n = words[0]",
        "    targets = array_at(words[1], n, np.uint16)",
        *([f"    weights = array_at(words[4], n, {stored})"] if stored else []),
        f"    scalars = array_at(words[5], {HEADER_SCALARS + len(scalars)}, np.float64)",
        "    entries = array_at(entry_address, 4 * n_entries, np.int64)",
        "    factors = array_at(entry_address, 4 * n_entries, np.float64)",
        "    dt = scalars[0]",
        *[f"    {name} = scalars[{HEADER_SCALARS + i}]" for i, name in enumerate(scalars)],
        *[f"    all_{c} = array_at(words[{HEADER_WORDS + i}], n, np.float64)" for i, c in enumerate(columns)],
        *head,
        *_prefetch(stored, f"range(min({AHEAD}, n_entries))"),
        "    for e in range(n_entries):",
        *_prefetch(stored, f"range(e + {AHEAD}, min(e + {AHEAD + 1}, n_entries))", indent=8),
        "        first = entries[4 * e]",
        "        last = entries[4 * e + 1]",
        "        factor = factors[4 * e + 3]",
        "        row = array_at(words[2] if factor >= 0.0 else words[3], 65536, np.float64)",
        "        factor = factor if factor >= 0.0 else factor * scalars[2]",
        *_segment(model, columns, get_weight, counts),
        *record,
        "    return 0",
        "",
    ]
    return "\n".join(lines)


def _locals(names: Iterable[str]) -> list[str]:
    return [local(name, _SUPPLIED) for name in names]


def _prefetch(stored: str | None, which: str, indent: int = 4) -> list[str]:
    """Lines that ask for the synapses of some entries from memory."""
    sizes = {"words[1]": 2} | ({"words[4]": 8 if stored == "np.float64" else 4} if stored else {})
    lines = [f"for later in {which}:"]
    for address, size in sizes.items():
        lines += [
            f"    for line in range({address} + {size} * entries[4 * later], {address} + {size} * entries[4 * later + 1], 64):",
            "        prefetch(line)",
        ]
    return [" " * indent + line for line in lines]


def _segment(model: SynapseModel, columns: list[str], get_weight: str, counts: bool) -> list[str]:
    if counts and model.is_static:
        return ["        for k in range(first, last):", "            row[targets[k]] += 1.0"]
    if model.is_static:
        if get_weight == "scalars[1]":
            return [
                "        weight = scalars[1] * factor",
                "        for k in range(first, last):",
                "            row[targets[k]] += weight",
            ]
        return ["        for k in range(first, last):", f"            row[targets[k]] += {get_weight} * factor"]
    assert model.on_spike is not None  # static models have returned
    state = _locals(model.state)
    results = ", ".join(["sent", *state])
    return [
        "        since = entries[4 * e + 2]",
        "        interval = since * dt if since >= 0 else math.inf",
        "        elapsed = abs(since) * dt",
        "        for k in range(first, last):",
        f"            weight = {get_weight}",
        *[f"            {c} = all_{c}[k]" for c in columns],
        f"            {results} = on_spike_({', '.join(_locals(arguments(model.on_spike)))})",
        *[f"            all_{c}[k] = {c}" for c in state],
        f"            row[targets[k]] += {'1.0' if counts else 'sent * factor'}",
    ]

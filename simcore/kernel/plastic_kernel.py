"""The generated kernels of a plastic synapse model: delivery of spikes, and folding of its targets' spikes into the weights.

Both read the table `simcore.kernel.layout.Plastic`. Entries of what arrives are a run of synapses, the step of emission, a word
that is not read, and the factor on the weight as float64 bits.
"""

from collections.abc import Sequence
from types import ModuleType

from simcore.kernel.connectivity import MEMORY
from simcore.kernel.generate import arguments, function_sources, load_kernel, local
from simcore.kernel.layout import History, Plastic
from simcore.kernel.synapse_kernel import AHEAD, record_lines, scalar_parameters
from simcore.synapses import SynapseModel

__all__ = ["HEADER_SCALARS", "plastic_kernel"]

# Scalars before the parameters: dt, and the factors of the inputs for positive and for negative values.
HEADER_SCALARS = 3

# Synapses between the one that is worked on and the one whose target's spikes are asked for from memory.
_NEXT = 8

# Names that the kernels give a meaning.
_SUPPLIED = frozenset({"weight", "interval", "after"})


def plastic_kernel(model: SynapseModel, arrays: Sequence[str], *, counts: bool = False, recorded: bool = False) -> ModuleType:
    """Module whose ``kernel`` delivers a list of runs of synapses, and whose ``fold`` applies spikes of targets to all of them.

    Parameters
    ----------
    model : SynapseModel
        The model.
    arrays : sequence of str
        Parameters that differ between connections.
    counts : bool
        Whether the targets count spikes; then what is sent does not matter.
    recorded : bool
        Whether what is sent is written down; see `simcore.kernel.layout.Record`.
    """
    assert model.on_post is not None  # it is plastic
    assert model.on_spike is not None
    functions = function_sources([model.on_spike, model.on_post], ["on_spike_", "on_post_"], model.name)
    writer = _Writer(model, tuple(arrays))
    body = functions + writer.kernel(counts, recorded) + writer.fold()
    return load_kernel(f"delivery through {model.name}", body)


class _Writer:
    """The texts of both kernels."""

    def __init__(self, model: SynapseModel, arrays: tuple[str, ...]) -> None:
        self._model = model
        self._state, self._arrays = _locals(model.state), _locals(arrays)
        self._scalars = _locals(scalar_parameters(model, arrays))
        self._traces = _locals(model.target_traces)

    def kernel(self, counts: bool, recorded: bool) -> str:
        """Deliver: apply the target's spikes since the source's previous one, then this one."""
        head, record = record_lines(f"words[{self._n_words}]", "sent * factor") if recorded else ([], [])
        lines = [
            "",
            "",
            "@compiled_callback(int64(int64, int64, int64))",
            "def kernel(table, entry_address, n_entries):",
            *self._head(recorded=recorded),
            *head,
            f"    row = array_at(words[{int(Plastic.ROW_AT)}], 65536, np.float64)",
            f"    negative_row = array_at(words[{int(Plastic.NEGATIVE_ROW_AT)}], 65536, np.float64)",
            "    entries = array_at(entry_address, 4 * n_entries, np.int64)",
            "    factors = array_at(entry_address, 4 * n_entries, np.float64)",
            *self._prefetch(f"range(min({AHEAD}, n_entries))", 4),
            "    for e in range(n_entries):",
            *self._prefetch(f"range(e + {AHEAD}, min(e + {AHEAD + 1}, n_entries))", 8),
            "        run, emitted, factor = entries[4 * e], entries[4 * e + 1], factors[4 * e + 3]",
            "        delay, previous, low = np.int64(delays[run]), last[run], settled[run]",
            f"        edge = max(emitted - delay, words[{int(Plastic.SINCE)}] - {MEMORY})",
            "        interval = np.float64(emitted - previous) * dt",
            "        for k in range(starts[run], starts[run + 1]):",
            f"            later = np.int64(targets[min(k + {_NEXT}, n - 1)])",
            f"            prefetch(history[{int(History.ROWS_AT)}] + 8 * width * (later * capacity + lengths[later] - 1))",
            *self._load(12),
            *self._apply(12),
            *self._trace(12),
            f"            {', '.join(['sent', 'weight', *self._state])} = on_spike_({self._arguments('on_spike')})",
            *self._store(12),
            *record,
            *(["            row[j] += 1.0"] if counts else _SEND),
            "        last[run] = emitted",
            "        settled[run] = edge",
            "    return 0",
            "",
        ]
        return "\n".join(lines)

    def fold(self) -> str:
        """Apply the targets' spikes up to a step to all synapses; what the weights were is put aside to be shown."""
        shown = [("weight", "shown_weight"), *((name, f"shown_{name}") for name in self._state)]
        lines = [
            "",
            "",
            "@compiled_callback(int64(int64, int64, int64))",
            "def fold(table, latest, step):",
            *self._head(shown=True),
            f"    since = words[{int(Plastic.SINCE)}] - {MEMORY}",
            "    n_folded = 0",
            f"    for run in range(words[{int(Plastic.N_RUNS)}]):",
            "        delay, previous, low = np.int64(delays[run]), last[run], settled[run]",
            "        edge = min(latest, step - 2 * delay)",
            "        if low >= edge:",
            "            continue",
            "        is_new = low == (max(previous - delay, since) if previous >= 0 else since)",
            "        for k in range(starts[run], starts[run + 1]):",
            *self._load(12),
            "            if is_new:",
            *[f"                {column}[k] = {name}" for name, column in shown],
            *self._apply(12),
            *self._store(12),
            "        settled[run] = edge",
            "        n_folded += starts[run + 1] - starts[run]",
            "    return n_folded",
            "",
        ]
        return "\n".join(lines)

    @property
    def _n_words(self) -> int:
        """Words of the table, without the address of the record."""
        return Plastic.WORDS + 2 * len(self._state) + len(self._arrays) + len(self._traces)

    def _head(self, *, shown: bool = False, recorded: bool = False) -> list[str]:
        n_state, first = len(self._state), int(Plastic.WORDS)
        arrays = {
            "targets": (Plastic.TARGETS_AT, "n", "uint16"), "weights": (Plastic.WEIGHTS_AT, "n", "float64"),
            "starts": (Plastic.STARTS_AT, "n_runs + 1", "int64"), "delays": (Plastic.DELAYS_AT, "n_runs", "uint16"),
            "last": (Plastic.LAST_AT, "n_runs", "int64"), "settled": (Plastic.SETTLED_AT, "n_runs", "int64"),
            "scalars": (Plastic.SCALARS_AT, HEADER_SCALARS + len(self._scalars), "float64"),
            "history": (Plastic.HISTORY_AT, int(History.WORDS), "int64"),
        }  # fmt: skip
        arrays |= {f"all_{name}": (first + 2 * i, "n", "float64") for i, name in enumerate(self._state)}
        if shown:
            arrays |= {"shown_weight": (Plastic.SHOWN_AT, "n", "float64")}
            arrays |= {f"shown_{name}": (first + 2 * i + 1, "n", "float64") for i, name in enumerate(self._state)}
        arrays |= {f"all_{name}": (first + 2 * n_state + i, "n", "float64") for i, name in enumerate(self._arrays)}
        return [
            f"    words = array_at(table, {self._n_words + recorded}, np.int64)",
            f"    n, n_runs = words[{int(Plastic.N_SYNAPSES)}], words[{int(Plastic.N_RUNS)}]",
            *[f"    {name} = array_at(words[{int(at)}], {size}, np.{dtype})" for name, (at, size, dtype) in arrays.items()],
            "    dt = scalars[0]",
            *[f"    {name} = scalars[{HEADER_SCALARS + i}]" for i, name in enumerate(self._scalars)],
            f"    size, capacity, width = (history[{int(History.SIZE)}], history[{int(History.CAPACITY)}],"
            f" history[{int(History.WIDTH)}])",
            f"    pairs = array_at(history[{int(History.ROWS_AT)}], 2 * size * capacity * width, np.int32)",
            f"    values = array_at(history[{int(History.ROWS_AT)}], size * capacity * width, np.float64)",
            f"    lengths = array_at(history[{int(History.LENGTHS_AT)}], size, np.int32)",
            f"    rates = array_at(history[{int(History.RATES_AT)}], size * (width - 1), np.float64)",
            *[
                f"    trace_{i} = words[{self._n_words - len(self._traces) + i}]"
                for i in range(len(self._traces))
            ],
        ]  # fmt: skip

    def _prefetch(self, which: str, indent: int) -> list[str]:
        lines = [f"for later in {which}:", "    run = entries[4 * later]"]
        for address, size in {f"words[{int(Plastic.TARGETS_AT)}]": 2, f"words[{int(Plastic.WEIGHTS_AT)}]": 8}.items():
            lines += [
                f"    for line in range({address} + {size} * starts[run], {address} + {size} * starts[run + 1], 64):",
                "        prefetch(line)",
            ]
        return [" " * indent + line for line in lines]

    def _load(self, indent: int) -> list[str]:
        return _indented(
            indent,
            ["j, weight = np.int64(targets[k]), weights[k]", *[f"{c} = all_{c}[k]" for c in (*self._state, *self._arrays)]],
        )

    def _store(self, indent: int) -> list[str]:
        return _indented(indent, ["weights[k] = weight", *[f"all_{c}[k] = {c}" for c in self._state]])

    def _apply(self, indent: int) -> list[str]:
        """The target's spikes after step `low`, up to `edge`; leaves in `stop` how many there are up to there."""
        return _indented(
            indent,
            [
                "rows, stop = j * capacity, np.int64(lengths[j])",
                "while stop > 0 and pairs[2 * width * (rows + stop - 1)] > edge:",
                "    stop -= 1",
                "first = stop",
                "while first > 0 and pairs[2 * width * (rows + first - 1)] > low:",
                "    first -= 1",
                "for at in range(width * (rows + first), width * (rows + stop), width):",
                "    after = np.float64(pairs[2 * at] + delay - previous) * dt",
                *[f"    {name} = values[at + 1 + trace_{i}]" for i, name in enumerate(self._traces)],
                "    for _ in range(pairs[2 * at + 1]):",
                f"        {', '.join(['weight', *self._state])}{'' if self._state else ','} = on_post_("
                f"{self._arguments('on_post')})",
                *[f"        {name} += 1.0" for name in self._traces],
            ],
        )

    def _trace(self, indent: int) -> list[str]:
        """The traces of the target at step `edge`, of spikes before that."""
        if not self._traces:
            return []
        lines = [
            "if stop > 0 and pairs[2 * width * (rows + stop - 1)] == edge:",
            "    stop -= 1",
            "at = width * (rows + stop - 1)",
        ]
        for i, name in enumerate(self._traces):
            decay = f"exp(-np.float64(edge - pairs[2 * at]) * rates[trace_{i} * size + j])"
            lines += [
                f"{name} = 0.0",
                "if stop > 0:",
                f"    {name} = (values[at + 1 + trace_{i}] + pairs[2 * at + 1]) * {decay}",
            ]
        return _indented(indent, lines)

    def _arguments(self, function: str) -> str:
        return ", ".join(_locals(arguments(getattr(self._model, function))))


# What is sent goes to the input for its sign.
_SEND = [
    "            sent = sent * factor",
    "            if sent >= 0.0:",
    "                row[j] += sent * scalars[1]",
    "            else:",
    "                negative_row[j] += sent * scalars[2]",
]


def _locals(names: Sequence[str]) -> list[str]:
    return [local(name, _SUPPLIED) for name in names]


def _indented(indent: int, lines: list[str]) -> list[str]:
    return [" " * indent + line for line in lines]

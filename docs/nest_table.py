"""Writes the tables of `coming_from_nest.md`: every public name of NEST, and what it is in `simcore.nest`.

Run ``python docs/nest_table.py`` where NEST is installed; the names, and whether they are here, are asked of both simulators.
Only the remarks are written by hand: `REMARKS` on what is here, `MODELS` on what is not.
"""

import inspect
import re
import sys
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

PAGE = Path(__file__).with_name("coming_from_nest.md")
BEGIN = "<!-- made by docs/nest_table.py: begin -->"
END = "<!-- made by docs/nest_table.py: end -->"

# What is better here, or other, by name. The word before the colon is the status; without one it is "same".
REMARKS = {
    "Connect": "better: a refused call changes nothing; the drawn network is the same for any number of threads",
    "ConnectionRules": "other: an old name; says once that `nest.connection_rules` is the new one",
    "Create": "better: a refused call creates nothing, and names the nearest name for a misspelt one",
    "Disconnect": "better: works between any two runs, in one pass over the edges",
    "GetConnections": "better: columns of millions of edges at once; threads do not change their order",
    "GetStatus": "other: says once that `nodes.get(...)` is the new way",
    "GetNodes": "same: `properties=None` stands for NEST's empty dictionary",
    "NESTErrors": "better: the same classes, which say what was given, what is allowed and what is nearest",
    "Models": "other: an old name; says once that `nest.node_models` and `nest.synapse_models` are the new ones",
    "NodeCollection": "better: one of before `ResetKernel` says that it is stale; `len`, slices and sums take no time",
    "ResetKernel": "better: gives the memory back; 1,000 times in a loop costs no more each time",
    "SetStatus": "other: says once that `nodes.set(...)` is the new way",
    "Simulate": "better: Ctrl-C stops at a step and another call goes on; a NaN is reported with neuron, variable and time",
    "SynapseCollection": "better: one of before `ResetKernel` says that it is stale; `get` and `set` work on arrays",
    "get_verbosity": "other: an old name; says once that `nest.verbosity` is the new one",
    "help": "other: shows parameters with units, defaults and bounds as text; no browser",
    "set_verbosity": "other: an old name; says once that `nest.verbosity` is the new one",
    "raster_plot.from_data": "better: takes lists; bars lie over their bins (NEST's are half a bin early); one spike is drawn",
    "raster_plot.from_device": "better: as `from_data`; `xlabel` and `sel` work, rates are right with `time_in_steps`",
    "raster_plot.from_file": "better: as `from_device`; returns the dots",
    "raster_plot.from_file_numpy": "better: another name of `from_file`",
    "raster_plot.from_file_pandas": "better: another name of `from_file`; needs no pandas",
    "voltage_trace.from_device": "better: `neurons` may be a collection; double precision; greys differ with `grayscale`",
    "voltage_trace.from_file": "better: reads the files of the backend ascii, which NEST's cannot",
    "visualization.plot_network": "better: draws with matplotlib, in all its formats; needs neither pydot nor Graphviz",
    "biological_time": "better: can be put to 0 at any time; nothing is lost, and meters and stimulators go on",
    "build_info": "other: describes netspike",
    "cycle_time_log": "other: empty",
    "data_path": "better: a folder that is not there is an error; NEST prints a message and writes elsewhere",
    "data_prefix": "better: one with a separator of folders is an error; NEST prints a message and goes on",
    "growth_curves": "other: empty: there is no structural plasticity",
    "local_num_threads": "better: 0 is an error, where NEST ends the interpreter; spikes do not depend on it",
    "max_num_syn_models": "other: there is no such limit",
    "memory_size": "same: kB that the process uses",
    "overwrite_files": "better: several runs go on with one file; NEST begins it anew in each",
    "print_time": "other: shows a bar",
    "rng_seed": "better: the same seed draws the same for any number of threads and processes",
    "rng_type": "no effect: random numbers are Philox's, by purpose and node",
    "rng_types": "other: `Philox_32` alone",
    "tics_per_ms": "missing: time is counted in steps; only NEST's 1000 is accepted",
}

# What of NEST's models is not here: the first pattern that fits a name tells what they are, and what is nearest.
MODELS = {
    r"aeif_cond_alpha_astro|astrocyte_.*|sic_connection": ("astrocytes", "`aeif_cond_alpha`"),
    r"eprop_.*": ("e-prop", "none"),
    r".*_mc.*|cm_default|urbanczik_synapse.*": ("neurons with compartments", "none"),
    r".*_multisynapse": ("other neurons with many receptors", "`iaf_psc_exp_multisynapse`, `iaf_psc_alpha_multisynapse`"),
    r".*clopath.*": ("Clopath's plasticity and its neurons", "`stdp_synapse`"),
    r"aeif_psc_delta|iaf_cond_beta|iaf_psc_exp_htum|iaf_tum_2000|iaf_chs_2007|iaf_chxk_2008|iaf_bw_2001.*|ht_neuron": (
        "other integrate-and-fire neurons", "`iaf_psc_exp`, `iaf_cond_exp`, `aeif_psc_exp`"),
    r".*mat2_psc_exp|gif_.*|pp_psc_delta|glif_.*": (
        "adaptive and stochastic thresholds", "`iaf_cond_exp_sfa_rr`, `aeif_cond_exp`"),
    r".*_gap.*|gap_junction|hh_.*": ("other Hodgkin-Huxley neurons, gap junctions", "`hh_psc_alpha`"),
    r"iaf_.*_ps.*|poisson_generator_ps|parrot_neuron_ps": ("precise spike times", "the model without `_ps`, with a finer step"),
    r".*_[io]pn|rate_.*|siegert_neuron|step_rate_generator|diffusion_connection": ("rate neurons", "none"),
    r"ginzburg_neuron|mcculloch_pitts_neuron|erfc_neuron|spin_detector|correlospinmatrix_detector": ("binary neurons", "none"),
    r"corr.*_detector": ("correlations counted during the run", "`spike_recorder`, and counting afterwards"),
    r"volume_transmitter|stdp_dopamine_synapse.*": ("dopamine", "`stdp_synapse`"),
    r"ignore_and_fire|spike_dilutor|spike_train_injector": ("tests and couplings", "`spike_generator`, `parrot_neuron`"),
    r".*gamma.*_generator|ppd_sup_generator": ("other renewal processes", "`poisson_generator`"),
    r".*_lbl": ("synapses with labels", "the model without `_lbl`"),
    r"static_synapse_hom_w.*": ("one weight for all", "`static_synapse`"),
    r"bernoulli_synapse.*|quantal_stp_synapse.*|ht_synapse.*": ("stochastic and depressing synapses", "`tsodyks2_synapse`"),
    r"tsodyks_synapse_hom.*": ("one set of constants for all", "`tsodyks_synapse`"),
    r"cont_delay_synapse.*": ("delays off the grid", "`static_synapse`"),
    r"stdp_.*|jonke_synapse.*|vogels_sprekeler_synapse.*": ("other spike-timing rules", "`stdp_synapse`"),
    r".*": ("others", "none"),
}  # fmt: skip

# What `GetDefaults` tells of NEST's own bookkeeping, and what nobody can set.
_BOOKKEEPING = {
    "archiver_length", "available", "capacity", "elementsize", "has_connections", "instantiations", "model_id",
    "num_connections", "post_trace", "sizeof", "synapse_id", "synapse_modelid", "thread_local_id",
    "type_id", "n_synapses", "y_0", "y_1",
}  # fmt: skip

# Parts of NEST's package that are no interface, or that each Python package has.
_NOT_NAMES = {"NestModule"}

# Submodules that count as one name; two of them can only be loaded with packages that the rest of NEST does not need.
_AS_ONE = {name: name for name in ("NESTErrors", "ll_api", "server")} | {"visualization": "visualization.plot_network"}


class Row(NamedTuple):
    """A name, what it is here, and a remark."""

    name: str
    status: str
    remark: str


def attributes(nest: Any) -> dict[str, Any]:
    """NEST's kernel attributes by name."""
    from nest.ll_api import KernelAttribute

    return {name: value for name, value in sorted(vars(type(nest)).items()) if isinstance(value, KernelAttribute)}


def functions(nest: Any) -> Iterator[str]:
    """Names of NEST's functions and classes, those of its submodules after a dot."""
    known = attributes(nest)
    for name in sorted(set(dir(nest)) - known.keys() - _NOT_NAMES):
        value = None if name in _AS_ONE else getattr(nest, name)
        if name.startswith("_"):
            continue
        if not isinstance(value, types.ModuleType):
            yield _AS_ONE.get(name, name)
            continue
        parts = {part: getattr(value, part) for part in getattr(value, "__all__", dir(value)) if not part.startswith("_")}
        yield from (f"{name}.{part}" for part, own in parts.items() if not isinstance(own, types.ModuleType))


def found(module: Any, name: str) -> Any:
    """The object of a dotted name, or None."""
    for part in name.split("."):
        module = getattr(module, part, None)
    return module


def remark(name: str) -> tuple[str, str]:
    """Status and remark that are written by hand."""
    status, colon, text = REMARKS.get(name, "same").partition(": ")
    return status, text if colon else ""


def of_functions(nest: Any, ours: Any) -> list[Row]:
    """What functions and classes are here."""
    from simcore.nest._missing import FUNCTIONS

    return [
        Row(name, *remark(name)) if found(ours, name) is not None else Row(name, "missing", FUNCTIONS[name])
        for name in functions(nest)
    ]


def of_attributes(nest: Any) -> list[Row]:
    """What kernel attributes are here."""
    from simcore.nest import _attributes as own

    rows = []
    for name in attributes(nest):
        status, text = remark(name)
        if name in own.KNOBS:
            status, text = "no effect", text or "it warns if it is changed"
        elif name in own.ABSENT:
            status, text = "missing", text or f"stays `{own.ABSENT[name]!r}`; another value is refused"
        rows.append(Row(name, status, text))
    return rows


def of_models(theirs: Iterable[str], ours: Iterable[str]) -> list[Row]:
    """Which models are here, and what the others are."""
    rows = []
    for name in sorted(theirs):
        kind, near = next(text for pattern, text in MODELS.items() if re.fullmatch(pattern, name))
        rows.append(Row(name, "same", "") if name in ours else Row(name, "missing", f"{kind} | {near}"))
    return rows


def of_parameters(nest: Any, ours: Any) -> dict[str, tuple[list[str], list[str]]]:
    """By model that both have: parameters that are missing here, and those with another default."""
    out = {}
    for name in sorted({*nest.node_models, *nest.synapse_models} & {*ours.node_models, *ours.synapse_models}):
        theirs, own = nest.GetDefaults(name), ours.GetDefaults(name)
        shared = theirs.keys() & own.keys() - _BOOKKEEPING - {"events"}
        other = [key for key in sorted(shared) if not _is_same(theirs[key], own[key])]
        out[name] = sorted(theirs.keys() - own.keys() - _BOOKKEEPING), other
    return out


def _is_same(theirs: Any, ours: Any) -> bool:
    if isinstance(theirs, (bool, str)) or not np.isscalar(theirs):
        return str(theirs) == str(ours) or np.array_equal(np.asarray(theirs), np.asarray(ours))
    # NEST shows the smallest number where there is no bound.
    return theirs == ours or (theirs == -sys.float_info.max and ours == -np.inf)


def section(nest: Any, ours: Any) -> str:
    """The part of the page between `BEGIN` and `END`."""
    nodes, synapses = of_models(nest.node_models, ours.node_models), of_models(nest.synapse_models, ours.synapse_models)
    rules = of_models(nest.connection_rules, ours.connection_rules)
    parts = [
        "### Functions and classes", _table(of_functions(nest, ours)),
        "### Kernel attributes", _table(of_attributes(nest)),
        "### Node models", _models(nodes), "### Synapse models", _models(synapses), "### Connection rules", _models(rules),
        "### Parameters of models", _parameters(of_parameters(nest, ours)),
    ]  # fmt: skip
    return "\n\n".join(parts)


def _table(rows: list[Row]) -> str:
    same = ", ".join(f"`{row.name}`" for row in rows if row.status == "same" and not row.remark)
    lines = [f"| `{row.name}` | {row.status} | {row.remark} |" for row in rows if row.status != "same" or row.remark]
    return "\n".join([f"The same: {same}.", "", "| Name | Here | |", "|---|---|---|", *lines])


def _models(rows: list[Row]) -> str:
    here = ", ".join(f"`{row.name}`" for row in rows if row.status == "same")
    groups: dict[str, list[str]] = {}
    for row in rows:
        if row.status == "missing":
            groups.setdefault(row.remark, []).append(f"`{row.name}`")
    if not groups:
        return f"All are here: {here}."
    lines = [f"| {', '.join(names)} | {text} |" for text, names in groups.items()]
    return "\n".join([f"Here: {here}.", "", "| Not there yet | What they are | Nearest |", "|---|---|---|", *lines])


def _parameters(of_model: dict[str, tuple[list[str], list[str]]]) -> str:
    missing: dict[str, list[str]] = {}
    for model, (names, _) in of_model.items():
        for name in names:
            missing.setdefault(name, []).append(model)
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, models in missing.items():
        groups.setdefault(tuple(models), []).append(f"`{name}`")
    text = (
        "All parameters of all models above have NEST's names, units and defaults, but for these, which are accepted at their"
    )
    lines = [f"| {', '.join(names)} | {', '.join(f'`{m}`' for m in models)} |" for models, names in groups.items()]
    others = [f"`{name}` of `{model}`" for model, (_, names) in of_model.items() for name in names]
    tail = ["", f"Another default: {', '.join(others)}."] if others else []
    return "\n".join([f"{text} default, and refused otherwise:", "", "| Missing | In |", "|---|---|", *lines, *tail])


def parameters_of(value: Any) -> dict[str, Any]:
    """Names and defaults of what a function takes; empty if Python cannot tell."""
    try:
        found = inspect.signature(value).parameters
    except (TypeError, ValueError):
        return {}
    return {name: p.default for name, p in found.items() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}


def written(page: str) -> str:
    """What stands on the page between `BEGIN` and `END`."""
    return page.partition(BEGIN)[2].partition(END)[0].strip()


def main() -> None:
    """Write the tables into the page."""
    import nest

    import simcore.nest as ours

    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    ours.ResetKernel()
    page = PAGE.read_text()
    head, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n\n{section(nest, ours)}\n\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    sys.path.insert(0, str(PAGE.parents[1]))
    main()

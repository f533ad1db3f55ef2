"""The page for users of NEST tells the truth: every public name of NEST is in its tables, with the status that it has here."""

import importlib.util
import inspect
import re
from pathlib import Path

import pytest

import simcore.nest as ours
from tests.simcore.nest.sides import nest_itself

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def table():
    """The script that makes the page's tables."""
    spec = importlib.util.spec_from_file_location("nest_table", DOCS / "nest_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def theirs():
    nest = nest_itself()
    nest.ResetKernel()
    ours.ResetKernel()
    return nest


@pytest.fixture(scope="module")
def page(table):
    """Status by name, for each table of the page."""
    text = table.written(table.PAGE.read_text())
    found = {}
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        names = {
            name: "same" for line in body.splitlines() if line[0:1] not in ("|", "") for name in re.findall(r"`([^`]+)`", line)
        }
        for row in re.findall(r"^\| (`.+?) \| (.+) \|$", body, flags=re.MULTILINE):
            status = row[1].split(" | ")[0]
            known = ("same", "better", "other", "no effect", "missing")
            names |= {name: status if status in known else "missing" for name in re.findall(r"`([^`]+)`", row[0])}
        found[title] = names
    return found


def test_page_is_up_to_date(table, theirs):
    page = table.PAGE.read_text()
    assert table.BEGIN in page
    assert table.END in page
    assert table.written(page) == table.section(theirs, ours), "the page is out of date: run the script docs/nest_table.py"


def test_every_function_and_class_of_nest_is_in_the_table(table, theirs, page):
    names = [*table.functions(theirs)]
    assert {"Create", "NodeCollection", "random.normal", "spatial.grid", "raster_plot.from_device", "server", "Install"} <= {
        *names
    }
    assert page["Functions and classes"].keys() == {*names}
    assert {name.partition(".")[0] for name in names} | {*table.attributes(theirs)} >= {*theirs.__all__}
    for name, status in page["Functions and classes"].items():
        assert (table.found(ours, name) is None) == (status == "missing"), name


def test_functions_that_are_here_take_what_nests_take(table, theirs, page):
    checked = 0
    for name, status in page["Functions and classes"].items():
        if status == "missing" or name == "visualization.plot_network" or name in ("SynapseCollection", "Mask", "Parameter"):
            continue
        here, there = table.found(ours, name), table.found(theirs, name)
        own, expected = table.parameters_of(here), table.parameters_of(there)
        assert callable(here) == callable(there) or name.startswith("spatial."), name
        assert [*own][: len(expected)] == [*expected], name
        for parameter, default in expected.items():
            is_same = own[parameter] == default or (own[parameter], default) == (tuple_of(default), default)
            assert is_same or (default in ({}, None) and own[parameter] in (None, ())), (name, parameter)
            checked += 1
    assert checked > 100
    plot = inspect.signature(ours.visualization.plot_network)
    assert str(plot.replace(return_annotation=inspect.Signature.empty).replace(parameters=bare(plot))) == (
        "(nodes, filename, ext_conns=False, plot_modelnames=False)"
    )


def tuple_of(value):
    return tuple(value) if isinstance(value, list) else value


def bare(signature):
    return [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]


@pytest.mark.parametrize("kind", ["NodeCollection", "SynapseCollection", "Parameter", "Mask", "CollocatedSynapses"])
def test_classes_have_all_methods_of_nests(kind, theirs):
    methods = {name for name in dir(getattr(theirs, kind)) if not name.startswith("_")}
    assert methods <= {*dir(getattr(ours, kind))}


def test_error_classes_have_nests_names(theirs):
    assert {name for name in dir(theirs.NESTErrors) if not name.startswith("_")} <= {*dir(ours.NESTErrors)}


def test_missing_functions_say_what_is_nearest(page):
    missing = [name for name, status in page["Functions and classes"].items() if status == "missing"]
    assert missing
    for name in missing:
        with pytest.raises(AttributeError, match=f"nest.{name} of NEST is not there: ."):
            getattr(ours, name)


def test_every_kernel_attribute_is_in_the_table_and_does_what_it_says(table, theirs, page):
    statuses = page["Kernel attributes"]
    assert statuses.keys() == table.attributes(theirs).keys()
    for name, status in statuses.items():
        value = getattr(ours, name)
        other = not value if isinstance(value, bool) else "another" if isinstance(value, str) else 77
        if status == "no effect":
            with pytest.warns(UserWarning, match=f"nest.{name} has no effect"):
                ours.set(**{name: other})
        elif status == "missing" and not table.attributes(theirs)[name]._readonly:
            with pytest.raises(ours.NESTErrors.NotImplemented, match=name):
                ours.set(**{name: other})
        elif table.attributes(theirs)[name]._readonly:
            with pytest.raises(ValueError, match="can only be read"):
                ours.set(**{name: other})


@pytest.mark.parametrize(
    ("title", "names"),
    [("Node models", "node_models"), ("Synapse models", "synapse_models"), ("Connection rules", "connection_rules")],
)
def test_every_model_of_nest_is_in_the_tables(title, names, theirs, page):
    here, there = {*getattr(ours, names)}, {*getattr(theirs, names)}
    assert here <= there
    assert page[title].keys() == there
    assert {name for name, status in page[title].items() if status == "same"} == here


def test_models_that_are_missing_say_so(page):
    for name, status in page["Node models"].items():
        if status == "missing":
            with pytest.raises(ours.NESTErrors.UnknownModelName, match=f"'{name}' of NEST is not there yet"):
                ours.Create(name)
    neuron = ours.Create("parrot_neuron")
    for name, status in page["Synapse models"].items():
        if status == "missing":
            with pytest.raises(ours.NESTErrors.UnknownSynapseType, match=f"'{name}' of NEST is not there yet"):
                ours.Connect(neuron, neuron, syn_spec=name)
    ours.ResetKernel()


def test_parameters_that_are_missing_are_accepted_at_their_default_alone(table, theirs):
    for model, (missing, other) in table.of_parameters(theirs, ours).items():
        assert not other, (model, other)
        for name in missing:
            default = theirs.GetDefaults(model)[name]
            ours.SetDefaults(model, {name: default})
            wrong = not default if isinstance(default, bool) else "another" if isinstance(default, str) else {"a": 1}
            with pytest.raises(ours.NESTErrors.NotImplemented, match=f"{name}: got"):
                ours.SetDefaults(model, {name: wrong})
    ours.ResetKernel()


def test_every_missing_model_has_a_remark_of_its_own(table, theirs):
    rows = [
        row for kind in ("node_models", "synapse_models") for row in table.of_models(getattr(theirs, kind), getattr(ours, kind))
    ]
    for row in rows:
        assert not row.remark.startswith("others"), row
        for near in re.findall(r"`(\w+)`", row.remark.replace("`_ps`", "").replace("`_lbl`", "")):
            assert near in {*ours.node_models, *ours.synapse_models}, row

"""What a user meets before any code: the README's commands, cheap imports, and metadata that agree."""

import ast
import inspect
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.reference import everything

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("numba", "scipy", "networkx", "igraph", "matplotlib", "pandas", "shapely", "mpi4py", "neo", "h5py")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("package", ["netgraph", "simcore"])
def test_import_loads_no_heavy_library(package):
    code = f"import sys, {package}; print(*sorted(m for m in {HEAVY!r} if m in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60)
    assert answer.stdout.split() == []


@pytest.mark.parametrize("package", ["netgraph", "simcore"])
def test_every_exported_name_is_there(package):
    code = f"import {package} as p; [getattr(p, name) for name in p.__all__]; assert set(p.__all__) <= set(dir(p))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=120)


@pytest.mark.parametrize("package", ["netgraph", "simcore"])
def test_packages_tell_type_checkers_that_they_are_typed(package):
    assert (ROOT / package / "py.typed").is_file()


def test_simcore_never_imports_netgraph():
    for path in (ROOT / "simcore").rglob("*.py"):
        assert "netgraph" not in {name.split(".")[0] for name in imported_names(path)}, path


def test_readme_gives_exactly_the_two_commands_that_the_checks_run():
    commands = re.findall(r"^pip install .+ && .+$", (ROOT / "README.md").read_text(), flags=re.MULTILINE)
    assert commands == ["pip install . && netspike demo", 'pip install ".[test]" && pytest -n auto']


def test_readme_example_runs_and_every_neuron_is_active():
    import matplotlib.pyplot as plt

    (example,) = re.findall(r"```python\n(.+?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    names: dict = {}
    exec(compile(example, "README.md", "exec"), names)
    assert set(names["results"].spikes.ids) == set(range(600))
    names["sim"].close()
    plt.close("all")


def test_blocks_of_the_how_to_page_run_from_top_to_bottom(tmp_path, monkeypatch):
    import matplotlib.pyplot as plt

    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```{code-cell} python\n(.+?)```", (ROOT / "docs/how_to.md").read_text(), flags=re.DOTALL)
    (tmp_path / "how_to.py").write_text("\n".join(blocks))
    names = runpy.run_path("how_to.py")
    assert len(blocks) >= 7
    assert len(names["results"].spikes) > 100
    assert len(names["more"].spikes) > 10
    assert names["other"].number_of_nodes() == 200
    assert names["wired"].n_edges == 100_000
    assert (tmp_path / "activity.png").exists()
    names["later"].close()
    plt.close("all")


def test_the_page_of_connection_rules_lists_every_rule_and_its_block_runs():
    from simcore import rules

    page = (ROOT / "docs/connection_rules.md").read_text()
    listed = dict(re.findall(r"^\| `(\w+)\(([^`]*)\)`", page, flags=re.MULTILINE))
    assert listed.keys() == {rule.__name__ for rule in everything.RULES}
    for name, arguments in listed.items():
        assert set(filter(None, arguments.split(", "))) <= inspect.signature(getattr(rules, name)).parameters.keys(), name
    (block,) = re.findall(r"```{code-cell} python\n(.+?)```", page, flags=re.DOTALL)
    exec(compile(block, "connection_rules.md", "exec"), {})


PAGES = ["README.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_relative_links_lead_to_files(page):
    text = (ROOT / page).read_text()
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert ((ROOT / page).parent / target).exists(), target


def test_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert citation["version"] == PROJECT["version"]
    assert f"## [{PROJECT['version']}]" in changelog


def test_citation_has_what_a_reference_needs():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors", "date-released", "license"} <= citation.keys()
    assert citation["license"] == PROJECT["license"] == "BSD-3-Clause"


def test_developer_tools_are_pinned_exactly():
    assert all("==" in requirement for requirement in PROJECT["optional-dependencies"]["dev"])


def imported_names(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    plain = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return plain + [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]


def test_names_on_the_page_for_nngt_users_exist():
    import netgraph
    import netgraph.simulation

    graph = netgraph.Network.uniform(3)
    owners = {
        "graph": graph,
        "net": graph,
        "Graph": netgraph.Graph,
        "pop": graph.population,
        "ng": netgraph,
        "netgraph": netgraph,
        "ns": netgraph.simulation,
    }
    table = (ROOT / "docs/coming_from_nngt.md").read_text().split("## Names")[1].split("## ")[0]
    ours = " ".join(line.split("|")[2] for line in table.splitlines() if line.count("|") >= 3)
    found = re.findall(r"`(\w+)\.(\w+)", ours)
    assert len(found) >= 20
    for owner, name in found:
        assert hasattr(owners[owner], name), f"{owner}.{name}"
    calls = re.findall(r"`ns\.(\w+)\(([^`]*)\)`", ours)
    assert len(calls) >= 6
    for name, arguments in calls:
        named = set(re.findall(r"(\w+)=", arguments))
        assert named <= inspect.signature(getattr(netgraph.simulation, name)).parameters.keys(), name

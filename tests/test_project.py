"""What a user meets before any code: the README's commands, cheap imports, and metadata that agree."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

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
    assert commands == ["pip install . && netspike demo", 'pip install ".[test]" && pytest']


def test_readme_example_runs_and_every_neuron_is_active():
    import matplotlib.pyplot as plt

    (example,) = re.findall(r"```python\n(.+?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    names: dict = {}
    exec(compile(example, "README.md", "exec"), names)
    assert set(names["results"].spikes.ids) == set(range(600))
    names["sim"].close()
    plt.close("all")


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "docs/index.md", "docs/time_grid.md", "docs/coming_from_nngt.md"]
)
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

    graph = netgraph.Network.uniform(3)
    owners = {
        "graph": graph,
        "net": graph,
        "Graph": netgraph.Graph,
        "pop": graph.population,
        "ng": netgraph,
        "netgraph": netgraph,
    }
    table = (ROOT / "docs/coming_from_nngt.md").read_text().split("## Names")[1].split("## ")[0]
    ours = " ".join(line.split("|")[2] for line in table.splitlines() if line.count("|") >= 3)
    found = re.findall(r"`(\w+)\.(\w+)", ours)
    assert len(found) >= 20
    for owner, name in found:
        assert hasattr(owners[owner], name), f"{owner}.{name}"

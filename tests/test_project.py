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


@pytest.mark.parametrize("package", ["netgraph", "simcore", "simcore.nest"])
def test_import_loads_no_heavy_library(package):
    code = f"import sys, {package}; print(*sorted(m for m in {HEAVY!r} if m in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60)
    assert answer.stdout.split() == []


@pytest.mark.parametrize("package", ["netgraph", "simcore", "simcore.nest"])
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


def nngt_rows() -> list[tuple[str, str]]:
    """NNGT's and our column of the page's tables of names."""
    names = re.split(r"^## ", (ROOT / "docs/coming_from_nngt.md").read_text(), flags=re.MULTILINE)
    (section,) = [part for part in names if part.startswith("Names")]
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.count("|") == 3 and not line.startswith("|---")]
    return [(theirs, ours) for theirs, ours in rows if theirs.strip() != "NNGT"]


def test_names_on_the_page_for_nngt_users_exist():
    import netgraph

    graph = netgraph.Network.uniform(3)
    modules = {name: getattr(netgraph, name) for name in ("analysis", "attributes", "convert", "io", "plot", "space")}
    modules |= {"ng": netgraph, "netgraph": netgraph, "gen": netgraph.generation, "ns": netgraph.simulation}
    owners = {
        "graph": graph,
        "net": graph,
        "Graph": netgraph.Graph,
        "Network": netgraph.Network,
        "Shape": netgraph.space.Shape,
        "shape": netgraph.space.Shape.disk(1.0),
        "pop": graph.population,
        "group": graph.population[0],
    }
    known = modules | owners | {name: None for name in ("np", "sim", "results", "recorder")}
    code = [node for _, ours in nngt_rows() for span in re.findall(r"`([^`]+)`", ours) for node in python_nodes(span)]
    named = [node for node in code if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    assert len(named) >= 150
    for node in named:
        owner = known[node.value.id]
        assert owner is None or hasattr(owner, node.attr), ast.unparse(node)
    calls = [node for node in code if isinstance(node, ast.Call) and node.func in named and node.keywords]
    assert len(calls) >= 25
    for node in calls:
        takes = inspect.signature(getattr(known[node.func.value.id], node.func.attr)).parameters
        free = any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes.values())
        assert free or {keyword.arg for keyword in node.keywords} <= takes.keys(), ast.unparse(node)


def python_nodes(span: str) -> list[ast.AST]:
    """All parts of a piece of Python; none of what is a command or a word."""
    try:
        return list(ast.walk(ast.parse(span)))
    except SyntaxError:
        return []


# What NNGT 2.8 offers and is wanted: members of graphs, networks and populations, and the functions of its modules.
NNGT = """
Graph SpatialGraph SpatialNetwork make_spatial make_network from_matrix from_library from_file to_file copy to_undirected
get_structure_graph adjacency_matrix node_nb edge_nb edges_array new_node new_edge new_edges delete_nodes delete_edges
clear_all_edges edge_id has_edge get_nodes get_edges new_node_attribute new_edge_attribute set_edge_attribute
get_node_attributes get_attribute_type get_weights get_delays get_edge_types set_weights set_types get_degrees neighbours
get_density get_betweenness is_connected is_weighted is_directed is_spatial is_network name type structure set_name shape
get_positions set_positions uniform exc_and_inhib inh_weight_factor from_gids population nest_gids id_from_nest_gid to_nest
get_neuron_type Group MetaGroup MetaNeuralGroup NeuralGroup Structure NeuralPop create_group create_meta_group add_to_group
get_group get_properties set_properties is_valid meta_groups excitatory inhibitory syn_spec set_model set_neuron_param
get_param all_to_all erdos_renyi random_scale_free price_scale_free fixed_degree gaussian_degree from_degree_list circular
newman_watts watts_strogatz distance_rule sparse_clustered generate lattice_rewire random_rewire connect_nodes
connect_groups connect_neural_types lin_corr rectangle disk ellipse from_wkt culture_from_file shapes_from_file
seed_neurons contains_neurons add_area add_hole random_obstacles plot_shape local_clustering global_clustering transitivity
local_clustering_binary_undirected triangle_count triplet_count local_closure reciprocity assortativity num_iedges
betweenness closeness subgraph_centrality connected_components shortest_path all_shortest_paths shortest_distance
average_path_length diameter small_world_propensity spectral_radius node_attributes find_nodes degree_distrib
betweenness_distrib binning get_firing_rate get_b2 total_firing_rate get_spikes analyze_raster get_recording
make_nest_network get_nest_adjacency reproducible_weights monitor_groups monitor_nodes randomize_neural_states set_noise
set_poisson_input set_step_currents set_minis save_spikes plot_activity raster_plot draw_network chord_diagram hive_plot
degree_distribution betweenness_distribution attribute_distribution node_attributes_distribution
edge_attributes_distribution correlation_to_attribute compare_population_attributes Animation2d AnimationNetwork
load_from_file save_to_file seed mpi on_master_process send_only
""".split()


def test_the_page_for_nngt_users_has_a_line_for_all_that_is_wanted():
    theirs = set(re.findall(r"\w+", " ".join(row for row, _ in nngt_rows())))
    assert set(NNGT) - theirs == set()


@pytest.mark.parametrize("package", ["netgraph", "simcore"])
def test_the_packages_swallow_nothing_never_unpickle_and_leave_the_global_random_state_alone(package):
    for path in (ROOT / package).rglob("*.py"):
        tree = ast.parse(path.read_text())
        assert "pickle" not in imported_names(path), path
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.ExceptHandler) and node.type is None), f"{path}:{node.lineno}"
            legacy = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np.random"
            assert not legacy or node.attr in ("Generator", "SeedSequence", "default_rng"), f"{path}:{node.lineno}"

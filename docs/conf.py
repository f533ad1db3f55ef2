"""How the site is built: ``sphinx-build -W docs docs/_build/html``.

Nothing is fetched, and what is made lies in folders that git ignores.
"""

import importlib
import os
import shutil
import sys
import tomllib
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

DOCS = Path(__file__).resolve().parent
# Where the packages are, also if the folder of the site was copied and links to them.
ROOT = (DOCS.parent / "netgraph").resolve().parent
MADE = DOCS / "_build"

# Pages and examples run this tree, in processes of their own too, and draw into the page.
os.environ.pop("MPLBACKEND", None)
os.environ["TQDM_DISABLE"] = "1"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
# What an installation tells others, such as NetworkX, said for a tree that is not installed.
points = "\n".join(
    f"[{group}]\n" + "".join(f"{name} = {place}\n" for name, place in named.items())
    for group, named in PROJECT["entry-points"].items()
)
info = MADE / "installed" / f"netspike-{PROJECT['version']}.dist-info"
info.mkdir(parents=True, exist_ok=True)
(info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: netspike\nVersion: {PROJECT['version']}\n")
(info / "entry_points.txt").write_text(points)
paths = [str(ROOT), str(info.parent)]
sys.path[:0] = paths
os.environ["PYTHONPATH"] = os.pathsep.join([*paths, *filter(None, [os.environ.get("PYTHONPATH")])])


def public_modules() -> list[str]:
    """The two packages and the modules that they offer."""
    packages = [importlib.import_module(name) for name in ("netgraph", "simcore")]
    parts = [getattr(package, part) for package in packages for part in package._SUBMODULES]
    return sorted({module.__name__ for module in packages + parts})


def sections(module_name: str) -> list[tuple[str, list[str]]]:
    """The public names of a module under what their files are about; under one empty heading if they are few.

    Lists follow ``__all__``: a new name has its page without a change here. What the package itself offers is shown there.
    """
    module, package = importlib.import_module(module_name), importlib.import_module(module_name.split(".")[0])
    homes: dict[str, list[str]] = {}
    for name in sorted(module.__all__, key=str.lower):
        home = getattr(getattr(module, name), "__module__", module_name)
        if module is package or name not in package.__all__:
            homes.setdefault(home, []).append(name)
    if len(homes) < 2 or len(module.__all__) < 12:
        return [("", sum(homes.values(), []))]
    return sorted((_about(home), names) for home, names in homes.items())


def _about(module_name: str) -> str:
    """What the first sentence of a module's docstring says that it holds."""
    text = (importlib.import_module(module_name).__doc__ or module_name).splitlines()[0]
    return text.split(":")[0].split(" (")[0].rstrip(".")


autosummary_context = {"sections": {name: sections(name) for name in public_modules()}}

project = "netspike"
author = "the netspike developers"
copyright = author  # noqa: A001
version = release = PROJECT["version"]

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "gallery/**.ipynb", "gallery/**.md5", "**/.ipynb_checkpoints"]
templates_path = ["_templates"]
default_role = "obj"
nitpicky = True

# The tour lies beside the examples, where it can be opened. A name that went would leave its page behind.
shutil.rmtree(DOCS / "api" / "generated", ignore_errors=True)
shutil.copy2(ROOT / "examples" / "tour.ipynb", DOCS / "tour.ipynb")

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
nb_output_stderr = "remove-warn"
nb_render_markdown_format = "myst"

autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "groupwise"
numpydoc_show_class_members = False

# Examples write beside themselves: a copy of them runs.
shutil.rmtree(MADE / "examples", ignore_errors=True)
shutil.copytree(ROOT / "examples", MADE / "examples", ignore=shutil.ignore_patterns("*.ipynb", ".*", "__pycache__"))
sphinx_gallery_conf = {
    "examples_dirs": str(MADE / "examples"),
    "gallery_dirs": "gallery",
    "filename_pattern": r"\.py$",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "write_computation_times": False,
}

html_theme = "pydata_sphinx_theme"
html_title = "netspike"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_sidebars = dict.fromkeys(("how_to", "install", "tour"), [])  # pages alone in their section
html_theme_options = {
    "header_links_before_dropdown": 6,
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}


def link_or_code(app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.Element) -> nodes.Element | None:
    """What a word in backticks becomes that Sphinx cannot place: a link to the public name that ends like it, else code."""
    if node.get("reftype") != "obj":
        return None
    name = node["reftarget"].removesuffix("()")
    if "." in name or name[:1].isupper():
        found = [known for known in env.domains["py"].objects if f".{known}".endswith(f".{name}")]
        if found:
            place = env.domains["py"].objects[min(found, key=lambda known: (known.count("."), known))]
            return make_refnode(app.builder, node["refdoc"], place.docname, place.node_id, shown)
    return nodes.literal("", shown.astext())


def setup(app: Sphinx) -> None:
    """Words in backticks link to what they name, if that is on the site; else they are code."""
    app.connect("missing-reference", link_or_code)

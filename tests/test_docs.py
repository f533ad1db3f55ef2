"""The site: it builds without a warning, every public name has its page, and what the docstrings say of parameters is true."""

import importlib
import inspect
import operator
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import netgraph
import simcore

ROOT = Path(__file__).resolve().parents[1]
NEEDED = ("sphinx", "myst_nb", "numpydoc", "pydata_sphinx_theme", "sphinx_gallery")
PAGES = sorted(path.name for path in (ROOT / "docs").glob("*.md"))


def public_names():
    """Every public name with the module that offers it; of an object that two modules offer, the package's comes first."""
    modules = [netgraph, simcore, *(getattr(package, part) for package in (netgraph, simcore) for part in package._SUBMODULES)]
    seen: dict[int, str] = {}
    for module in modules:
        for name in module.__all__:
            seen.setdefault(id(getattr(module, name)), f"{module.__name__}.{name}")
    return sorted(seen.values())


def public_callables():
    """The functions and classes among them, by name."""
    found = {}
    for full in public_names():
        module, _, name = full.rpartition(".")
        thing = getattr(importlib.import_module(module), name)
        if inspect.isclass(thing) or inspect.isroutine(thing):
            found[full] = thing
    return found


def needs_example(name, thing):
    """Errors and records of results are made by functions; graph-tool cannot be installed with pip, nor can ffmpeg."""
    if "graph_tool" in name or name == "netgraph.plot.save_animation":
        return False
    return not (inspect.isclass(thing) and issubclass(thing, (Exception, tuple)))


CALLABLES = public_callables()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built in an empty folder from a copy of what it is made of."""
    for module in NEEDED:
        pytest.importorskip(module)
    folder = tmp_path_factory.mktemp("site")
    made = shutil.ignore_patterns("_build", "generated", "gallery", "tour.ipynb")
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=made)
    for name in ("netgraph", "simcore", "examples", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "docs", "html"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "html"


class Page(HTMLParser):
    """Links, anchors and pictures of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors, self.pictures = set(), set(), set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors |= {given[key] for key in ("id", "name") if given.get(key)}
        if tag == "a" and given.get("href"):
            self.links.add(given["href"])
        if tag in ("img", "script", "link"):
            self.pictures |= {given[key] for key in ("src", "href") if given.get(key)}


@pytest.mark.timeout(1000)
def test_every_public_name_has_a_page(site):
    missing = [name for name in public_names() if not (site / f"api/generated/{name}.html").exists()]
    assert missing == []


@pytest.mark.timeout(1000)
def test_links_and_pictures_of_the_site_are_there(site):
    pages = {path: Page(path) for path in site.rglob("*.html") if "_modules" not in path.parts and path.name != "search.html"}
    assert len(pages) > 150
    broken = []
    for path, page in pages.items():
        for link in page.links | page.pictures:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = pages.get(target)
            if not target.exists() or (known and parts.fragment and unquote(parts.fragment) not in known.anchors | {""}):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


@pytest.mark.timeout(1000)
def test_pages_show_what_their_blocks_gave(site):
    for name in PAGES:
        cells = (ROOT / "docs" / name).read_text().count("```{code-cell}")
        shown = (site / name.replace(".md", ".html")).read_text()
        assert shown.count('class="cell docutils') == cells, name
        assert not cells or "cell_output" in shown, name
    assert (site / "tour.html").read_text().count("cell_output") >= 8


@pytest.mark.timeout(1000)
def test_the_gallery_shows_every_example_with_a_picture(site):
    gallery = (site / "gallery/index.html").read_text()
    for script in (ROOT / "examples").glob("*.py"):
        assert f'href="{script.stem}.html' in gallery, script.stem
        assert f"sphx_glr_{script.stem}_thumb.png" in gallery, script.stem
        assert f"sphx_glr_{script.stem}_001.png" in (site / f"gallery/{script.stem}.html").read_text(), script.stem


def test_functions_on_the_page_for_nngt_users_exist():
    table = (ROOT / "docs/coming_from_nngt.md").read_text().split("## Functions")[1].split("## ")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    assert len(rows) >= 15
    for row in rows:
        for name in re.findall(r"`((?:\w+\.)+\w+)`", row[2]):
            assert callable(operator.attrgetter(name)(netgraph)) or name == "Network.neuron_types", name


@pytest.mark.parametrize("page", PAGES)
def test_blocks_of_python_on_the_pages_are_executed(page):
    """A block that is not run says so by its language (text, bash) or by a comment in its first line."""
    blocks = re.findall(r"^```(\S*)[^\n]*\n(.*?)^```", (ROOT / "docs" / page).read_text(), flags=re.MULTILINE | re.DOTALL)
    for language, text in blocks:
        assert language in {"{code-cell}", "{toctree}", "text", "bash"} or text.startswith("# not run"), text


@pytest.mark.parametrize("name", CALLABLES)
def test_docstrings_name_every_parameter_and_no_other(name):
    validate = pytest.importorskip("numpydoc.validate").validate
    wanted = {"PR01", "PR02", "GL03", "GL06", "GL07", "RT01", "YD01"}
    found = [f"{code}: {text}" for code, text in validate(name)["errors"] if code in wanted]
    if inspect.isclass(CALLABLES[name]) and "\nAttributes\n----" in (inspect.getdoc(CALLABLES[name]) or ""):
        found = [fault for fault in found if not fault.startswith("PR01")]  # made by functions, read by users
    assert found == []


@pytest.mark.parametrize("name", [name for name, thing in CALLABLES.items() if needs_example(name, thing)])
def test_docstrings_have_an_example(name):
    assert ">>> " in (inspect.getdoc(CALLABLES[name]) or "")

"""The site: it builds without a warning, every public name has its page, and what the docstrings say of parameters is true."""

import importlib
import inspect
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
    return not (inspect.isclass(thing) and (issubclass(thing, Exception) or is_record(thing)))


def is_record(thing):
    """Whether a class is only read by users: what it has is documented, not how it is made."""
    text = inspect.getdoc(thing) or ""
    return "\nAttributes\n----" in text and "\nParameters\n----" not in text


CALLABLES = public_callables()


def built_site(folder):
    """The site, built in an empty folder from a copy of what it is made of."""
    made = shutil.ignore_patterns("_build", "generated", "gallery", "tour.ipynb")
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=made)
    for name in ("netgraph", "simcore"):
        (folder / name).symlink_to(ROOT / name)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "docs", "html"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "html"


class Page(HTMLParser):
    """Links and anchors of a page; pictures and styles count as links."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = set(), {""}
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors |= {given[key] for key in ("id", "name") if given.get(key)}
        self.links |= {given[key] for key in ("href", "src") if given.get(key)}


def broken_links(site):
    """Links of the site that lead to no file, or to no place in a page."""
    pages = {path: Page(path) for path in site.rglob("*.html") if not {"_modules", "_static"} & {*path.parts}}
    assert len(pages) > 250
    broken = []
    for path, page in pages.items():
        for parts in map(urlsplit, page.links):
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists() or (target in pages and unquote(parts.fragment) not in pages[target].anchors):
                broken.append(f"{path.relative_to(site)}: {parts.geturl()}")
    return broken


def pages_without_what_their_blocks_gave(site):
    """Pages whose blocks are not all there, or of which none shows a result."""
    found = []
    for name in PAGES:
        cells = (ROOT / "docs" / name).read_text().count("```{code-cell}")
        shown = (site / name.replace(".md", ".html")).read_text()
        if shown.count('<div class="cell ') != cells or (cells and "cell_output" not in shown):
            found.append(name)
    return found


def examples_without_a_picture(site):
    """Examples that the gallery does not show, or without a figure on their page."""
    gallery = (site / "gallery/index.html").read_text()
    return [
        script.stem
        for script in (ROOT / "examples").rglob("*.py")
        if f"sphx_glr_{script.stem}_thumb.png" not in gallery
        or f"sphx_glr_{script.stem}_001.png" not in page_of(script, site).read_text()
    ]


def page_of(script, site):
    """The page of an example, in the gallery as it is among the examples."""
    return site / "gallery" / script.relative_to(ROOT / "examples").with_suffix(".html")


@pytest.mark.timeout(1000)
def test_the_site_builds_without_warnings_and_is_whole(tmp_path):
    for module in ("myst_nb", "numpydoc", "pydata_sphinx_theme", "sphinx", "sphinx_gallery"):
        pytest.importorskip(module)
    site = built_site(tmp_path)
    assert [name for name in public_names() if not (site / f"api/generated/{name}.html").exists()] == []
    assert broken_links(site) == []
    assert pages_without_what_their_blocks_gave(site) == []
    assert (site / "tour.html").read_text().count("cell_output") >= 8
    assert examples_without_a_picture(site) == []


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
    if inspect.isclass(CALLABLES[name]) and is_record(CALLABLES[name]):
        found = [fault for fault in found if not fault.startswith("PR01")]
    assert found == []


@pytest.mark.parametrize("name", [name for name, thing in CALLABLES.items() if needs_example(name, thing)])
def test_docstrings_have_an_example(name):
    assert ">>> " in (inspect.getdoc(CALLABLES[name]) or "")

"""Compiled functions and where their machine code is kept.

Numba's cache does not notice that a *called* function in another file changed, so the cache folder carries a hash of this
package's sources: a new version never meets old machine code.
"""

import functools
import gc
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numba
from numba import cfunc, njit
from numba.core import event

__all__ = ["cache_folder", "compiled", "compiled_callback", "compiled_inner", "default_threads", "roomy", "run_parallel"]

# Words of a frame so large that the piece of memory it gets, of the next power of two, has room for all frames of a compiler.
_ROOM = 70_000

# Objects to be made between two searches for garbage while Numba compiles.
_MANY = 100_000

# Versions of the sources whose compiled code is kept beside that of the present one.
_KEPT_VERSIONS = 8


@functools.cache
def cache_folder() -> Path | None:
    """Folder of the compiled code, or None if no place can be written.

    ``NETSPIKE_CACHE_DIR``, else ``NUMBA_CACHE_DIR``, else the user's cache folder; inside it one folder for each version of the
    sources and of Numba.
    """
    base = os.environ.get("NETSPIKE_CACHE_DIR") or os.environ.get("NUMBA_CACHE_DIR")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = (Path(base) if base else home / "netspike") / _version_key()
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _forget_old_versions(folder)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def _forget_old_versions(newest: Path) -> None:
    """Keep the folders of the last few versions only."""
    versions = [p for p in newest.parent.iterdir() if p.is_dir() and re.fullmatch(r"[0-9a-f]{16}", p.name)]
    for old in sorted(versions, key=lambda p: p.stat().st_mtime, reverse=True)[_KEPT_VERSIONS:]:
        shutil.rmtree(old, ignore_errors=True)


def _version_key() -> str:
    """Hash of Numba's version and of the files of both packages that hold compiled functions."""
    digest = hashlib.sha256(numba.__version__.encode())
    root = Path(__file__).resolve().parent
    for package in (root, root.parent / "netgraph"):
        for path in sorted(package.rglob("*.py")):
            source = path.read_bytes()
            # What the kernel's functions take from its other files is frozen into them.
            if b"import compiled" in source or path.parent.name == "kernel":
                digest.update(path.relative_to(root.parent).as_posix().encode() + source)
    return digest.hexdigest()[:16]


def compiled(function: Callable | None = None, **options: Any) -> Any:
    """Compile with Numba on first use: cached on disk, without the GIL, division as in C.

    Parameters
    ----------
    function : callable, optional
        What to compile; None when used with options, ``@compiled(forceinline=True)``.
    **options
        Passed to `numba.njit`.

    Examples
    --------
    >>> @compiled
    ... def double(x):
    ...     return 2 * x
    >>> double(2)
    4
    """
    if function is None:
        return functools.partial(compiled, **options)
    settings = {"nogil": True, "error_model": "numpy", **options}
    return _with_cache(lambda cache: njit(cache=cache, **settings)(function))


def compiled_inner(function: Callable) -> Any:
    """Compile, in less time, a function that only compiled functions call and that makes no arrays."""
    return compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)


def compiled_callback(signature: Any) -> Callable:
    """Compile a function to be called by its address, cached on disk."""

    def decorate(function: Callable) -> Any:
        return _with_cache(lambda cache: cfunc(signature, cache=cache, error_model="numpy")(function))

    return decorate


def roomy(function: Callable) -> Callable:
    """Run a function on a piece of Python's stack that has room for the frames of Numba.

    CPython gets its stack in pieces of 16 KB and gives each back when its first frame is left. Numba calls deeply: whatever is
    called often at the border of two pieces maps and unmaps memory each time, which took a fifth of the time to compile.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=_ROOM)
    return call


class _FewerSearches(event.Listener):
    """Has Python search for garbage less often while Numba makes its many objects: a twelfth of the time to compile."""

    def __init__(self) -> None:
        self._depth, self._before = 0, gc.get_threshold()

    def on_start(self, event: Any) -> None:
        """Called when something begins to compile, also for what something else calls."""
        if self._depth == 0:
            self._before = gc.get_threshold()
            gc.set_threshold(max(_MANY, self._before[0]) if self._before[0] else 0, *self._before[1:])
        self._depth += 1

    def on_end(self, event: Any) -> None:
        """Called when it is done, or has failed."""
        self._depth -= 1
        if self._depth == 0:
            gc.set_threshold(*self._before)


event.register("numba:compile", _FewerSearches())


def _with_cache(build: Callable[[bool], Any]) -> Any:
    folder = cache_folder()
    if folder is None:
        return build(False)
    saved = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        return build(True)
    except RuntimeError as error:
        # Sources without a file (a notebook cell, a doctest) have no place in the cache.
        if "cannot cache" not in str(error):
            raise
        return build(False)
    finally:
        numba.config.CACHE_DIR = saved


def default_threads() -> int:
    """Number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def run_parallel(tasks: Sequence[Callable[[], Any]], threads: int | None = None) -> list[Any]:
    """Run callables that release the GIL, `threads` at a time, and return their results in order."""
    threads = default_threads() if threads is None else threads
    if threads == 1 or len(tasks) <= 1:
        return [roomy(task)() for task in tasks]
    with ThreadPoolExecutor(min(threads, len(tasks))) as pool:
        futures = [pool.submit(roomy(task)) for task in tasks]
        try:
            return [future.result() for future in futures]
        except BaseException:  # Ctrl-C too: what has not begun does not begin
            pool.shutdown(cancel_futures=True)
            raise

"""Where compiled code is kept, and what runs in parallel."""

import gc
import os
import subprocess
import sys

import numpy as np
import pytest
from numba import TypingError
from numba.extending import overload

from simcore.compile import cache_folder, compiled, roomy, run_parallel

SCRIPT = """
from simcore.compile import cache_folder
print(cache_folder())
"""


def folder_of_new_process(**environment):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=os.environ | environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def test_cache_folder_is_where_the_environment_says(tmp_path):
    found = folder_of_new_process(NETSPIKE_CACHE_DIR=str(tmp_path / "here"))
    assert found.startswith(str(tmp_path / "here"))
    assert found == folder_of_new_process(NETSPIKE_CACHE_DIR=str(tmp_path / "here"))


def test_folders_of_old_versions_are_forgotten_and_nothing_else(tmp_path):
    for k in range(12):
        (tmp_path / f"{k:016x}").mkdir()
        os.utime(tmp_path / f"{k:016x}", (1000.0 + k, 1000.0 + k))
    (tmp_path / "my data").mkdir()
    new = folder_of_new_process(NETSPIKE_CACHE_DIR=str(tmp_path))
    left = sorted(p.name for p in tmp_path.iterdir())
    assert "my data" in left
    assert os.path.basename(new) in left
    assert f"{11:016x}" in left
    assert f"{0:016x}" not in left
    assert len(left) == 9


def test_code_without_a_file_is_compiled_all_the_same():
    scope = {}
    exec("def triple(x):\n    return 3 * x\n", scope)
    assert compiled(scope["triple"])(2) == 6
    assert cache_folder() is not None


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_parallel_tasks_return_in_order_and_pass_errors_on(threads):
    assert run_parallel([lambda k=k: k * k for k in range(7)], threads) == [k * k for k in range(7)]

    def fail():
        raise ValueError("of the task")

    with pytest.raises(ValueError, match="of the task"):
        run_parallel([fail, lambda: np.zeros(3)], threads)


@pytest.mark.parametrize("wanted", [(700, 10, 10), (0, 10, 10), (1_000_000, 5, 5)])
def test_python_looks_for_garbage_as_before_when_something_was_compiled(wanted):
    before, during = gc.get_threshold(), []

    def look():
        raise AssertionError("not compiled")

    @overload(look)
    def compiled_look():
        during.append(gc.get_threshold())
        return lambda: 3

    compiles = compiled(lambda: look() + 1)
    fails = compiled(lambda: look().no_such_name)
    gc.set_threshold(*wanted)
    try:
        assert compiles() == 4
        assert gc.get_threshold() == wanted
        with pytest.raises(TypingError):
            fails()
        assert gc.get_threshold() == wanted
    finally:
        gc.set_threshold(*before)
    assert during
    assert all(first == (max(wanted[0], 100_000) if wanted[0] else 0) for first, *_ in during)


def test_a_roomy_call_is_the_same_call():
    @roomy
    def add(a, *more, factor=1):
        """Sum."""
        return (a + sum(more)) * factor

    assert add(1, 2, 3, factor=2) == 12
    assert add.__doc__ == "Sum."
    with pytest.raises(TypeError):
        add()
    assert [roomy(lambda k=k: k)() for k in range(3)] == [0, 1, 2]

"""The progress bar of long work: in a terminal, in a notebook, or not at all."""

import sys
from types import TracebackType
from typing import Any

__all__ = ["Progress", "can_show"]


class Progress:
    """A bar that counts simulated milliseconds; it appears after half a second.

    Parameters
    ----------
    total : float
        Duration in ms.
    show : bool, optional
        None shows it in a terminal or a notebook.
    """

    def __init__(self, total: float, *, show: bool | None = None) -> None:
        self._show = can_show() if show is None else show
        self._total = total
        self._bar: Any = None

    def __enter__(self) -> "Progress":
        if self._show:
            from tqdm import tqdm

            layout = "{l_bar}{bar}| {n:.0f}/{total:.0f} ms [{elapsed}<{remaining}]"
            self._bar = tqdm(total=self._total, desc="simulating", bar_format=layout, delay=0.5, leave=False)
        return self

    def advance_to(self, time: float) -> None:
        """Show that `time` ms are done."""
        if self._bar is not None:
            self._bar.update(time - self._bar.n)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> Any:
        if self._bar is not None:
            self._bar.close()


def can_show() -> bool:
    """Whether somebody watches: a terminal or a notebook."""
    return sys.stderr.isatty() or "ipykernel" in sys.modules

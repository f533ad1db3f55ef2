"""Ctrl-C during a run, or while ranks talk."""

import signal
import threading
from typing import Any

__all__ = ["Interrupt"]


class Interrupt:
    """Ctrl-C waits until the simulation is in a state that it can go on from, and no other rank waits for this one.

    One inside of another takes over what that one was asked. In other threads than the main one nothing is done: Python
    delivers Ctrl-C to the main thread.
    """

    def __enter__(self) -> "Interrupt":
        self.asked = False
        self._main = threading.current_thread() is threading.main_thread()
        if self._main:
            self._before = signal.signal(signal.SIGINT, self._ask)
            outer = getattr(self._before, "__self__", None)
            if isinstance(outer, Interrupt) and outer.asked:
                self.asked, outer.asked = True, False
        return self

    def settle(self, asked: bool) -> None:
        """Raise Ctrl-C at the end, or not, as the ranks agreed; one that came too late goes where it would go without us."""
        self._give_back()
        is_late, self.asked = self.asked and not asked, asked
        if is_late:
            signal.raise_signal(signal.SIGINT)

    def _give_back(self) -> None:
        if self._main:
            signal.signal(signal.SIGINT, self._before or signal.SIG_DFL)
            self._main = False

    def _ask(self, number: int, frame: Any) -> None:
        self.asked = True

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._give_back()
        if self.asked and kind is None:
            raise KeyboardInterrupt("the simulation stopped at a step of the grid; the next run goes on from there")

"""A progress bar with elapsed time, one line a step."""

import sys
import threading
import time

WIDTH = 24
# A log file gets a line every so many seconds, not one per batch.
QUIET_INTERVAL = 15


class Progress:
    """Shows how much of a step is done.

    :param title: name of the step; None shows nothing
    :param total: number of things in the step
    :param done: how many of them were there before
    """

    def __init__(self, title, total, done=0, stream=None):
        self.title = title
        self.total = total
        self.already = done
        self.done = done
        self.stream = stream or sys.stdout
        self.started = self._shown = time.monotonic()
        self._live = self.stream.isatty()
        self._lock = threading.Lock()

    def add(self, count=1):
        """Count more things as done. Safe from several threads."""
        with self._lock:
            self.done += count
            now = time.monotonic()
            interval = 0.1 if self._live else QUIET_INTERVAL
            if now - self._shown >= interval:
                self._shown = now
                self._show(end="" if self._live else "\n")

    def close(self):
        """Show the last state and how long the step took."""
        self._show(end="\n")

    def _show(self, end):
        if not self.title:
            return
        share = self.done / self.total if self.total else 1.0
        bar = ("#" * round(share * WIDTH)).ljust(WIDTH, ".")
        seconds = time.monotonic() - self.started
        start = "\r" if self._live else ""
        line = f"{start}  {self.title:<34} [{bar}] {self.done}/{self.total}"
        if self.already and self.already == self.done:
            note = "  already there"
        else:
            note = f"  {seconds:5.1f} s"
        print(line + note, end=end, file=self.stream, flush=True)

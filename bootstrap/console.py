"""Progress on the terminal: steps with elapsed time, failures with a remedy."""

import contextlib
import sys
import threading
import time


class StepError(Exception):
    """A step that could not be done.

    :param message: what went wrong, in one line
    :param remedy: what the reader can do about it
    :param log: file that holds the details, if there is one
    """

    def __init__(self, message, remedy="", log=None):
        super().__init__(message)
        self.remedy = remedy
        self.log = log


def format_seconds(seconds):
    """Return a duration in seconds as people read it: ``0.4s``, ``12s``, ``2m05s``."""
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"


class Console:
    """Writes steps to a stream.

    On a terminal the running step shows a ticking clock; elsewhere one line a step is
    printed when it starts and one when it ends, so that a log file stays readable.
    """

    def __init__(self, stream=None, clock=time.monotonic):
        self.stream = stream or sys.stdout
        self.clock = clock
        self.started = clock()
        self.live = self.stream.isatty()

    def say(self, text=""):
        """Print one line of text at once."""
        self.stream.write(f"{text}\n")
        self.stream.flush()

    @contextlib.contextmanager
    def step(self, title):
        """Show ``title`` with its elapsed time while the body runs.

        The body may call the yielded function to say what it found or did; the last
        such note stands behind the title when the step is over.
        """
        notes = []
        started = self.clock()
        ticker = self._tick(title, started) if self.live else None
        if not self.live:
            self.say(f"... {title}")
        outcome = "FAILED"
        try:
            yield notes.append
            outcome = "ok"
        except KeyboardInterrupt:
            outcome = "interrupted"
            raise
        finally:
            if ticker:
                ticker()
            took = format_seconds(self.clock() - started)
            note = f": {notes[-1]}" if notes else ""
            self.say(f"{outcome:>6}  {title}{note} ({took})")

    def _tick(self, title, started):
        done = threading.Event()

        def run():
            while not done.wait(0.5):
                elapsed = format_seconds(self.clock() - started)
                self.stream.write(f"\r\033[K        {title} {elapsed}")
                self.stream.flush()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()

        def stop():
            done.set()
            thread.join()
            self.stream.write("\r\033[K")

        return stop

    def elapsed(self):
        """Return the time since this console was made, formatted."""
        return format_seconds(self.clock() - self.started)

    def failure(self, error):
        """Print a :class:`StepError` with its log file and its remedy."""
        self.say()
        self.say(f"Failed: {error}")
        if error.log:
            self.say(f"Log:    {error.log}")
        if error.remedy:
            self.say(f"Remedy: {error.remedy}")

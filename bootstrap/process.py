"""Running other programs: their output in a log file, their failure as a StepError."""

import os
import pwd
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path

from .console import StepError


def run(command, log, remedy="", *, user=None, env=None, cwd=None, outlives_us=False):
    """Run a command to its end with all output appended to a log file.

    :param command: list of words
    :param log: path of the log file
    :param remedy: advice for the reader should it fail
    :param user: name of the user to become, only as root
    :param env: complete environment, or None for our own
    :param outlives_us: leave the command to end by itself should we be killed
    :raises StepError: when the command cannot be started or ends with an error
    """
    words = [str(word) for word in command]
    # Should we be killed, the command must not go on writing beside the next run.
    bound = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    with open(log, "ab") as output:
        output.write(f"\n$ {shlex.join(words)}\n".encode())
        output.flush()
        try:
            subprocess.run(
                [*([] if outlives_us else bound), *words],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=env,
                **as_user(user),
            )
        except (OSError, subprocess.CalledProcessError) as error:
            reason = last_line(log)
            raise StepError(
                f"{Path(words[0]).name}: {reason or error}", remedy, log
            ) from error


def output_of(command, *, user=None, env=None, cwd=None):
    """Return what a command prints, without the last line end.

    :raises subprocess.CalledProcessError: when it ends with an error
    :raises OSError: when it cannot be started
    """
    done = subprocess.run(
        [str(word) for word in command],
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=env,
        cwd=cwd,
        **as_user(user),
    )
    return done.stdout.rstrip("\n")


def as_user(user):
    """Return the arguments that make ``subprocess`` run as another user."""
    if not user:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def last_line(path):
    """Return the last line of a file that is not blank, or an empty string."""
    with open(path, "rb") as stream:
        stream.seek(0, os.SEEK_END)
        stream.seek(max(0, stream.tell() - 4096))
        lines = stream.read().decode(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def read_pid(path):
    """Return the process id that a pid file names, or None."""
    try:
        return int(Path(path).read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def command_line(pid):
    """Return the words of a running process, empty when there is none (or a zombie)."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return [word.decode(errors="replace") for word in raw.split(b"\0") if word]


def terminate(pid, still_ours, patience=20):
    """End a process: SIGTERM, and SIGKILL when it does not go.

    :param pid: the process
    :param still_ours: function that tells whether ``pid`` is still the one meant, so
        that a number given to another process meanwhile is never hit
    :param patience: seconds between the two signals
    """
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5)):
        if not still_ours(pid):
            return
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + seconds
        while still_ours(pid) and time.monotonic() < deadline:
            time.sleep(0.1)

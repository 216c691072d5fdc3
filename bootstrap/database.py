"""Databases: made, copied, marked and dropped with PostgreSQL's own ``psql``.

A database that this tool makes carries a mark, a small mapping in its comment. It says
what was installed from which sources; an interrupted installation has none of it yet,
and a database without a mark is somebody else's.
"""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess

from . import postgres, process
from .console import StepError

MARK = "inbound-flywheel "


class Databases:
    """The databases of the cluster, with their filestores."""

    def __init__(self, settings):
        self.settings = settings

    def environment(self):
        """Return the environment variables with which PostgreSQL's clients connect."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        kept |= {
            "PGHOST": postgres.host(self.settings),
            "PGPORT": str(self.settings.pg_port),
            "PGUSER": self.settings.pg_user,
        }
        if self.settings.pg_password:
            kept["PGPASSWORD"] = self.settings.pg_password
        return kept

    def ask(self, statement, database="postgres"):
        """Run one SQL statement and return its unaligned output.

        :raises StepError: with PostgreSQL's own words when it fails
        """
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        command += ["-d", database, "-c", statement]
        try:
            return process.output_of(command, env=self.environment())
        except subprocess.CalledProcessError as error:
            raise StepError(
                f"PostgreSQL: {error.stderr.strip()}",
                "Check PGHOST, PGPORT, PGUSER and PGPASSWORD"
                if self.settings.pg_host
                else "Is somebody connected to the database? Start afresh: make clean",
            ) from error

    def exists(self, name):
        """Whether a database of this name exists."""
        query = f"SELECT 1 FROM pg_database WHERE datname = {literal(name)}"
        return bool(self.ask(query))

    def mark(self, name):
        """Return a database's mark: a mapping, or None when it carries none."""
        query = (
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = {literal(name)}"
        )
        return parse_mark(self.ask(query))

    def set_mark(self, name, **values):
        """Replace a database's mark."""
        text = literal(MARK + json.dumps(values, sort_keys=True))
        self.ask(f"COMMENT ON DATABASE {identifier(name)} IS {text}")

    def drop(self, name):
        """Drop a database with its filestore, ending the connections to it.

        :raises StepError: when it exists but was not made by this tool
        """
        if self.exists(name):
            if self.mark(name) is None and not self.settings.own_cluster:
                raise StepError(
                    f"There is a database {name!r} that this tool did not make",
                    f"Rename it, or drop it if nobody needs it: dropdb {name}",
                )
            self.ask(f"DROP DATABASE {identifier(name)} WITH (FORCE)")
        shutil.rmtree(self.filestore(name), ignore_errors=True)

    def copy(self, template, name):
        """Make a database as a copy of another, with its filestore, marked as unready.

        :raises StepError: when somebody is connected to the template
        """
        self.ask(
            f"CREATE DATABASE {identifier(name)} TEMPLATE {identifier(template)} "
            "ENCODING 'UTF8'"
        )
        self.set_mark(name)
        if self.filestore(template).is_dir():
            shutil.copytree(self.filestore(template), self.filestore(name))

    def filestore(self, name):
        """Return the folder of a database's attachments."""
        return self.settings.data_dir / "filestore" / name


def identifier(name):
    """Return a name quoted as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    """Return a text quoted as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def parse_mark(comment):
    """Return the mapping that a database's comment holds, or None."""
    if not comment.startswith(MARK):
        return None
    try:
        return json.loads(comment[len(MARK) :])
    except ValueError:
        return None


@contextlib.contextmanager
def lock(settings, console, name):
    """Let one process at a time do what ``name`` stands for; the others wait.

    The kernel lets the lock go when the process ends, however that happens.
    """
    with open(settings.run / f"{name}.lock", "w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.say(f"        Another run is at work ({name}); waiting for it")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield

"""The project's own PostgreSQL cluster, or the one that PGHOST names."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import process, system
from .console import StepError

# A Unix socket's path may have 107 bytes, of which the file's name takes 18.
LONGEST_SOCKET_FOLDER = 88


def daemon_user():
    """Return the user who must run the server: None for the caller himself.

    The server refuses to run as root; Debian's package makes the user ``postgres``.
    """
    return "postgres" if os.geteuid() == 0 else None


def server_options(memory):
    """Return the server's settings as a mapping; durability is left at its default.

    :param memory: the machine's memory in bytes
    """
    buffers = "512MB" if memory >= 4 * 1024**3 else "128MB"
    return {
        "listen_addresses": "",
        "max_connections": "100",
        "shared_buffers": buffers,
        "effective_cache_size": f"{memory // 2 // 1024**2}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "4GB",
        "random_page_cost": "1.1",
        # Odoo's statements are many and short; compiling them costs more than it saves.
        "jit": "off",
    }


def socket_folder(settings):
    """Return the folder of the cluster's socket: in the run folder if its path fits."""
    inside = settings.run / "pg"
    if settings.run.is_dir() and _fits(inside) and _enterable(settings.run):
        return inside
    return Path(tempfile.gettempdir()) / settings.tag


def _fits(folder):
    return len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER


def _enterable(folder):
    """Whether the daemon's user can reach a folder."""
    user = daemon_user()
    if not user:
        return True
    command = ["test", "-x", str(folder)]
    return not subprocess.run(command, cwd="/", **process.as_user(user)).returncode


def data_folder(settings):
    """Return where the cluster lies, through the run folder's link if there is one."""
    inside = settings.run / "pgdata"
    if inside.is_symlink():
        return Path(os.readlink(inside))
    if inside.exists() or _enterable(settings.run):
        return inside
    # The daemon's user cannot pass through the checkout's folder.
    return Path("/var/lib/postgresql") / settings.tag


def programs(data):
    """Return the folder of the server's programs that fit the cluster at ``data``.

    :raises StepError: when the cluster's version is not installed
    """
    folders = system.server_folders()
    version = data / "PG_VERSION"
    if not version.is_file():
        return Path(folders[-1])
    wanted = version.read_text().strip()
    for folder in folders:
        if Path(folder).parent.name == wanted:
            return Path(folder)
    raise StepError(
        f"The cluster in {data} is of PostgreSQL {wanted}, which is not installed",
        f"Install postgresql-{wanted}, or start afresh: make clean",
    )


class Cluster:
    """The cluster of a checkout: made, started, asked and stopped."""

    def __init__(self, settings):
        self.settings = settings
        self.data = data_folder(settings)
        # Beside the data: the daemon's user may be unable to reach the other logs.
        self.log = self.data / "server.log"
        self.user = daemon_user()

    def exists(self):
        """Whether the cluster has been made."""
        return (self.data / "PG_VERSION").is_file()

    def running(self):
        """Whether the server runs."""
        if not self.exists():
            return False
        command = [programs(self.data) / "pg_ctl", "status", "-D", self.data]
        try:
            process.output_of(command, user=self.user, cwd="/")
        except subprocess.CalledProcessError:
            return False
        return True

    def answers(self):
        """Whether clients reach the running server at its socket."""
        ready = [programs(self.data) / "pg_isready", "-q", "-t", "10"]
        try:
            process.output_of([*ready, "-h", socket_folder(self.settings)])
        except subprocess.CalledProcessError:
            return False
        return True

    def orphaned(self):
        """Whether the cluster is left from a checkout that was here and is gone."""
        inside = self.settings.run / "pgdata"
        return self.data != inside and not inside.is_symlink() and self.data.exists()

    def remove(self):
        """Stop the server if it runs, and delete the cluster."""
        if self.running():
            self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def create(self):
        """Make the cluster; what an interrupted run left half made is replaced.

        :raises StepError: when initdb fails
        """
        parent = self.data.parent
        fresh = parent / f"{self.data.name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self.user:
            shutil.chown(fresh, self.user, self.user)
        # The socket's folder lets nobody else in, so no password is needed.
        initdb = [programs(self.data) / "initdb", "-D", fresh, "-U", "flywheel"]
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        log = self.settings.logs / "initdb.log"
        process.run([*initdb, *options], log, "make clean", user=self.user, cwd="/")
        fresh.rename(self.data)
        inside = self.settings.run / "pgdata"
        if inside != self.data and not inside.is_symlink():
            inside.symlink_to(self.data)

    def start(self):
        """Start the server and wait until it answers.

        :raises StepError: when it does not start
        """
        folder = socket_folder(self.settings)
        self._own_folder(folder)
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        values = server_options(memory) | {"unix_socket_directories": str(folder)}
        options = " ".join(f"-c {key}='{value}'" for key, value in values.items())
        pg_ctl = [programs(self.data) / "pg_ctl", "start", "-w", "-t", "60"]
        where = ["-D", self.data, "-l", self.log, "-o", options]
        process.run(
            [*pg_ctl, *where],
            self.settings.logs / "pg_ctl.log",
            f"Read {self.log}; if the cluster is damaged: make clean",
            user=self.user,
            cwd="/",
            outlives_us=True,
        )

    def stop(self):
        """Stop the server, ending its connections.

        :raises StepError: when it does not stop
        """
        command = [programs(self.data) / "pg_ctl", "stop", "-w", "-m", "fast"]
        log = self.settings.logs / "pg_ctl.log"
        process.run([*command, "-D", self.data], log, user=self.user, cwd="/")

    def _own_folder(self, folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user and folder.stat().st_uid == 0:
            shutil.chown(folder, self.user, self.user)
        state = folder.lstat()
        owner = _user_id(self.user)
        if folder.is_symlink() or state.st_uid != owner or state.st_mode & 0o077:
            raise StepError(
                f"{folder} belongs to somebody else", f"Remove it: rm -r {folder}"
            )


def _user_id(user):
    return pwd.getpwnam(user).pw_uid if user else os.geteuid()


def ensure(settings, note):
    """Have PostgreSQL running and reachable: ours, or the one that PGHOST names.

    :raises StepError: when it cannot be started or reached
    """
    if settings.own_cluster:
        cluster = Cluster(settings)
        if cluster.orphaned():
            cluster.remove()
        if cluster.running():
            if cluster.answers():
                note("already running")
                return
            # Its socket was deleted under it.
            cluster.stop()
        if not cluster.exists():
            cluster.create()
        cluster.start()
        note("started")
        return
    note(f"PGHOST={settings.pg_host}")
    if settings.pg_user == "postgres":
        raise StepError(
            "Odoo refuses to work as the database user postgres",
            "Set PGUSER to a user who may create databases",
        )


def host(settings):
    """Return what clients give as host: PGHOST, or the socket's folder."""
    return settings.pg_host or str(socket_folder(settings))

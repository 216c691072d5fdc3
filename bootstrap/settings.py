"""Where things are, and what the caller asked for."""

import dataclasses
import hashlib
import os
import re
from pathlib import Path

from .console import StepError

DEMO_DATABASE = "flywheel"
TEST_DATABASE = "flywheel_test"
TEMPLATE_DATABASE = "flywheel_base"
DEFAULT_PORT = 8069


@dataclasses.dataclass(frozen=True)
class Settings:
    """Paths of a checkout and the caller's choices from the environment."""

    root: Path
    python: Path
    odoo_path: Path | None = None
    pg_host: str | None = None
    pg_port: int = 5432
    pg_user: str = "flywheel"
    pg_password: str | None = None
    port: int | None = None
    unattended: bool = False

    @property
    def run(self):
        """Folder for everything that is made at run time and may be deleted."""
        return self.root / ".run"

    @property
    def logs(self):
        """Folder of the log files, one a step."""
        return self.run / "log"

    @property
    def venv(self):
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def venv_python(self):
        """The virtual environment's interpreter."""
        return self.venv / "bin" / "python"

    @property
    def odoo_conf(self):
        """Odoo's configuration file."""
        return self.run / "odoo.conf"

    @property
    def data_dir(self):
        """Odoo's data folder: filestore and sessions."""
        return self.run / "data"

    @property
    def own_cluster(self):
        """Whether PostgreSQL is ours to start and stop."""
        return self.pg_host is None

    @property
    def tag(self):
        """Short name of this checkout, for what must lie outside it."""
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()
        return f"inbound-flywheel-{digest[:8]}"

    def prepare_folders(self):
        """Create the run folders; others may enter, as the database's user must."""
        for folder in (self.run, self.logs):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)


def port_number(text):
    """Return ``text`` as a TCP port, or None for an empty one.

    :raises StepError: when it is no number from 1 to 65535
    """
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise StepError(
            f"PORT={text!r} is no port", "Give a number from 1 to 65535: PORT=8070"
        )
    return int(text)


def from_environment(environ, root, python):
    """Return the settings that the environment's variables ask for.

    :param environ: mapping such as ``os.environ``; PORT, ODOO_PATH, CI and the usual
        PG variables are read, the latter only when PGHOST is given
    :param root: root of the checkout
    :param python: interpreter from which the virtual environment is made
    :raises StepError: for a port that is none
    """
    odoo_path = environ.get("ODOO_PATH")
    values = {}
    if environ.get("PGHOST"):
        values = {
            "pg_host": environ["PGHOST"],
            "pg_port": port_number(environ.get("PGPORT")) or 5432,
            "pg_user": environ.get("PGUSER") or environ.get("USER") or "odoo",
            "pg_password": environ.get("PGPASSWORD"),
        }
    return Settings(
        root=Path(root),
        python=Path(python),
        odoo_path=Path(os.path.abspath(odoo_path)) if odoo_path else None,
        port=port_number(environ.get("PORT")),
        unattended=bool(environ.get("CI")),
        **values,
    )

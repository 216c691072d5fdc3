"""Odoo 19: what ODOO_PATH names, or Debian's package, unpacked but not installed.

The package stands in Debian's suite ``sid``. It is fetched with the mirror that the
machine's apt already uses, through private lists, and unpacked in the run folder:
installing it would draw half of ``sid`` into the system. No rights are needed.
"""

import re
import shutil
import subprocess
from pathlib import Path

from . import process
from .console import StepError

PACKAGE = "odoo-19"
SERIES = "19.0"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# Debian cuts these out of Odoo and leaves links to where they would be installed.
LIBRARIES = (
    "libjs-jquery/bookworm",
    "libjs-underscore/bookworm",
    "libjs-jquery-form/bookworm",
    "fonts-font-awesome/bookworm",
    "fonts-roboto-unhinted/bookworm",
    "fonts-inconsolata/bookworm",
    "fonts-montserrat/sid",
    "fonts-ocr-b/sid",
)
# Debian removed this optional script too; the asset bundle names it all the same.
ABSENT_SCRIPT = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
ELSEWHERE = (
    "Set ODOO_PATH to any Odoo 19.0 (a checkout, or the folder that holds `odoo`): "
    "make demo ODOO_PATH=/path/to/odoo"
)


def locate(path):
    """Return the folder to put on Python's path for the Odoo 19 at ``path``.

    :param path: a checkout with ``odoo-bin``, a folder that holds ``odoo``, or the
        ``odoo`` package itself
    :raises StepError: when there is no Odoo, or not 19.0
    """
    for parent in (path, path.parent):
        release = parent / "odoo" / "release.py"
        if release.is_file():
            break
    else:
        raise StepError(
            f"ODOO_PATH={path} holds no Odoo",
            "Name a checkout, or the folder that holds `odoo/release.py`",
        )
    found = read_series(release.read_text())
    if found != SERIES:
        raise StepError(
            f"ODOO_PATH={path} is Odoo {found}, not {SERIES}", "Name an Odoo 19.0"
        )
    return parent


def read_series(source):
    """Return the series (such as ``19.0``) that the text of a release.py declares."""
    match = re.search(r"^version_info\s*=\s*\(([^)]*)\)", source, re.M)
    parts = [part.strip() for part in match[1].split(",")] if match else []
    return ".".join(parts[:2]) or "of unknown version"


def ensure(settings, note):
    """Return the folder that holds the ``odoo`` package, fetching it when needed.

    :param note: function told where Odoo comes from
    :raises StepError: when it can be neither found nor fetched
    """
    if settings.odoo_path:
        note(f"ODOO_PATH={settings.odoo_path}")
        return locate(settings.odoo_path)
    target = settings.run / "odoo"
    packages = target / "usr/lib/python3/dist-packages"
    if not (packages / "odoo/release.py").is_file():
        _fetch(settings, target)
    note("Debian's package, unpacked in .run/odoo")
    return packages


def _fetch(settings, target):
    log = settings.logs / "odoo.log"
    work = settings.run / "odoo.new"
    shutil.rmtree(work, ignore_errors=True)
    debs = work / "debs"
    root = work / "root"
    debs.mkdir(parents=True)
    options = _private_apt(work, mirror())
    remedy = f"Check the network to your Debian mirror, or: {ELSEWHERE}"
    process.run(["apt-get", *options, "update"], log, remedy)
    _check_offered(options)
    download = ["apt-get", *options, "download", f"{PACKAGE}/sid", *LIBRARIES]
    process.run(download, log, remedy, cwd=debs)
    for deb in sorted(debs.glob("*.deb")):
        process.run(["dpkg", "-x", deb, root], log, "Is the disk full?")
    script = root / "usr/lib/python3/dist-packages/odoo" / ABSENT_SCRIPT
    script.parent.mkdir(parents=True, exist_ok=True)
    script.touch()
    shutil.rmtree(target, ignore_errors=True)
    # One rename, so that an interrupted run never leaves half an Odoo behind.
    root.rename(target)
    shutil.rmtree(work)


def _check_offered(options):
    command = ["apt-cache", *options, "show", PACKAGE]
    shown = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if not shown.stdout:
        raise StepError(f"Debian's suite sid no longer has {PACKAGE}", ELSEWHERE)


def mirror():
    """Return the address of the Debian mirror that this machine's apt uses.

    :raises StepError: when apt has none, or is not here
    """
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"]
    try:
        shown = process.output_of([*command, "Created-By: Packages"])
    except (OSError, subprocess.CalledProcessError) as error:
        raise StepError("apt-get could not tell its mirror", ELSEWHERE) from error
    address = choose_mirror(shown)
    if not address:
        raise StepError("apt-get has no mirror of Debian configured", ELSEWHERE)
    return address


def choose_mirror(targets):
    """Return the main archive's address from lines of ``address suite``, or None.

    Security and third-party archives have no suite ``sid``; an address that ends in
    ``debian`` is a full mirror, else the first that is not for security is taken.
    """
    addresses = []
    for line in targets.splitlines():
        address, _space, _suite = line.partition(" ")
        if address and "security" not in line and address not in addresses:
            addresses.append(address)
    full = [one for one in addresses if one.rstrip("/").endswith("debian")]
    return next(iter(full + addresses), None)


def _private_apt(work, address):
    """Return apt options for lists of our own; apt.conf.d stays in force."""
    sources = work / "sources.list"
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    suites = ("sid", "bookworm")
    lines = [f"deb {signed}{address} {suite} main\n" for suite in suites]
    sources.write_text("".join(lines))
    for folder in ("lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True)
    values = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": work / "lists",
        "Dir::Cache": work / "cache",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "root",
        # Only the plain package index: no translations, contents or icons.
        "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
        "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    }
    return [word for key, value in values.items() for word in ("-o", f"{key}={value}")]

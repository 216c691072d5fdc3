"""Each addon's README.rst and index.html, generated from its ``readme/*.md``.

Runs inside the virtual environment: ``python -m bootstrap.readme [--check]``. The
sections and their order are OCA's; the text of a section is Markdown.
"""

import re
import sys
from pathlib import Path

import docutils.core
import pypandoc

from . import addons

SECTIONS = (
    ("DESCRIPTION", None),
    ("CONTEXT", "Use Cases / Context"),
    ("INSTALL", "Installation"),
    ("CONFIGURE", "Configuration"),
    ("USAGE", "Usage"),
    ("ROADMAP", "Known issues / Roadmap"),
    ("HISTORY", "Changelog"),
)
LICENCES = {
    "AGPL-3": "GNU Affero General Public License v3.0 or later",
    "LGPL-3": "GNU Lesser General Public License v3.0 or later",
}
NOTICE = """..
   Generated from the files in the folder readme by `make format`.
   Changes made here are lost.
"""
IMAGES = "../static/description/"


def heading(text, sign, over=False):
    """Return a reStructuredText heading."""
    line = sign * len(text)
    return f"{line}\n{text}\n{line}\n" if over else f"{text}\n{line}\n"


def section_text(folder, name):
    """Return a section's Markdown as reStructuredText, or None when it has none."""
    path = folder / "readme" / f"{name}.md"
    if not path.is_file():
        return None
    # Headings inside a section stand below the section's own.
    options = ["--wrap=auto", "--columns=80", "--shift-heading-level-by=1"]
    text = pypandoc.convert_file(path, "rst", format="gfm", extra_args=options)
    return text.strip() + "\n"


def readme(folder, manifest):
    """Return the text of an addon's README.rst."""
    parts = [NOTICE, heading(manifest["name"], "=", over=True)]
    status = manifest.get("development_status", "Beta")
    parts.append(
        f"| Odoo 19.0, version {manifest['version']}, maturity: {status}\n"
        f"| Licence: {LICENCES[manifest['license']]} ({manifest['license']})\n"
    )
    for name, title in SECTIONS:
        text = section_text(folder, name)
        if text:
            parts += [heading(title, "="), text] if title else [text, CONTENTS]
    parts.append(heading("Credits", "="))
    authors = [one.strip() for one in manifest["author"].split(",")]
    parts += [heading("Authors", "-"), "".join(f"* {name}\n" for name in authors)]
    for name, title in (("CONTRIBUTORS", "Contributors"), ("CREDITS", "Other credits")):
        text = section_text(folder, name)
        if text:
            parts += [heading(title, "-"), text]
    return "\n".join(parts).replace(IMAGES, "static/description/")


CONTENTS = "**Table of contents**\n\n.. contents::\n   :local:\n"


def page(text):
    """Return the HTML page that Odoo shows for an addon with this README.rst.

    :raises docutils.utils.SystemMessage: for a fault in the text
    """
    settings = {
        "input_encoding": "unicode",
        "output_encoding": "unicode",
        "report_level": 2,
        "halt_level": 2,
        "embed_stylesheet": False,
        "stylesheet_path": None,
        "generator": False,
        "datestamp": False,
        "_disable_config": True,
    }
    html = docutils.core.publish_string(
        text, writer_name="html4css1", settings_overrides=settings
    )
    # The page lies beside the pictures.
    html = html.replace('src="static/description/', 'src="')
    return re.sub(r"<meta name=\"generator\"[^>]*>\n?", "", html)


def generated(root):
    """Return what the generated files of all addons should hold, by path."""
    result = {}
    for name, manifest in addons.manifests(root).items():
        folder = root / name
        if (folder / "readme" / "DESCRIPTION.md").is_file():
            text = readme(folder, manifest)
            result[folder / "README.rst"] = text
            result[folder / "static/description/index.html"] = page(text)
    return result


def main(words):
    """Write the files, or with ``--check`` only compare; return the exit status."""
    root = Path(__file__).resolve().parent.parent
    stale = []
    for path, text in generated(root).items():
        if path.is_file() and path.read_text() == text:
            continue
        stale.append(str(path.relative_to(root)))
        if "--check" not in words:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if stale and "--check" in words:
        sys.stdout.write(f"Not current; run make format: {', '.join(stale)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

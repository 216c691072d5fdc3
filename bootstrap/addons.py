"""The addons of this repository, read from their manifests without importing Odoo."""

import ast
import hashlib

# What an installed database does not depend on.
NOT_INSTALLED = {"tests", "readme", "__pycache__", "description"}


def manifests(root):
    """Return the manifests of the addons at the root of the checkout, by name."""
    found = {}
    for path in sorted(root.glob("*/__manifest__.py")):
        manifest = ast.literal_eval(path.read_text())
        if manifest.get("installable", True):
            found[path.parent.name] = manifest
    return found


def foreign_dependencies(found):
    """Return the sorted names of all addons that ours depend on and are not ours."""
    names = {name for manifest in found.values() for name in manifest["depends"]}
    return sorted(names - found.keys())


def digest(root, names):
    """Return a digest of the addons' sources, as far as an installation reads them."""
    result = hashlib.sha256()
    for name in sorted(names):
        for path in sorted((root / name).rglob("*")):
            inner = path.relative_to(root)
            if path.is_file() and not NOT_INSTALLED.intersection(inner.parts):
                result.update(str(inner).encode() + b"\0" + path.read_bytes())
    return result.hexdigest()[:16]

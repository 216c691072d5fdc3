# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A ZIP file that is written as it comes, however much that is."""

import contextlib
import json
import re
import tempfile
import zipfile

UNSAFE = re.compile(r"[^\w.\-]+")


def safe_name(name):
    """Return a file's name that every system can store.

    >>> safe_name("../offer: 10%.pdf")
    'offer_10_.pdf'
    """
    return UNSAFE.sub("_", name or "").strip("._")[:120] or "file"


class Archive:
    """Collects files on disk.

    >>> with Archive() as archive:
    ...     with archive.rows("a.json") as write:
    ...         write([{"a": 1}])
    ...         write([])
    ...         write([{"a": None}])
    ...     content = archive.content()
    >>> import io
    >>> zipfile.ZipFile(io.BytesIO(content)).read("a.json")
    b'[\\n{"a": 1},\\n{"a": null}\\n]\\n'
    """

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        self._file = self._stack.enter_context(tempfile.TemporaryFile())
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        return self

    def __exit__(self, *_exception):
        self._stack.close()

    @contextlib.contextmanager
    def rows(self, name):
        """Open a JSON array; yields a function that takes lists of dicts."""
        with self._zip.open(name, "w", force_zip64=True) as part:
            first = [True]

            def write(rows):
                text = ",\n".join(
                    json.dumps(row, ensure_ascii=False, default=str) for row in rows
                )
                if text:
                    part.write(("\n" if first[0] else ",\n").encode())
                    part.write(text.encode())
                    first[0] = False

            part.write(b"[")
            yield write
            part.write(b"\n]\n")

    def add(self, name, content):
        """Add a file.

        :param content: bytes or text
        """
        self._zip.writestr(name, content)

    def add_stream(self, name, stream):
        """Add what an open binary file holds."""
        stream.seek(0)
        with self._zip.open(name, "w", force_zip64=True) as part:
            while block := stream.read(1 << 20):
                part.write(block)

    def content(self):
        """Return the whole file as bytes; nothing can be added any more."""
        self._zip.close()
        self._file.seek(0)
        return self._file.read()

# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The stored form of a trained classifier: arrays and JSON in a zip file (npz).

Nothing of it is executed when it is read: numpy's pickled objects are refused, the
sizes are checked before anything is unpacked, and everything must fit together.
"""

import io
import json
import zipfile
from dataclasses import dataclass

import numpy as np

from .features import FEATURES_VERSION

# Bytes of all parts together, unpacked.
MAX_BYTES = 256_000_000
PARTS = {"head", "vocabulary", "matrix", "offset", "idf"}
# Smallest probability that takes part in the calibration.
LEAST = 1e-12


@dataclass
class Weights:
    """A trained linear model.

    :param labels: one per column of the matrix; the columns beyond are for texts
        that belong to none of them
    :param vocabulary: feature names, one a row of the matrix
    :param matrix: features times columns
    :param offset: one per column
    :param idf: one per feature
    :param slope: and
    :param shift: of the calibration (Platt 1999), a logistic curve over the raw
        confidence
    :param multiple: a text may have several labels
    """

    labels: list
    vocabulary: list
    matrix: np.ndarray
    offset: np.ndarray
    idf: np.ndarray
    slope: float = 1.0
    shift: float = 0.0
    multiple: bool = False

    def calibrate(self, raw):
        raw = np.clip(raw, LEAST, 1 - LEAST)
        odds = np.log(raw / (1 - raw))
        return 1 / (1 + np.exp(-np.clip(self.slope * odds + self.shift, -700, 700)))

    def to_bytes(self):
        head = {
            "version": FEATURES_VERSION,
            "labels": self.labels,
            "slope": self.slope,
            "shift": self.shift,
            "multiple": self.multiple,
        }
        target = io.BytesIO()
        np.savez_compressed(
            target,
            head=_as_bytes(head),
            vocabulary=_as_bytes(self.vocabulary),
            matrix=self.matrix.astype(np.float16),
            offset=self.offset.astype(np.float32),
            idf=self.idf.astype(np.float32),
        )
        return target.getvalue()

    @classmethod
    def from_bytes(cls, content):
        """Read what :meth:`to_bytes` wrote.

        :raises ValueError: it is no such file, or its parts do not fit together
        """
        try:
            parts = _read_parts(content)
            head = json.loads(parts["head"].tobytes())
            vocabulary = json.loads(parts["vocabulary"].tobytes())
        except ValueError:
            raise
        except Exception as error:
            raise ValueError(f"not a stored classifier: {error}") from error
        _check(head, vocabulary, parts)
        return cls(
            head["labels"],
            vocabulary,
            parts["matrix"],
            parts["offset"],
            parts["idf"],
            float(head["slope"]),
            float(head["shift"]),
            bool(head["multiple"]),
        )


def _as_bytes(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _read_parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {info.filename.removesuffix(".npy") for info in archive.infolist()}
        size = sum(info.file_size for info in archive.infolist())
    if names != PARTS:
        raise ValueError(f"not a stored classifier: parts {sorted(names)[:9]}")
    if size > MAX_BYTES:
        raise ValueError(f"too large for a stored classifier: {size} bytes")
    with np.load(io.BytesIO(content), allow_pickle=False) as loaded:
        return {name: loaded[name] for name in PARTS}


def _check(head, vocabulary, parts):
    if not isinstance(head, dict) or head.get("version") != FEATURES_VERSION:
        raise ValueError("stored by another version of this program")
    labels, matrix = head.get("labels"), parts["matrix"]
    if not isinstance(labels, list) or not all(
        isinstance(n, int | str) for n in labels
    ):
        raise ValueError("damaged: its labels are no list")
    if not isinstance(vocabulary, list) or not all(
        isinstance(name, str) for name in vocabulary
    ):
        raise ValueError("damaged: its vocabulary is no list of words")
    columns = len(labels), len(labels) + 1
    if matrix.ndim != 2 or matrix.shape[0] != len(vocabulary):
        raise ValueError("damaged: weights and vocabulary differ in size")
    if matrix.shape[1] not in columns or parts["offset"].shape != matrix.shape[1:]:
        raise ValueError("damaged: weights and labels differ in number")
    if parts["idf"].shape != matrix.shape[:1]:
        raise ValueError("damaged: weights and word frequencies differ in size")
    for name in ("matrix", "offset", "idf"):
        if parts[name].dtype.kind != "f" or not np.isfinite(parts[name]).all():
            raise ValueError(f"damaged: {name} holds what is no number")
    curve = [head.get("slope"), head.get("shift")]
    if not all(isinstance(n, float | int) and np.isfinite(n) for n in curve):
        raise ValueError("damaged: its calibration holds what is no number")

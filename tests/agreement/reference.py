"""The reference data and values beside the tests."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent / "data"
VALUES = json.loads((DATA / "oracle_values.json").read_text())


def rows(name: str, key: str = "") -> dict[str, dict[str, str]]:
    """The rows of a CSV file by the column `key`."""
    path = DATA / name
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    return {
        row[key] if key in row else str(i): row for i, row in enumerate(csv.DictReader(text.splitlines()))
    }


def columns(name: str, *names: str) -> list[np.ndarray]:
    """Columns of a CSV file as numbers, NaN where empty."""
    found = rows(name, "#").values()
    return [np.array([float(row[column] or "nan") for row in found]) for column in names]

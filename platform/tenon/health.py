"""Whether this process can serve: the directory of tenants answers, and the data directory can be written."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from flask import Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from metadata.errors import TenonError
from tenants.directory import Directory
from tenon.logs import errors

NEEDED_BYTES = 50 * 1024 * 1024
"""Free space below which writes are about to fail."""


def health(directory: Directory, data: Path) -> Response:
    """Answer 200 when all checks pass, else 503; names what fails, never why in detail."""
    checks = {"directory": _directory_answers(directory), "disk": _disk_takes(data)}
    is_well = all(checks.values())
    answer = jsonify({
        "status": "ok" if is_well else "failing",
        "checks": {name: "ok" if passed else "failing" for name, passed in checks.items()},
    })
    answer.status_code = 200 if is_well else 503
    return answer


def _directory_answers(directory: Directory) -> bool:
    try:
        directory.tenants()
    except (SQLAlchemyError, TenonError, OSError):
        errors.exception("the directory of tenants does not answer")
        return False
    return True


def _disk_takes(data: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=data) as probe:
            probe.write(b"tenon")
            probe.flush()
            os.fsync(probe.fileno())
        return shutil.disk_usage(data).free >= NEEDED_BYTES
    except OSError:
        errors.exception("the data directory can't be written")
        return False

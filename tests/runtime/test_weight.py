"""What every process carries: the application, and nothing that only some of them need."""

from __future__ import annotations

import json
import subprocess
import sys

# What makes PDFs, and what writes migrations: 28 MB, five times over.
FOR_SOME: frozenset[str] = frozenset(("alembic", "flask_migrate", "fontTools", "fpdf", "mako"))


def test_the_application_does_not_bring_along_what_only_some_processes_need() -> None:
    look = "import json, sys, sp4n.app; print(json.dumps(list(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    loaded = set(json.loads(ran.stdout))
    assert "sp4n.portal.filing" in loaded
    assert not FOR_SOME & loaded

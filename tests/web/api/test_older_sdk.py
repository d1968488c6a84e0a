"""The Python client of the server version before works too: it tells the same stories.

Both versions have one name, so the older one is installed into a folder of its own and the stories
run in a process that finds it first.
"""

import os
import subprocess
import sys

from tests.support import clients

STORIES = ["tests/web/api/test_sdk.py", "tests/web/api/test_sdk_operations.py"]


def test_the_older_python_client_tells_the_same_stories() -> None:
    folder = clients.older_sdk()
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    check = (
        "import importlib.metadata as m, camunda_orchestration_sdk as s; "
        "print(m.version('camunda-orchestration-sdk'), s.__file__)"
    )
    found = subprocess.run(
        [sys.executable, "-c", check], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.startswith(f"9.0.1 {folder}")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *STORIES],
        cwd=clients.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-6_000:] + told.stderr[-2_000:]

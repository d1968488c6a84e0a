"""The published npm packages work against us unmodified; each tells its story in tests/clients."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support import clients
from tests.web.api.conftest import PASSWORD, World
from tests.web.api.files import FILES


@pytest.mark.usefixtures("hands")
@pytest.mark.parametrize("story", ["cluster_api.test.mjs", "sdk.test.mjs"])
def test_a_published_package_works(world: World, tmp_path: Path, story: str) -> None:
    folder = clients.javascript()
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    environment = {
        **os.environ,
        "PEYVAND_ADDRESS": world.address,
        "PEYVAND_PASSWORD": PASSWORD,
        "PEYVAND_FILES": str(tmp_path),
    }
    told = subprocess.run(
        [*clients.node(), "--test", "--test-reporter=spec", story],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-8_000:] + told.stderr[-2_000:]

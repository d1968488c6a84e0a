"""The conformance kit of the OMG: every case passes, or is listed with the reason."""

import tomllib
from pathlib import Path

import pytest

from tests.core.dmn import kit

HERE = Path(__file__).parent


@pytest.mark.skipif(not kit.KIT.is_dir(), reason=f"the conformance kit is not in {kit.KIT}")
def test_every_case_of_the_conformance_kit_passes_or_is_listed_with_a_reason() -> None:
    cases = kit.run_all()
    kit.write_csv(cases, kit.ROOT / "var" / "tck.csv")
    figures = kit.report(cases)
    (kit.ROOT / "var" / "tck.txt").write_text(figures + "\n", encoding="utf-8")
    print(figures)  # noqa: T201 - the figures are what this test is for (pytest -s)

    listed = tomllib.loads((HERE / "believed_wrong.toml").read_text(encoding="utf-8"))
    failed = {case.key for case in cases if not case.passed}
    unlisted = sorted(failed - listed.keys())
    assert not unlisted, f"{len(unlisted)} cases fail:\n" + "\n".join(unlisted[:50])
    assert not listed.keys() - failed, "listed as wrong, but they pass: take them off the list"


def test_what_is_believed_wrong_names_the_chapter_and_the_reason() -> None:
    listed = tomllib.loads((HERE / "believed_wrong.toml").read_text(encoding="utf-8"))

    assert all({"chapter", "reason"} <= entry.keys() for entry in listed.values())

"""The examples of the REST API work as they stand on the page, in this order."""

import json
from pathlib import Path

from tests.architecture.house import ROOT
from tests.docs.blocks import script
from tests.docs.terminal import open_terminal

PAGE = ROOT / "docs" / "consultant" / "rest-api.md"


def test_the_examples_of_the_rest_api_work(tmp_path: Path) -> None:
    with open_terminal(tmp_path) as terminal:
        shown = terminal.run(script(PAGE, port=terminal.port))
    answers = [json.loads(each) for each in shown.splitlines() if each.startswith("{")]

    assert [each["code"] for each in answers if "errors" in each] == ["refused"]
    assert "Due can't be before From" in shown
    assert 'ETag: "1-' in shown
    assert [each["status"] for each in _one(answers, "results")] == [201, 200, 204]
    assert [each["object"] for each in _one(answers, "hits")] == ["equipment", "loan"]
    assert [each["words"] for each in _one(answers, "steps")] == ["Add “x_shelf” to “equipment”, blank in existing records."]
    assert [each["version"] for each in answers if "checksum" in each] == [2, 3]


def _one(answers: list[dict], member: str) -> list[dict]:
    """The list that the only answer with this member holds."""
    found = [each[member] for each in answers if member in each]
    assert len(found) == 1, member
    return found[0]

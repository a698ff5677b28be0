"""The field type that the contributors' page adds works everywhere, with nothing but what stands on that page."""

import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.house import ROOT
from tests.docs.blocks import blocks

PAGE = ROOT / "docs" / "contributor" / "field-types.md"

USE = """
import sys
from pathlib import Path

from metadata.errors import InvalidValue
from metadata.fields import field_types
from colour import ColourType

field_types.register(ColourType())

from tests.support.application import open_application
from tests.support.databases import sqlite_database
from tests.support.fields import field_of
from tests.support.visitor import Visitor, person

for sample in ColourType.samples:
    field = field_of("colour")
    try:
        value = field.type.parse(field, sample.raw)
    except InvalidValue as refusal:
        assert refusal.code == sample.refused
    else:
        assert (value, field.type.dump(field, value)) == (sample.value, sample.shown)

PAINT = '''
object: paint
label: Paint
plural: Paints
fields:
  name: {type: text, required: true}
  colour: {type: colour, default: "'#1e90ff'"}
  is_blue: {type: formula, returns: boolean, formula: "RIGHT(colour, 2) == 'ff'"}
'''

with open_application(sqlite_database(Path(sys.argv[1])), PAINT) as site:
    client = site.client()
    client.create("paint", name="Sky")
    client.create("paint", name="Grass", colour="#228B22")
    refused = client.post("/records/paint", json={"name": "?", "colour": "blue"}).json
    assert [each["field"] for each in refused["errors"]] == ["colour"], refused
    assert "#rrggbb" in refused["errors"][0]["message"]
    found = client.get("/records/paint?where=colour == '%23228b22'&fields=name,is_blue").json["records"]
    assert [(each["name"], each["is_blue"]) for each in found] == [("Grass", False)], found
    assert "colour" in str(client.get("/openapi.json").json["components"]["schemas"])

    person(site, "amy")
    visitor = Visitor(site.app)
    visitor.sign_in("amy")
    assert 'name="colour"' in visitor.get("/o/paint/new").text
    assert "#1e90ff" in visitor.get("/o/paint/1").text
print("works")
"""


def test_the_example_works_in_an_app(tmp_path: Path) -> None:
    (example,) = blocks(PAGE, "python")
    (tmp_path / "colour.py").write_text(example.text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}

    done = subprocess.run(
        [sys.executable, "-c", USE, str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )

    assert done.stdout == "works\n", done.stderr

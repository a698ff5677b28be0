"""Records that come with a package are found again by their key, in any order, and written only where they differ."""

import pytest

from runtime.records.query import find
from runtime.records.record import RecordQuery
from runtime.records.seeds import SeedsInvalid
from tenants.credentials import check_password
from tests.support.application import Application, open_application
from tests.support.databases import Database

CLUB = """
object: person
label: {en: Person}
plural: {en: People}
sharing: read_write
fields:
  code: {type: text, required: true, unique: true}
  name: {type: text}
  mentor: {type: lookup, to: person}
  team: {type: lookup, to: team}
  born: {type: date}
  weight: {type: decimal, scale: 1}
  friends: {type: many_to_many, to: person}
---
object: team
label: {en: Team}
plural: {en: Teams}
sharing: read_write
fields:
  code: {type: text, required: true, unique: true}
  name: {type: text}
  captain: {type: lookup, to: person}
---
object: seat
label: {en: Seat}
plural: {en: Seats}
fields:
  team: {type: master_detail, to: team}
  name: {type: text, required: true, unique: true}
  about: {type: any_lookup, to: [person, team]}
---
# data/person.yaml
object: person
key: code
records:
  - {code: A, name: {zh_CN: 甲, en: Ann}, mentor: B, team: T, born: 2001-02-03, weight: 60.50, friends: [B, C]}
  - {code: B, name: Bob, mentor: C, team: {name: Tigers}}
  - {code: C, name: Cy}
---
# data/team.yaml
object: team
key: code
records:
  - {code: T, name: Tigers, captain: A}
---
# data/seat.yaml
object: seat
key: name
records:
  - {name: S1, team: T, about: {person: A}}
  - {name: S2, team: {code: T}, about: {team: T}}
"""


PETS = """
object: pet
label: Pet
fields:
  code: {type: text, unique: true, required: true}
  name: {type: text}
  chip: {type: text}
  kind: {type: picklist, values: {cat: Cat, dog: Dog, fish: Fish}}
---
object: toy
label: Toy
fields: {name: {type: text, unique: true}, pet: {type: lookup, to: pet, required: true}}
---
# data/pet.yaml
object: pet
key: code
records:
  - {code: B, name: Bello, kind: dog}
  - {code: M, name: Mia, kind: cat, chip: '17'}
  - {code: G, name: Goldie, kind: fish, chip: '18'}
"""


def records(application: Application, object_name: str, *fields: str) -> dict[object, object]:
    ctx = application.context()
    with application.storage.reading(application.tenant) as connection:
        page = find(ctx, connection, RecordQuery(object_name, ("name", *fields), limit=200))
    return {each["name"]: each for each in page.records}


def version_numbers(application: Application) -> dict[object, int]:
    return {
        (object_name, name): each.version  # type: ignore[attr-defined]
        for object_name in ("person", "team", "seat") for name, each in records(application, object_name).items()
    }


def test_records_are_loaded_whatever_refers_to_what(database: Database) -> None:
    with open_application(database, CLUB) as application:
        people = records(application, "person", "mentor.name", "team.name", "born", "weight", "friends")
        assert people["甲"]["mentor.name"] == "Bob"
        assert people["Bob"]["mentor.name"] == "Cy"
        assert people["甲"]["team.name"] == people["Bob"]["team.name"] == "Tigers"
        assert sorted(people["甲"]["friends"]) == sorted([people["Bob"].id, people["Cy"].id])
        assert records(application, "team", "captain.name")["Tigers"]["captain.name"] == "甲"
        seats = records(application, "seat", "team.name", "about")
        assert (seats["S1"]["about"].object, seats["S1"]["about"].id) == ("person", people["甲"].id)
        assert seats["S2"]["about"].object == "team"


def test_installing_again_writes_nothing(database: Database) -> None:
    with open_application(database, CLUB) as application:
        before = version_numbers(application)
        application.install(CLUB)

        assert version_numbers(application) == before


def test_a_changed_record_is_written_again_and_others_are_left(database: Database) -> None:
    with open_application(database, CLUB) as application:
        before = version_numbers(application)
        application.install(CLUB.replace("name: Cy", "name: Cyd"))

        after = version_numbers(application)
        assert after.pop(("person", "Cyd")) == before.pop(("person", "Cy")) + 1
        assert after == before


def test_what_the_tenant_deleted_stays_deleted(database: Database) -> None:
    with open_application(database, CLUB) as application:
        client = application.client()
        seat = records(application, "seat")["S1"]
        assert client.delete(f"/records/seat/{seat.id}?version={seat.version}").status_code == 204
        application.install(CLUB)

        assert list(records(application, "seat")) == ["S2"]


def test_a_field_that_the_tenant_took_away_is_passed_over(database: Database) -> None:
    with open_application(database, CLUB) as application:
        client = application.client()
        drafted = client.get("/metadata/object/person").json
        del drafted["fields"]["weight"]
        assert client.put("/metadata/object/person", json=drafted, headers={"If-Match": "*"}).status_code == 200
        published = client.post("/metadata/publish", json={"message": "Nobody is weighed"})
        assert published.status_code == 200, published.json

        application.install(CLUB.replace("name: Cy", "name: Cyd"))

        assert "Cyd" in records(application, "person")


def test_what_the_tenants_own_rules_refuse_stays_as_it_is_and_is_told(database: Database) -> None:
    with open_application(database, PETS) as application:
        client = application.client()
        drafted = client.get("/metadata/object/pet").json
        drafted["fields"]["chip"]["required"] = True
        del drafted["fields"]["kind"]["values"]["fish"]
        assert client.put("/metadata/object/pet", json=drafted, headers={"If-Match": "*"}).status_code == 200
        published = client.post("/metadata/publish", json={"message": "Chips"})
        assert published.status_code == 200, published.json

        newer = PETS.replace("name: Bello", "name: Bellino").replace("name: Mia", "name: Mio")
        newer += "  - {code: N, name: New, kind: cat}\n---\n# data/toy.yaml\nobject: toy\nkey: name\n"
        newer += "records: [{name: Ball, pet: B}, {name: Bell, pet: N}]\n"
        done = application.install(newer)

        assert [(each.object, each.key, each.field, each.problem.code) for each in done.remarks] == [
            ("pet", "G", "kind", "not_a_choice"), ("pet", "N", "chip", "required"),
            ("toy", "Bell", "pet", "seed_target_unknown"),
        ]
        assert set(records(application, "pet")) == {"Bellino", "Mio", "Goldie"}
        assert list(records(application, "toy")) == ["Ball"]


def test_demo_records_come_only_where_asked_for(database: Database) -> None:
    with open_application(database, CLUB.replace("# data/seat", "# demo/seat")) as application:
        assert records(application, "seat") == {}
        application.install(CLUB.replace("# data/seat", "# demo/seat"), demo=True)
        assert len(records(application, "seat")) == 2


def test_a_record_may_say_when_it_came_and_whose_it_is(database: Database) -> None:
    people = CLUB + """
---
# data/user.yaml
object: user
key: login
records:
  - {login: ann, name: Ann, roles: [administrator], password: very-secret-1, org_unit: hq}
---
# data/org_unit.yaml
object: org_unit
key: code
records:
  - {code: hq, name: Head office, manager: ann}
---
# data/owned.yaml
object: team
key: code
records:
  - {code: O, name: Owls, owner: ann, created_at: "2025-03-01T08:00:00+08:00"}
"""
    with open_application(database, people) as application:
        owls = records(application, "team", "owner.login", "created_at", "org_unit.code")["Owls"]

        assert owls["owner.login"] == "ann"
        assert owls["created_at"].isoformat() == "2025-03-01T00:00:00+00:00"
        with application.storage.reading(application.tenant) as connection:
            assert check_password(connection, "ann", "very-secret-1") is not None


def test_in_a_circle_the_record_that_can_not_do_without_the_other_comes_second(database: Database) -> None:
    club = CLUB.replace(
        "  friends: {type: many_to_many, to: person}\n",
        "  friends: {type: many_to_many, to: person}\nvalidation:\n"
        "  a_leader_has_a_team: {error_when: name == 'Lea' and ISBLANK(team), message: {en: A leader leads somebody}}\n",
    ) + """
---
# data/b_person.yaml
object: person
key: code
records:
  - {code: L, name: Lea, team: Z}
---
# data/a_team.yaml
object: team
key: code
records:
  - {code: Z, name: Zebras, captain: L}
"""
    with open_application(database, club) as application:
        assert records(application, "team", "name", "captain.code")["Zebras"]["captain.code"] == "L"
        assert records(application, "person", "name", "team.code")["Lea"]["team.code"] == "Z"


CLINIC = """
# app.yaml
app: clinic
version: 1.0.0
label: Clinic
---
# objects/department.yaml
object: department
label: Department
fields:
  name: {type: text, required: true, unique: true}
  head: {type: lookup, to: doctor}
  parent: {type: lookup, to: department}
---
# objects/doctor.yaml
object: doctor
label: Doctor
fields:
  name: {type: text, required: true}
  department: {type: lookup, to: department, required: true}
  room: {type: lookup, to: room, required: true}
---
# objects/room.yaml
object: room
label: Room
fields:
  name: {type: text, required: true}
  department: {type: lookup, to: department, required: true}
---
# data/department.yaml
object: department
key: name
records:
  - {name: Heart, parent: Medicine, head: Li}
  - {name: Medicine, head: Wang}
---
# data/doctor.yaml
object: doctor
key: name
records:
  - {name: Wang, department: Medicine, room: R1}
  - {name: Li, department: Heart, room: R1}
---
# data/room.yaml
object: room
key: name
records:
  - {name: R1, department: Medicine}
"""


def test_in_a_circle_a_record_waits_for_what_it_requires(database: Database) -> None:
    with open_application(database, CLINIC) as application:
        departments = records(application, "department", "head.name", "parent.name")

        assert (departments["Medicine"]["head.name"], departments["Medicine"]["parent.name"]) == ("Wang", None)
        assert (departments["Heart"]["head.name"], departments["Heart"]["parent.name"]) == ("Li", "Medicine")
        assert records(application, "doctor", "department.name")["Li"]["department.name"] == "Heart"


def test_every_faulty_record_is_named_with_file_and_field(database: Database) -> None:
    faulty = CLUB.replace("# data/seat", "# demo/seat") + """
---
# demo/faulty.yaml
object: person
key: code
records:
  - {code: X, name: X, mentor: {name: Nobody}}
  - {code: Y, name: Y, mentor: {name: Nobody}}
"""
    with open_application(database, CLUB) as application:
        before = version_numbers(application)
        with pytest.raises(SeedsInvalid) as refused:
            application.install(faulty, demo=True)

        assert [(each.code, each.path) for each in refused.value.problems] == [
            ("seed_target_unknown", ("demo/faulty", "X", "mentor")),
            ("seed_target_unknown", ("demo/faulty", "Y", "mentor")),
        ]
        assert version_numbers(application) == before

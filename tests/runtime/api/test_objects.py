"""An object is described as exactly one user may see it, and OpenAPI says the same."""

from openapi_spec_validator import validate

from tests.support.application import Application, Client


def fields_of(client: Client, object_name: str, query: str = "") -> dict[str, dict[str, object]]:
    return {each["name"]: each for each in client.get(f"/objects/{object_name}{query}").json["fields"]}


def test_the_objects_one_may_see_are_listed_with_ones_rights(clerk: Client) -> None:
    found = {each["name"]: each for each in clerk.get("/objects").json["objects"]}

    assert set(found) == {"user", "org_unit", "equipment", "loan", "loan_item"}
    assert found["loan"]["rights"] == {
        "create": True, "read": True, "edit": True, "delete": True, "view_all": False, "edit_all": False,
    }
    assert found["equipment"]["rights"]["edit"] is False


def test_a_description_speaks_the_readers_language(clerk: Client) -> None:
    assert fields_of(clerk, "loan", "?lang=en")["purpose"]["label"] == "Purpose"
    assert fields_of(clerk, "loan", "?lang=zh_CN")["purpose"]["label"] == "用途"


def test_choices_come_with_labels_colours_and_ends(clerk: Client) -> None:
    values = fields_of(clerk, "loan", "?lang=en")["status"]["values"]

    assert [(each["code"], each["label"], each["color"], each["final"]) for each in values] == [
        ("draft", "Draft", "gray", False), ("out", "Out", "blue", False), ("returned", "Returned", "green", True),
    ]


def test_what_is_hidden_is_not_described(clerk: Client) -> None:
    text = clerk.get("/objects/equipment").text + clerk.get("/openapi.json").text

    assert "cost" not in text and "margin" not in text
    assert clerk.get("/objects/nothing").status_code == 404


def test_what_one_may_not_edit_says_so(clerk: Client) -> None:
    found = fields_of(clerk, "loan")

    assert [name for name, each in found.items() if each["editable"]] == [
        "owner", "org_unit", "equipment", "purpose", "from_date", "due_date", "status",
    ]


def test_an_object_one_may_not_read_does_not_exist(loans: Application) -> None:
    reader = loans.client(roles=["reader"])

    assert reader.get("/objects/equipment").status_code == 404
    assert fields_of(reader, "loan")["equipment"]["targets"] == []


def test_a_description_is_sent_once(clerk: Client) -> None:
    tag = clerk.get("/objects/loan").headers["ETag"]

    assert clerk.get("/objects/loan", headers={"If-None-Match": tag}).status_code == 304


def test_openapi_is_valid_for_everyone(admin: Client, clerk: Client) -> None:
    for client in (admin, clerk):
        document = client.get("/openapi.json").json
        assert document["openapi"].startswith("3.1")
        validate(document)


def test_openapi_has_exactly_the_calls_one_may_make(loans: Application, clerk: Client) -> None:
    paths = clerk.get("/openapi.json").json["paths"]
    reader = loans.client(roles=["reader"]).get("/openapi.json").json["paths"]

    assert set(paths["/records/loan"]) == {"get", "post"}
    assert set(paths["/records/equipment"]) == {"get"}
    assert "/records/equipment/batch" not in paths
    assert set(reader["/records/loan"]) == {"get"}
    assert not [path for path in reader if "equipment" in path]


def test_openapi_names_what_may_be_sent(clerk: Client) -> None:
    schemas = clerk.get("/openapi.json").json["components"]["schemas"]

    assert "purpose" in schemas["loan.write"]["properties"]
    assert not {"deposit", "number", "overdue", "id", "created_at"} & schemas["loan.write"]["properties"].keys()
    assert schemas["loan"]["properties"]["status"]["enum"] == ["draft", "out", "returned", None]


def test_openapi_offers_the_external_keys(admin: Client) -> None:
    assert "put" in admin.get("/openapi.json").json["paths"]["/records/equipment/by/code/{value}"]

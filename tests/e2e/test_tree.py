# SPDX-License-Identifier: Apache-2.0
"""Every resource that can be reached is what DMTF's schemas say: walked once, judged by tests that each ask one thing."""
import pytest

import redfish_schema
import tree

ROOT = "/redfish/v1/"
METHODS = {"POST": "insertable", "PATCH": "updatable", "DELETE": "deletable"}
NO_RESOURCE = ("/redfish/v1/schemas/", "/redfish/v1/Registries/Super4C/", "/redfish/v1/TaskService/TaskMonitors/")


@pytest.fixture(scope="module")
def schema():
    return redfish_schema.load()


@pytest.fixture(scope="module")
def found(board):
    admin = board.admin()
    with tree.one_of_everything(board, admin):
        yield redfish_schema.crawl(lambda uri: admin.request("GET", uri))


def resources(found):
    """uri, response, document, without those that Redfish has no schema for."""
    return [(uri, *pair) for uri, pair in found.items() if not uri.startswith(NO_RESOURCE)]


def no(problems):
    problems = list(problems)
    assert not problems, "\n".join(map(str, problems))


def ours(document):
    return document.get("@odata.type", "").startswith(f"#{redfish_schema.OEM}.")


def test_every_link_leads_somewhere(found):
    assert len(found) > 250
    no(f"{uri}: {response.status_code}" for uri, (response, _) in found.items() if response.status_code != 200)


def test_properties_are_those_of_the_schema(found, schema):
    no(problem for uri, _, document in resources(found) if not ours(document) for problem in schema.check_resource(document, uri))


def test_uris_are_those_of_the_schema(found, schema):
    for uri, _, document in resources(found):
        assert document["@odata.id"] == uri
        resource = schema.resource(document["@odata.type"])
        if resource:
            assert schema.uri_fits(resource, uri), f"{uri}: {resource['uris']}"
        if "Id" in document and uri != ROOT:
            assert document["Id"] == uri.rsplit("/", 1)[1]


def test_methods_are_those_of_the_schema(found, schema):
    for uri, response, document in resources(found):
        allowed = set(response.headers["Allow"].replace(" ", "").split(","))
        assert {"GET", "HEAD"} <= allowed, uri
        resource = schema.resource(document["@odata.type"])
        for method, may in METHODS.items():
            assert method not in allowed or resource is None or resource[may], f"{uri} allows {method}"


def test_headers(found):
    for uri, response, document in resources(found):
        if ours(document):
            continue
        headers = response.headers
        assert headers["OData-Version"] == "4.0"
        assert headers["Content-Type"] == "application/json; charset=utf-8", uri
        assert "no-cache" in headers["Cache-Control"] or "no-store" in headers["Cache-Control"]
        assert headers["ETag"] == document.get("@odata.etag", headers["ETag"]), uri
        kind = document["@odata.type"].removeprefix("#").rsplit(".", 1)[0]
        assert f"{kind}.json>; rel=describedby" in headers["Link"], uri


def test_null_is_said_only_where_nothing_is_measured_or_never_told(found):
    """Values that are not known are absent. Null has a meaning of its own for these alone."""
    allowed = {"PowerState", "Password", "Gateway", "InputNominalVoltageType"}  # not measured; never told; there is none; no word for 19 V

    def nulls(value, name, where):
        if value is None and name not in allowed:
            yield f"{where}: {name} is null"
        items = value.items() if isinstance(value, dict) else ((name, item) for item in value) if isinstance(value, list) else ()
        for key, item in items:
            yield from nulls(item, key, where)

    no(problem for uri, _, document in resources(found) for problem in nulls(document, "", uri))


def test_actions_lead_where_they_say_and_judge_what_they_get(found, admin):
    count = 0
    for uri, _, document in resources(found):
        actions = document.get("Actions", {})
        for name, action in [*actions.items(), *actions.get("Oem", {}).items()]:
            if name == "Oem":
                continue
            below = f"Actions/Oem/{name[1:]}" if name in actions.get("Oem", {}) else f"Actions/{name[1:]}"
            assert action["target"] == f"{uri}/{below}"
            wrong = admin.post(action["target"], {"NoSuchParameter": 1})
            assert wrong.status_code == 400 and "NoSuchParameter" in wrong.text, f"{uri}: {wrong.text}"
            assert admin.request("GET", action["target"]).headers["Allow"] == "POST"
            info = admin.get(action["@Redfish.ActionInfo"]) if "@Redfish.ActionInfo" in action else {"Parameters": []}
            for parameter in info["Parameters"]:
                inline = action.get(f"{parameter['Name']}@Redfish.AllowableValues")
                assert inline is None or inline == parameter["AllowableValues"]
            count += 1
    assert count >= 8


def test_what_stands_under_oem_is_in_our_own_schema(found, admin):
    """The service tells its Oem types itself; nothing may stand there that they do not name."""
    definitions = admin.get("/redfish/v1/schemas/Super4C.v1_0_0.json")["definitions"]
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list}

    def check(value, definition, where):
        for name, item in value.items():
            if "@" in name or (definition["additionalProperties"] and name in ("Id", "Name")):
                continue
            told = definition["properties"].get(name)
            assert told, f"{where}: {name} is in no schema"
            if "type" in told:
                assert isinstance(item, kinds[told["type"]]), f"{where}: {name}"
            target = told.get("$ref") or told.get("items", {}).get("$ref", "")
            if target.startswith("#/definitions/"):
                for part in item if isinstance(item, list) else [item]:
                    check(part, definitions[target.rsplit("/", 1)[1]], f"{where}/{name}")

    def oems(value):
        if isinstance(value, dict):
            if isinstance(value.get("Oem"), dict) and redfish_schema.OEM in value["Oem"]:
                yield value["Oem"][redfish_schema.OEM]
            for item in value.values():
                yield from oems(item)
        elif isinstance(value, list):
            for item in value:
                yield from oems(item)

    seen = 0
    for uri, _, document in resources(found):
        for oem in [*oems(document), *([document] if ours(document) else [])]:
            namespace, name = oem["@odata.type"].removeprefix("#").rsplit(".", 1)
            assert namespace == "Super4C.v1_0_0"
            check(oem, definitions[name], uri)
            seen += 1
    assert seen > 10


def test_metadata_names_every_type(found, admin):
    metadata = admin.request("GET", "/redfish/v1/$metadata").text
    for uri, _, document in resources(found):
        namespace = document["@odata.type"].removeprefix("#").rsplit(".", 1)[0]
        assert f'Namespace="{namespace}"' in metadata, uri


def test_message_ids_are_in_the_registries_offered(found, admin):
    """What events and tasks say can be looked up."""
    registry = admin.get("/redfish/v1/Registries/Super4C/Super4C.1.0.json")

    def ids(value):
        if isinstance(value, dict):
            if isinstance(value.get("MessageId"), str):
                yield value["MessageId"]
            for item in value.values():
                yield from ids(item)
        elif isinstance(value, list):
            for item in value:
                yield from ids(item)

    seen = {message for _, _, document in resources(found) for message in ids(document)}
    assert seen
    for message in seen:
        prefix, name = message.rsplit(".", 1)
        assert prefix == "Base.1.19" or (prefix == "Super4C.1.0" and name in registry["Messages"]), message

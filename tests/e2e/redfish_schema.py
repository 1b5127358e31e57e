# SPDX-License-Identifier: Apache-2.0
"""What a Redfish resource may be, from DMTF's schema bundle: types, required properties, enumerations, URIs, methods.

The bundle itself is large and not ours. schema/redfish.json holds what of it our tree uses, written by schema/distil; a property
that is not there is either none of Redfish's or new here, and then the table is to be distilled again."""
import json
import pathlib
import re

TABLE = pathlib.Path(__file__).parent / "schema" / "redfish.json"
SCALARS = {"string": str, "boolean": bool, "integer": int, "number": (int, float), "null": type(None)}
ANNOTATION = re.compile(r"^([A-Za-z_]\w*)?@(odata|Redfish|Message)\.\w+$")
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
OEM = "Super4C"


class Schema:
    """nodes: name -> node. A node is {"ref"} to another, {"link"}, {"any"}: list of nodes, {"items"}: node, {"properties", "required"},
    {"free"}: any object, or a scalar {"type", "enum", "pattern", "minimum", "maximum", "format"}."""

    def __init__(self, table):
        self.nodes = table["nodes"]
        self.resources = table["resources"]

    def node(self, name):
        return self.nodes[name]

    def touch(self, *_):
        pass

    def resource(self, odata_type):
        return self.resources.get(odata_type.removeprefix("#"))

    def check(self, value, node, where):
        """Yields what is wrong, each with its place."""
        if "ref" in node:
            name = node["ref"]
            self.touch(name)
            node = self.node(name)
            yield from self.check(value, node, where)
        elif "any" in node:
            attempts = [list(self.check(value, choice, where)) for choice in node["any"]]
            if all(attempts):
                yield min(attempts, key=len)[0] if attempts else f"{where}: nothing is allowed"
        elif "link" in node:
            # a link, or the whole resource in its place
            if not (isinstance(value, dict) and isinstance(value.get("@odata.id"), str)):
                yield f"{where}: not a link: {value!r}"
            elif len(value) > 1 and "@odata.type" in value:
                yield from self.check_resource(value, where)
            elif len(value) > 1:
                yield f"{where}: a link with more in it: {sorted(value)}"
        elif "items" in node:
            if not isinstance(value, list):
                yield f"{where}: not an array"
                return
            for index, item in enumerate(value):
                yield from self.check(item, node["items"], f"{where}[{index}]")
        elif "properties" in node:
            yield from self.check_object(value, node, where)
        elif "free" in node:
            if not isinstance(value, dict):
                yield f"{where}: not an object"
        else:
            yield from self.check_scalar(value, node, where)

    def check_object(self, value, node, where):
        if not isinstance(value, dict):
            yield f"{where}: not an object: {value!r}"
            return
        for name in node.get("required", []):
            if name not in value:
                yield f"{where}: {name} is required"
        for name, item in value.items():
            if name == "Oem" or name.startswith(f"#{OEM}."):
                continue  # ours; judged by our own schema
            if name in node["properties"]:
                self.touch(node, name)
                yield from self.check(item, node["properties"][name], f"{where}/{name}")
            elif not ANNOTATION.match(name):
                yield f"{where}: {name} is not in the schema"

    def check_scalar(self, value, node, where):
        types = node.get("type", [])
        kinds = tuple(kind for name in types for kind in (SCALARS[name] if isinstance(SCALARS[name], tuple) else (SCALARS[name],)))
        fits = isinstance(value, kinds) and not (isinstance(value, bool) and "boolean" not in types)
        if not fits:
            yield f"{where}: {value!r} is not {' or '.join(types)}"
        elif value is not None:
            yield from self.check_value(value, node, where)

    @staticmethod
    def check_value(value, node, where):
        if "enum" in node and value not in node["enum"]:
            yield f"{where}: {value!r} is not one of {node['enum']}"
        if "pattern" in node and not re.search(node["pattern"], value):
            yield f"{where}: {value!r} does not match {node['pattern']}"
        if node.get("format") == "date-time" and not TIME.match(value):
            yield f"{where}: {value!r} is not a time with seconds and offset"
        if "minimum" in node and value < node["minimum"] or "maximum" in node and value > node["maximum"]:
            yield f"{where}: {value} is out of range"

    def check_resource(self, value, where):
        kind = str(value.get("@odata.type"))
        resource = self.resource(kind)
        if resource is None:
            yield f"{where}: the type {kind} is not known"
        else:
            yield from self.check(value, {"ref": resource["node"]}, where)

    @staticmethod
    def uri_fits(resource, uri):
        for pattern in resource["uris"]:
            # The two of ServiceRoot differ in their last slash.
            if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(pattern)), uri):
                return True
        return not resource["uris"]


def load():
    return Schema(json.loads(TABLE.read_text(encoding="utf-8")))


def links_of(value):
    """Every @odata.id and ActionInfo in a document."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name in ("@odata.id", "@Redfish.ActionInfo") and isinstance(item, str):
                yield item
            else:
                yield from links_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from links_of(item)


def crawl(get, root="/redfish/v1/"):
    """uri -> (response, document) of all that can be reached. get: uri -> response."""
    found, waiting = {}, [root]
    while waiting:
        uri = waiting.pop(0).split("#")[0]
        if uri in found or (uri.rstrip("/") + "/" in found and uri.startswith("/redfish/v1")):
            continue
        response = get(uri)
        document = response.json() if response.status_code == 200 else {}
        found[uri] = (response, document)
        waiting += links_of(document)
    return found

"""The published schema of the agent protocol, as much of JSON Schema as it uses. The file is schema/v1/schema.json of
npm's @agentclientprotocol/sdk 2.4.0 (Apache-2.0)."""
import json
import os

FILE = os.path.join(os.path.dirname(__file__), "../coder/data/acp-v1.schema.json")


class Schema:
    """As much of JSON Schema as the protocol's schema uses."""

    TYPES = {
        "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
        "integer": int, "number": (int, float),
    }

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.definitions = json.load(file)["$defs"]

    def errors(self, value, name):
        return list(self._check(value, {"$ref": f"#/$defs/{name}"}, name))

    def _check(self, value, schema, where):
        if schema is True or schema is None:
            return
        if "$ref" in schema:
            yield from self._check(value, self.definitions[schema["$ref"].rsplit("/", 1)[1]], where)
        types = schema.get("type")
        if types is not None:
            types = types if isinstance(types, list) else [types]
            fits = any(isinstance(value, self.TYPES[t]) for t in types)
            if isinstance(value, bool) and "boolean" not in types:
                fits = False
            if not fits:
                yield f"{where}: {value!r:.60} is not of type {'/'.join(types)}"
                return
        if "const" in schema and value != schema["const"]:
            yield f"{where}: {value!r:.60} is not {schema['const']!r}"
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where}: {value!r:.60} is none of {schema['enum']}"
        if "minimum" in schema and isinstance(value, (int, float)) and value < schema["minimum"]:
            yield f"{where}: {value} is too small"
        if "minLength" in schema and isinstance(value, str) and len(value) < schema["minLength"]:
            yield f"{where}: the text is too short"
        for part in schema.get("allOf", ()):
            yield from self._check(value, part, where)
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                tried = [list(self._check(value, part, where)) for part in schema[choice]]
                if all(tried):
                    yield min(tried, key=len)[0] if len(tried) == 1 else f"{where}: {value!r:.200} fits no {choice}"
        if isinstance(value, dict):
            for key in schema.get("required", ()):
                if key not in value:
                    yield f"{where}: “{key}” is missing"
            for key, part in schema.get("properties", {}).items():
                if key in value:
                    yield from self._check(value[key], part, f"{where}.{key}")
        if isinstance(value, list) and "items" in schema:
            for index, item in enumerate(value):
                yield from self._check(item, schema["items"], f"{where}[{index}]")

    def of(self, method, side, kind):
        """The name of the definition that a message must fit; kind is Request, Response or Notification."""
        for name, definition in self.definitions.items():
            if definition.get("x-method") == method and definition.get("x-side") in (side, "protocol") and name.endswith(kind):
                return name
        return None

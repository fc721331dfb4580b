"""A JSON Schema 2020-12 compiled into functions: one pass over a value finds every problem, in bounded time.

The library is many times slower, would hold up a process for minutes over a large body with one mistake, and
matches patterns that can hang. It stays the judge of schemas, and the tests hold this compiler against it.
"""

from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any

from flow8.domain import schema_rules as rules
from flow8.domain.patterns import text_pattern
from flow8.domain.schema_rules import Report, Rule, Where

KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int, float),
    "number": (int, float),
    "boolean": (bool,),
    "null": (NoneType,),
    "array": (list,),
    "object": (dict,),
}
KIND_NAMES: Mapping[str, str] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}

_REFERENCE_STEPS = 20
"""Only references can make a check longer than its schema times its value, so each one costs a lot."""


class Compiler:
    """Turns the schemas of one document into rules; `resolve` gives the schema that a `$ref` names."""

    def __init__(self, resolve: Callable[[str], Any]) -> None:
        self._resolve = resolve
        self._references: dict[str, Rule] = {}

    def rule(self, schema: Any) -> Rule:
        """The rule of one schema."""
        if isinstance(schema, bool):
            return rules.anything if schema else rules.nothing
        kinds = self._kinds(schema)
        wrong = f"should be {_listed([KIND_NAMES[name] for name in _names(schema)])}"

        def node(value: Any, where: Where, report: Report) -> None:
            applying = kinds.get(type(value))
            if applying is None:
                report.add(where, wrong)
                return
            for each in applying:
                each(value, where, report)

        return node

    def _kinds(self, schema: Mapping[str, Any]) -> dict[type, tuple[Rule, ...]]:
        """The rules that matter for each kind of value; kinds that `type` does not allow are missing."""
        names = _names(schema)
        numbers = rules.number_rules(schema)
        only_whole = "integer" in names and "number" not in names
        special: Mapping[type, Sequence[Rule]] = {
            str: rules.text_rules(schema),
            int: numbers,
            float: [rules.whole, *numbers] if only_whole else numbers,
            list: self._list_rules(schema),
            dict: self._object_rules(schema),
        }
        general = [*self._value_rules(schema), *self._shape_rules(schema)]
        return {kind: (*special.get(kind, ()), *general) for name in names for kind in KINDS[name]}

    def _value_rules(self, schema: Mapping[str, Any]) -> list[Rule]:
        found: list[Rule] = []
        found += [self._reference(schema[key]) for key in ("$ref", "$dynamicRef") if key in schema]
        if "const" in schema:
            found.append(rules.one_of_values([schema["const"]]))
        if "enum" in schema:
            found.append(rules.one_of_values(schema["enum"]))
        return found

    def _shape_rules(self, schema: Mapping[str, Any]) -> list[Rule]:
        found = self._rules(schema.get("allOf", ()))
        if "anyOf" in schema:
            found.append(rules.any_of(self._rules(schema["anyOf"])))
        if "oneOf" in schema:
            found.append(rules.exactly_one_of(self._rules(schema["oneOf"])))
        if "not" in schema:
            found.append(rules.not_(self.rule(schema["not"])))
        if "if" in schema:
            parts = [schema.get(key, True) for key in ("if", "then", "else")]
            found.append(rules.depending(*self._rules(parts)))
        return found

    def _rules(self, schemas: Sequence[Any]) -> list[Rule]:
        return [self.rule(each) for each in schemas]

    def _reference(self, ref: str) -> Rule:
        """A schema may refer to itself, so the rule of a reference is there before it is finished."""
        if ref not in self._references:
            target: list[Rule] = []

            def follow(value: Any, where: Where, report: Report) -> None:
                report.spend(_REFERENCE_STEPS)
                target[0](value, where, report)

            self._references[ref] = follow
            target.append(self.rule(self._resolve(ref)))
        return self._references[ref]

    def _list_rules(self, schema: Mapping[str, Any]) -> list[Rule]:
        found = rules.size_rules(schema, "minItems", "maxItems", "item")
        if "prefixItems" in schema or "items" in schema:
            first = self._rules(schema.get("prefixItems", ()))
            found.append(rules.items(first, self.rule(schema.get("items", True))))
        if schema.get("uniqueItems"):
            found.append(rules.unique)
        if "contains" in schema:
            inside = self.rule(schema["contains"])
            found.append(rules.contains(inside, schema.get("minContains", 1), schema.get("maxContains")))
        return found

    def _object_rules(self, schema: Mapping[str, Any]) -> list[Rule]:
        found = rules.size_rules(schema, "minProperties", "maxProperties", "field")
        if "required" in schema:
            found.append(rules.required(schema["required"]))
        if not schema.keys().isdisjoint({"properties", "patternProperties", "additionalProperties"}):
            found.append(self._fields(schema))
        if "propertyNames" in schema:
            found.append(rules.field_names(self.rule(schema["propertyNames"])))
        for name, others in schema.get("dependentRequired", {}).items():
            found.append(rules.with_field(name, rules.required(others, f"; {name} asks for it")))
        for name, dependent in schema.get("dependentSchemas", {}).items():
            found.append(rules.with_field(name, self.rule(dependent)))
        return found

    def _fields(self, schema: Mapping[str, Any]) -> Rule:
        known = {name: self.rule(each) for name, each in schema.get("properties", {}).items()}
        patterns = schema.get("patternProperties", {})
        matching = [(text_pattern(source), self.rule(each)) for source, each in patterns.items()]
        extra = schema.get("additionalProperties", True)
        return rules.fields(known, matching, rules.unknown_field if extra is False else self.rule(extra))


def _names(schema: Mapping[str, Any]) -> list[str]:
    names = schema.get("type", list(KINDS))
    return [names] if isinstance(names, str) else names


def _listed(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))

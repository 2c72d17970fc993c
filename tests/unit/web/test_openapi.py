"""The description of the API says what there is."""

from pathlib import Path

import yaml

from weftwork.api.access.caller import Permission
from weftwork.web.application import build_application
from weftwork.web.openapi import write_openapi
from weftwork.web.route import PREFIX
from weftwork.web.routes import ROUTES

FILE = Path(__file__).parents[3] / "docs" / "openapi.yaml"


def test_the_file_describes_the_routes():
    assert FILE.read_text(encoding="utf-8") == write_openapi(), (
        "write it again: python -m weftwork.web.openapi > docs/openapi.yaml"
    )


def test_every_route_is_in_the_file_with_its_answer():
    described = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for route in ROUTES:
        operation = described["paths"][PREFIX + route.path][route.method.lower()]
        reference = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        assert reference.endswith(f"/{route.answer.__name__}")
        assert route.answer.__name__ in described["components"]["schemas"]


def test_every_reference_leads_somewhere():
    described = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    schemas = described["components"]["schemas"]

    def references(value):
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    assert {name.rpartition("/")[2] for name in references(described)} <= set(schemas)


def test_nothing_that_changes_the_world_is_a_get():
    for route in ROUTES:
        if route.method == "GET":
            assert route.body is None
            assert route.permission in (Permission.READ, Permission.ADMINISTER)


def test_fields_have_descriptions():
    described = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    run = described["components"]["schemas"]["RunView"]["properties"]
    assert run["duration_s"]["description"] == "how long it ran; None while it has not ended."


def test_the_application_can_be_built_without_the_pages(instance):
    from weftwork.api.host import Host

    assert build_application(Host(instance)) is not None

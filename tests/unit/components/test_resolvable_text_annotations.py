"""Resolvable classes whose annotations are text."""

from __future__ import annotations

from dataclasses import dataclass

import weftwork as dg


def test_a_class_inside_of_a_function_may_name_another_one_there():
    @dataclass
    class Inner(dg.Resolvable):
        number: int

    @dataclass
    class Outer(dg.Resolvable):
        inner: Inner
        more: list[Inner] | None = None

    assert Outer.resolve_from_yaml("inner: {number: 1}\nmore: [{number: 2}]") == Outer(Inner(1), [Inner(2)])


def test_an_init_may_be_annotated_with_text():
    class Inner(dg.Model):
        number: int

    class Outer(dg.Resolvable):
        def __init__(self, inner: Inner) -> None:
            self.inner = inner

    assert Outer.resolve_from_dict({"inner": {"number": 1}}).inner == Inner(number=1)

"""Dict types with the same entries are one object."""

import weftwork as dg


def test_the_same_fields_in_any_order_are_one_type():
    first = dg.Shape({"a": int, "b": dg.Field([str], default_value=["x"], description="text")})
    second = dg.Shape({"b": dg.Field([str], default_value=["x"], description="text"), "a": int})
    assert first is second
    assert dg.Selector({"a": int}) is dg.Selector({"a": int})
    assert dg.Permissive() is dg.Permissive({})


def test_other_fields_defaults_aliases_and_classes_are_other_types():
    shape = dg.Shape({"a": int})
    others = [
        dg.Shape({"a": str}),
        dg.Shape({"a": dg.Field(int, is_required=False)}),
        dg.Shape({"a": dg.Field(int, default_value=1)}),
        dg.Shape({"a": dg.Field(int, description="a number")}),
        dg.Shape({"a": int}, field_aliases={"a": "b"}),
        dg.Permissive({"a": int}),
        dg.Selector({"a": int}),
    ]
    assert all(other is not shape and other.key != shape.key for other in others)


def test_enums_of_one_name_with_other_choices_make_other_types():
    one = dg.Shape({"color": dg.Enum("Color", [dg.EnumValue("RED", 1)])})
    other = dg.Shape({"color": dg.Enum("Color", [dg.EnumValue("RED", 2)])})
    assert one is not other


def test_defaults_that_are_not_json_are_told_apart():
    default = {("a", 1): object()}
    assert dg.Shape({"a": dg.Field(dict, default_value=default)}) is dg.Shape(
        {"a": dg.Field(dict, default_value=default)}
    )
    assert dg.Shape({"a": dg.Field(dg.Any, default_value=1)}) is not dg.Shape(
        {"a": dg.Field(dg.Any, default_value=True)}
    )

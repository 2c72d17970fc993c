"""Labels of conditions."""

import pytest

import weftwork as dg
from weftwork.base.errors import CheckError


def test_a_condition_without_one_of_its_parts_keeps_its_label():
    eager = dg.AutomationCondition.eager()
    assert eager.without(~dg.AutomationCondition.any_deps_missing()).get_label() == "eager"


def test_a_label_is_text():
    with pytest.raises(CheckError, match="label"):
        dg.AutomationCondition.missing().with_label(3)

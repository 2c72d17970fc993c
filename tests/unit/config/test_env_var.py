"""EnvVar: a name that stands for a value, and never shows itself as one."""

from __future__ import annotations

import copy
import pickle

import pytest

from weftwork.config.env_var import EnvVar, IntEnvVar
from weftwork.config.evaluation import process_config
from weftwork.config.redaction import Redactor
from weftwork.config.sources import IntSource, StringSource


def test_the_value_is_read_when_it_is_asked_for(monkeypatch):
    monkeypatch.setenv("NAME", "wool")
    monkeypatch.setenv("COUNT", "3")

    assert EnvVar("NAME").get_value() == "wool"
    assert EnvVar("NOT_SET_ANYWHERE").get_value() is None
    assert EnvVar("NOT_SET_ANYWHERE").get_value("silk") == "silk"
    assert EnvVar.int("COUNT").get_value() == 3
    assert EnvVar.int("NOT_SET_ANYWHERE").get_value(4) == 4


def test_it_is_the_text_of_its_name():
    assert EnvVar("NAME") == "NAME"
    assert EnvVar("NAME").env_var_name == "NAME"
    assert isinstance(EnvVar.int("NAME"), int)
    assert EnvVar.int("NAME").name == "NAME"
    assert repr(EnvVar("NAME")) == "EnvVar('NAME')"


@pytest.mark.parametrize("show", [str, "{}".format, lambda v: f"{v}", lambda v: "%s" % v])  # noqa: UP031
@pytest.mark.parametrize("variable", [EnvVar("NAME"), EnvVar.int("NAME")], ids=["text", "number"])
def test_showing_it_is_an_error(show, variable):
    with pytest.raises(RuntimeError, match="get_value"):
        show(variable)


def test_a_number_that_is_none_is_an_error(monkeypatch):
    monkeypatch.setenv("COUNT", "many")

    with pytest.raises(ValueError, match="many"):
        EnvVar.int("COUNT").get_value()


@pytest.mark.parametrize("variable", [EnvVar("NAME"), EnvVar.int("NAME")], ids=["text", "number"])
def test_copies_are_equal(variable):
    for clone in (copy.deepcopy(variable), pickle.loads(pickle.dumps(variable))):
        assert type(clone) is type(variable)
        assert clone.env_var_name == "NAME"


def test_two_numbers_are_equal_by_name():
    assert EnvVar.int("A") == IntEnvVar.create("A")
    assert EnvVar.int("A") != EnvVar.int("B")


def test_sources_take_it_and_plain_scalars_do_not(monkeypatch):
    monkeypatch.setenv("NAME", "wool")
    monkeypatch.setenv("COUNT", "3")

    assert process_config(StringSource, EnvVar("NAME")).value == "wool"
    assert process_config(IntSource, EnvVar.int("COUNT")).value == 3
    assert "StringSource" in process_config(str, EnvVar("NAME")).errors[0].message
    assert not process_config(int, EnvVar.int("COUNT")).success


def test_remembered_values_are_masked():
    redactor = Redactor()
    redactor.add("hunter2")
    redactor.add("hunter2-and-more")
    redactor.add("dev")

    assert (
        redactor.redact("log in with hunter2-and-more or hunter2 on dev")
        == "log in with [redacted] or [redacted] on dev"
    )

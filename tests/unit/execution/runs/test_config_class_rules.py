"""Constraints and validators of Config classes are told by validate_run_config, all at once and each at its place."""

import pydantic
import pytest

import weftwork as dg


class Bounds(dg.Config):
    low: int = pydantic.Field(ge=0)
    high: int = 10

    @pydantic.model_validator(mode="after")
    def _in_order(self):
        if self.low > self.high:
            raise ValueError("low must not exceed high")
        return self


class Settings(dg.Config):
    bounds: list[Bounds] = []


@dg.op
def cut(config: Bounds):
    return config.low


@dg.op
def cut_often(config: Settings):
    return len(config.bounds)


@dg.graph
def inner():
    cut()


@dg.job
def nightly():
    inner()
    cut_often()


def config_of(cut_config, often):
    return {
        "ops": {
            "inner": {"ops": {"cut": {"config": cut_config}}},
            "cut_often": {"config": {"bounds": often}},
        }
    }


def test_everything_that_is_refused_is_told():
    wrong = config_of({"low": 3, "high": 1}, [{"low": 1}, {"low": -1}])

    with pytest.raises(dg.DagsterInvalidConfigError) as raised:
        dg.validate_run_config(nightly, wrong)

    text = str(raised.value)
    assert len(raised.value.errors) == 2
    assert "root:ops:inner:ops:cut:config" in text
    assert "low must not exceed high" in text
    assert "root:ops:cut_often:config:bounds[1]:low" in text


def test_what_is_allowed_passes():
    right = config_of({"low": 1, "high": 1}, [])

    assert dg.validate_run_config(nightly, right)["ops"]["inner.cut"]["config"] == {"low": 1, "high": 1}


def test_a_run_raises_what_the_class_raises_where_the_op_starts():
    with pytest.raises(pydantic.ValidationError):
        nightly.execute_in_process(run_config=config_of({"low": -1}, []))

"""Automation conditions as expressions: combined, compared, labelled, replaced, written as JSON."""

from __future__ import annotations

from datetime import timedelta

import pytest

import weftwork as dg

A = dg.AutomationCondition

EVERY_CONDITION = {
    "missing": A.missing(),
    "in_progress": A.in_progress(),
    "run_in_progress": A.run_in_progress(),
    "backfill_in_progress": A.backfill_in_progress(),
    "execution_failed": A.execution_failed(),
    "in_latest_time_window": A.in_latest_time_window(timedelta(hours=48)),
    "check_passed": A.check_passed(),
    "check_failed": A.check_failed(),
    "freshness_failed": A.freshness_failed(),
    "initial_evaluation": A.initial_evaluation(),
    "newly_missing": A.newly_missing(),
    "newly_requested": A.newly_requested(),
    "newly_updated": A.newly_updated(),
    "data_version_changed": A.data_version_changed(),
    "code_version_changed": A.code_version_changed(),
    "cron_tick_passed": A.cron_tick_passed("@daily", "Europe/Berlin"),
    "will_be_requested": A.will_be_requested(),
    "executed_with_root_target": A.executed_with_root_target(),
    "executed_with_tags": A.executed_with_tags(tag_keys={"a"}, tag_values={"b": "c"}),
    "any_new_update_has_run_tags": A.any_new_update_has_run_tags(tag_keys={"a"}),
    "all_new_updates_have_run_tags": A.all_new_updates_have_run_tags(tag_keys={"a"}),
    "asset_matches": A.asset_matches("orders", A.missing()),
    "any_deps_match": A.any_deps_match(A.missing()).allow(dg.AssetSelection.groups("sales")),
    "all_deps_match": A.all_deps_match(A.missing()).ignore(dg.AssetSelection.assets("raw")),
    "any_checks_match": A.any_checks_match(A.check_failed(), blocking_only=True),
    "all_checks_match": A.all_checks_match(A.check_passed()),
    "any_job_root_assets_match": A.any_job_root_assets_match(A.missing()),
    "all_job_root_assets_match": A.all_job_root_assets_match(A.missing()),
    "any_downstream_conditions": A.any_downstream_conditions(),
    "any_deps_updated": A.any_deps_updated(),
    "any_deps_missing": A.any_deps_missing(),
    "any_deps_in_progress": A.any_deps_in_progress(),
    "all_deps_blocking_checks_passed": A.all_deps_blocking_checks_passed(),
    "all_deps_updated_since_cron": A.all_deps_updated_since_cron("@daily"),
    "eager": A.eager(),
    "on_cron": A.on_cron("0 * * * *"),
    "on_missing": A.on_missing(),
    "since": A.missing().since(A.newly_updated()),
    "since_last_handled": A.missing().since_last_handled(),
    "newly_true": A.missing().newly_true(),
}


@pytest.mark.parametrize("name", EVERY_CONDITION)
def test_a_condition_is_read_back_from_json(name: str) -> None:
    condition = EVERY_CONDITION[name]

    assert condition.is_serializable
    assert dg.deserialize_value(dg.serialize_value(condition)) == condition


@pytest.mark.parametrize("name", EVERY_CONDITION)
def test_a_condition_can_be_a_key(name: str) -> None:
    condition = EVERY_CONDITION[name]

    assert {condition: 1}[dg.deserialize_value(dg.serialize_value(condition))] == 1


def test_operators_join_what_is_already_joined() -> None:
    joined = A.missing() & A.newly_updated() & A.in_progress()

    assert [child.name for child in joined.children] == ["missing", "newly_updated", "OR"]
    assert (A.missing() | A.newly_updated()).operator_type == "or"
    assert (~A.missing()).operator_type == "not"


def test_a_labelled_condition_stays_a_part_of_its_own() -> None:
    joined = A.eager() & A.missing()

    assert [child.get_label() for child in joined.children] == ["eager", None]
    assert joined.get_label() is None


def test_only_conditions_combine() -> None:
    with pytest.raises(dg.CheckError, match="int"):
        A.missing() & 3  # type: ignore[operator]


def test_whole_expressions_have_their_parts() -> None:
    assert len(A.eager().children) == 5
    assert len(A.on_cron("@daily").children) == 3
    assert len(A.on_missing().children) == 3
    assert A.on_cron("@daily").get_label() == "on_cron(@daily, UTC)"


def test_a_part_is_replaced_by_condition_by_label_and_by_name() -> None:
    eager = A.eager()

    assert eager.replace(A.newly_missing(), A.missing()) == eager.replace("newly_missing", A.missing())
    assert eager.replace("in_latest_time_window", A.missing()).children[0] == A.missing()
    assert eager.replace("no such part", A.missing()) == eager


def test_a_part_is_left_out() -> None:
    shorter = A.eager().without(A.in_latest_time_window())

    assert len(shorter.children) == 4
    with pytest.raises(dg.CheckError):
        A.eager().without(A.code_version_changed())


def test_selections_are_passed_on_to_the_parts() -> None:
    sales = dg.AssetSelection.groups("sales")

    limited = A.any_deps_updated().since_last_handled() & ~A.any_deps_missing()

    assert (
        limited.allow(sales).replace(A.any_deps_missing().allow(sales), A.missing()).children[1]
        == ~A.missing()
    )
    assert limited.ignore(sales).children[1] == ~A.any_deps_missing().ignore(sales)
    assert 'allow_selection=group:"sales"' in A.any_deps_match(A.missing()).allow(sales).name


def test_a_selection_is_not_text() -> None:
    with pytest.raises(dg.CheckError, match="AssetSelection"):
        A.any_deps_match(A.missing()).allow("group:sales")


@pytest.mark.parametrize("bad", ["every day", "0 0 0 0 0", "61 * * * *", ""])
def test_a_bad_cron_schedule_is_refused_at_once(bad: str) -> None:
    with pytest.raises(dg.CheckError, match="cron"):
        A.on_cron(bad)


def test_ids_tell_the_place_and_not_what_is_selected() -> None:
    deps = A.any_deps_match(A.missing())

    assert deps.get_node_unique_id() == deps.allow(dg.AssetSelection.all()).get_node_unique_id()
    assert deps.get_node_unique_id(index=0) != deps.get_node_unique_id(index=1)
    assert A.eager().get_unique_id() == A.eager().get_unique_id() != A.on_missing().get_unique_id()


def test_a_label_is_given() -> None:
    labelled = A.missing().with_label("gone")

    assert labelled.get_label() == "gone"
    assert labelled != A.missing()
    assert A.missing().get_node_snapshot("id").name == "missing"


def test_a_condition_of_ones_own_is_not_written() -> None:
    class Mine(dg.AutomationCondition):
        pass

    assert not (Mine() & A.missing()).is_serializable
    assert Mine().name == "Mine"


def test_a_policy_of_rules_is_a_condition() -> None:
    policy = dg.AutoMaterializePolicy.eager()

    shorter = policy.without_rules(dg.AutoMaterializeRule.materialize_on_missing())

    assert policy == dg.AutoMaterializePolicy.eager()
    assert len(shorter.materialize_rules) == 2
    assert isinstance(policy.to_automation_condition(), dg.AutomationCondition)
    assert dg.deserialize_value(dg.serialize_value(policy)) == policy
    with pytest.raises(dg.CheckError):
        shorter.without_rules(dg.AutoMaterializeRule.materialize_on_missing())
    with pytest.raises(dg.CheckError):
        dg.AutoMaterializePolicy.eager(max_materializations_per_minute=0)
    with pytest.raises(dg.CheckError):
        dg.AutoMaterializePolicy(rules=frozenset())

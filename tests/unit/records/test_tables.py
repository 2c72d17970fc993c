"""Tables in metadata: what is no table is refused where it is written."""

from __future__ import annotations

from typing import Any

import pytest

import weftwork as dg


@pytest.mark.parametrize(
    "build",
    [
        lambda: dg.TableColumn(5),  # type: ignore[arg-type]
        lambda: dg.TableColumn("a", 5),  # type: ignore[arg-type]
        lambda: dg.TableColumn("a", description=5),  # type: ignore[arg-type]
        lambda: dg.TableColumn("a", constraints=5),  # type: ignore[arg-type]
        lambda: dg.TableColumnConstraints(nullable=5),  # type: ignore[arg-type]
        lambda: dg.TableConstraints(other=5),  # type: ignore[arg-type]
        lambda: dg.TableSchema(columns=5),  # type: ignore[arg-type]
        lambda: dg.TableRecord(5),  # type: ignore[arg-type]
        lambda: dg.TableColumnLineage(5),  # type: ignore[arg-type]
        lambda: dg.TableColumnLineage({"a": [5]}),  # type: ignore[list-item]
        lambda: dg.TableColumnDep("a", 5),  # type: ignore[arg-type]
    ],
)
def test_parts_of_a_wrong_kind_are_refused(build: Any) -> None:
    with pytest.raises(dg.ParameterCheckError):
        build()


def test_tables_come_back_as_they_were() -> None:
    column = dg.TableColumn(
        "a", "int", "what", dg.TableColumnConstraints(nullable=False, other=["x > 1"]), {"pk": ""}
    )
    schema = dg.TableSchema(
        columns=[column, dg.TableColumn("b")], constraints=dg.TableConstraints(other=["one row"])
    )

    assert dg.deserialize_value(dg.serialize_value(schema)) == schema

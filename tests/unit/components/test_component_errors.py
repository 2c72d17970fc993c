"""What is told of a file that is wrong: place, what was expected, and the nearest name."""

import pytest
from pydantic import ValidationError

import weftwork as dg
from weftwork.components import ComponentFileError, ComponentTreeException, ResolutionException
from weftwork.components.testing import create_defs_folder_sandbox


class Column(dg.Model):
    name: str
    kind: str = "text"


class Tables(dg.Component, dg.Model, dg.Resolvable):
    schema_name: str
    rows: int = 0
    columns: list[Column] = []
    partitions: dg.ResolvedAssetSpec | None = None

    def build_defs(self, context):
        return dg.Definitions()


HERE = f"{__name__}.Tables"


def load(text, **files):
    with create_defs_folder_sandbox() as sandbox:
        for name, content in {"tables/defs.yaml": text, **files}.items():
            path = sandbox.defs_folder_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        with sandbox.build_component_tree() as tree:
            return tree.build_defs()


def test_all_that_is_wrong_in_the_attributes_is_told_at_once():
    text = f"""type: {HERE}
attributes:
  schema_nam: crm
  rows: many
  columns:
    - name: id
      kindd: text
    - {{}}
"""
    with pytest.raises(ComponentTreeException) as caught:
        load(text)
    told = str(caught.value)
    assert "'tables[0]'" in told
    assert "defs.yaml:3 attributes.schema_nam: there is no such field. Did you mean 'schema_name'?" in told
    assert "defs.yaml:2 attributes.schema_name: this is required" in told
    assert "defs.yaml:7 attributes.columns.0.kindd: there is no such field. Did you mean 'kind'?" in told
    assert "defs.yaml:8 attributes.columns.1.name: this is required" in told
    assert isinstance(caught.value.__cause__, ValidationError)


def test_of_several_forms_only_the_one_that_was_meant_is_told():
    text = f"""type: {HERE}
attributes:
  schema_name: crm
  partitions: {{key: a, partitions_def: {{type: daily, start: 2026-01-01}}}}
"""
    with pytest.raises(ComponentTreeException) as caught:
        load(text)
    told = str(caught.value)
    assert "partitions_def.start_date: this is required" in told
    assert "Did you mean 'start_date'?" in told
    assert "fmt" not in told


def test_a_value_that_does_not_fit_after_its_template_is_told_with_its_line():
    with pytest.raises(
        ComponentTreeException, match=r"defs\.yaml:4 attributes\.rows: input should be a valid integer"
    ):
        load(f"type: {HERE}\nattributes:\n  schema_name: a\n  rows: \"{{{{ 'many' }}}}\"\n")


def test_all_documents_of_a_file_are_told():
    document = f"type: {HERE}\nattributes: {{}}\n"
    with pytest.raises(ComponentTreeException) as caught:
        load(f"{document}---\n{document}")
    assert "tables[0]" in str(caught.value)
    assert "tables[1]" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"defs\.yaml:1 is empty"),
        ("[]", r"defs\.yaml:1: expected keys and values"),
        ("a: [", r"defs\.yaml:\d+, column \d+: this is no YAML"),
        ("type: {}\nattributez: {}", r"(?s)defs\.yaml:2: there is no key 'attributez'\. Did you mean 'attributes'\?.*'type' must be text"),
        ("attributes: {}", "'type' must be text; it is not there"),
        (f"type: {HERE}\nrequirements: [A]", "'requirements' must hold 'env'"),
        (f"type: {HERE}\npost_processing: {{asset: []}}", r"has no 'asset'\. Did you mean 'assets'\?"),
        (f"type: {HERE}\npost_processing: {{assets: [1]}}", "must be a list of changes"),
        (f"type: {HERE}\ntemplate_vars_module: 3", "'template_vars_module' must be text"),
        ("type: Tables", "'Tables' is no name of a component"),
        ("type: nowhere.Tables", "the module 'nowhere' cannot be found"),
        (f"type: {__name__}.Table", "Did you mean 'Tables'"),
        (f"type: {__name__}.load", "no class that derives from Component"),
        ("type: dagster.FunctionComponen", "Did you mean 'FunctionComponent'"),
        (f"type: {HERE}\nattributes: {{schema_name: '{{{{ nme }}}}'}}", r"defs\.yaml:2 attributes\.schema_name: There is no 'nme'"),
        (f"type: {HERE}\nattributes: {{schema_name: '{{{{ env(\"NOT_SET\") }}}}'}}", "The environment variable NOT_SET is not set"),
        (f"type: {HERE}\nattributes: {{schema_name: '{{{{ dg.AutomationConditon }}}}'}}", "Did you mean 'AutomationCondition'"),
        (f"type: {HERE}\nattributes: {{schema_name: '{{{{ \"\".__class__ }}}}'}}", "is refused"),
        (f"type: {HERE}\nattributes: {{schema_name: '{{{{ 1 / 0 }}}}'}}", "ZeroDivisionError"),
        (f"type: {HERE}\nattributes: {{schema_name: '{{{{ ( }}}}'}}", "is no template"),
        (
            f"type: {HERE}\nattributes: {{schema_name: a}}\npost_processing: {{assets: [{{attributes: {{ownrs: []}}}}]}}",
            r"defs\.yaml:3 post_processing\.assets\.0\.attributes\.ownrs: there is no such field\. Did you mean 'owners'",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text, told, monkeypatch):
    monkeypatch.delenv("NOT_SET", raising=False)
    with pytest.raises((ComponentTreeException, ComponentFileError), match=told):
        load(text)


def test_a_component_without_fields_takes_no_attributes():
    code = "import weftwork as dg\nclass Bare(dg.Component):\n    def build_defs(self, context):\n        return dg.Definitions()\n"
    load("type: .Bare", **{"tables/__init__.py": code})
    with pytest.raises(
        ComponentTreeException, match=r"defs\.yaml:2 attributes: Bare takes no attributes"
    ) as caught:
        load("type: .Bare\nattributes: {a: 1}", **{"tables/__init__.py": code})
    assert "subclass of `Resolvable`" in str(caught.value.__cause__)


def test_a_bomb_of_aliases_is_refused():
    text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "\n".join(
        f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]"
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )
    with pytest.raises(ComponentTreeException, match="more than"):
        load(text)


def test_the_errors_of_imports_are_told_as_they_are():
    with pytest.raises(ModuleNotFoundError, match="not_installed_anywhere"):
        load(
            f"type: {HERE}\nattributes: {{schema_name: a}}", **{"other.py": "import not_installed_anywhere\n"}
        )


def test_text_and_dicts_are_told_too():
    with pytest.raises(ValidationError, match=r"<string>:2: input should be a valid integer"):
        Tables.resolve_from_yaml("schema_name: a\nrows: []")
    with pytest.raises(ValidationError, match=r"(?s)rows\n\s+input should be a valid integer"):
        Tables.resolve_from_dict({"schema_name": "a", "rows": []})
    with pytest.raises(ResolutionException, match="2 documents"):
        Tables.resolve_from_yaml("a: 1\n---\nb: 1")

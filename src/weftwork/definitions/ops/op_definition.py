"""An op: a function with declared inputs, outputs, config and resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.lifecycle import former, marked
from weftwork.base.names import check_name
from weftwork.base.source import describe_function
from weftwork.base.warnings import deprecation_warning
from weftwork.config.schema import DefinitionConfigSchema, Field
from weftwork.definitions.nodes.composing import find_composition
from weftwork.definitions.nodes.inputs import In, InputDefinition
from weftwork.definitions.nodes.node_definition import NodeDefinition
from weftwork.definitions.nodes.outputs import Out, OutputDefinition
from weftwork.definitions.nodes.run_limits import read_run_when, read_timeout
from weftwork.definitions.nodes.written_type import NO_VALUE
from weftwork.definitions.ops.compute import ComputeFunction
from weftwork.definitions.ops.output_inference import build_output_defs
from weftwork.definitions.ports import execution_port
from weftwork.records.retry import RetryPolicy
from weftwork.records.specs import InputSpec, OpSpec, OutputSpec
from weftwork.records.tags import normalize_definition_tags


class OpDefinition(NodeDefinition):
    """A function with declared inputs, outputs, config and resources; usually made with ``@op``.

    Args:
        compute_fn: ``fn(context, inputs)``, or what ``@op`` read from the decorated function.
        name: its name.
        ins: input name to In.
        outs: output name to Out (default: one output "result").
        description: text for people (default: the docstring).
        config_schema: the schema of ``ops.<name>.config``.
        required_resource_keys: the resources that it uses.
        tags: tags; what is not text is written as JSON.
        version: deprecated, use ``code_version``.
        retry_policy: when and how often it is tried again.
        code_version: the version of the code.
        pool: the pool that limits how many of its kind run at once.
        timeout: seconds, or a timedelta, after which an attempt is stopped and has failed (default: never).
        run_when: when it runs: "all_ok" after success of everything that it waits for, "all_done" after the end of it,
            "any_failed" only if some of it failed, "always" even in a run that is canceled.

    Raises:
        DagsterInvalidDefinitionError: if a name, an input or an output is declared wrongly.
        ParameterCheckError: if an argument is of the wrong kind.
    """

    _spec: OpSpec | None = None

    def __init__(
        self,
        compute_fn: Callable[..., Any] | ComputeFunction,
        name: str,
        ins: Mapping[str, In] | None = None,
        outs: Mapping[str, Out] | Out | None = None,
        description: str | None = None,
        config_schema: Any = None,
        required_resource_keys: Iterable[str] | None = None,
        tags: Mapping[str, Any] | None = None,
        version: str | None = None,
        retry_policy: RetryPolicy | None = None,
        code_version: str | None = None,
        pool: str | None = None,
        timeout: float | timedelta | None = None,
        run_when: str = "all_ok",
    ) -> None:
        self.name = check_name(check_type(name, str, "name"), "op")
        self.compute = (
            compute_fn
            if isinstance(compute_fn, ComputeFunction)
            else ComputeFunction(compute_fn, takes_inputs_dict=True)
        )
        if version is not None:
            deprecation_warning("The parameter version of an op", "2.0", "Use code_version.", stacklevel=4)
        self.code_version: str | None = check_type(
            code_version or version, str, "code_version", optional=True
        )
        self._description: str | None = check_type(description, str, "description", optional=True)
        self.tags = normalize_definition_tags(tags, f"the tags of op '{name}'") if tags else {}
        self.retry_policy: RetryPolicy | None = check_type(
            retry_policy, RetryPolicy, "retry_policy", optional=True
        )
        self.pool: str | None = _check_pool(pool, name) if pool is not None else None
        self.timeout_s = read_timeout(timeout, f"op '{name}'") if timeout is not None else None
        self.run_when = read_run_when(run_when, f"op '{name}'") if run_when != "all_ok" else run_when
        self.input_defs = self._build_input_defs(ins)
        self.output_defs: Sequence[OutputDefinition] = build_output_defs(
            self.compute, outs, name, self.code_version
        )
        self._check_annotations()
        self.required_resource_keys = _check_keys(required_resource_keys, name)
        if self.compute.resource_params:
            self.required_resource_keys = self.required_resource_keys.union(self.compute.resource_params)
        self._given_schema: DefinitionConfigSchema | None = None
        if config_schema is not None or self.compute.config_param:
            from weftwork.definitions.ops.op_config import build_config_schema  # only for ops with config

            self._given_schema = build_config_schema(self.compute, config_schema, name)

    def _build_input_defs(self, ins: Mapping[str, In] | None) -> Sequence[InputDefinition]:
        if ins:
            if not isinstance(ins, Mapping):
                raise ParameterCheckError(
                    f"Op '{self.name}': ins must be a dict of name to In, not {type(ins).__name__}: {ins!r:.100}."
                )
            for key, declaration in ins.items():
                if not isinstance(declaration, In):
                    raise ParameterCheckError(
                        f"Op '{self.name}': ins['{key}'] must be an In, not {type(declaration).__name__}: {declaration!r:.100}."
                        + (
                            f" To declare the type, write In({declaration.__name__})."
                            if isinstance(declaration, type)
                            else ""
                        )
                    )
        if self.compute.takes_inputs_dict:
            return [declaration.to_definition(key) for key, declaration in (ins or {}).items()]
        return self.compute.build_input_defs(ins or {}, self.name)

    def _check_annotations(self) -> None:
        # Classes are always types; anything else may be none, which the user should hear now.
        slots: list[InputDefinition | OutputDefinition] = [*self.input_defs, *self.output_defs]
        for typed in slots:
            written = typed.written_type
            if written is NO_VALUE or isinstance(written, type):
                continue
            try:
                _ = typed.dagster_type
            except DagsterInvalidDefinitionError as error:
                what = "input" if isinstance(typed, InputDefinition) else "output"
                raise DagsterInvalidDefinitionError(
                    f"Op '{self.name}', {what} '{typed.name}' of {describe_function(self.compute.fn)}: {error}"
                ) from None

    @property
    def description(self) -> str | None:
        """Text for people: as given, or the docstring."""
        if self._description is None and not self.compute.takes_inputs_dict:
            text = getattr(self.compute.fn, "__doc__", None)
            if isinstance(text, str) and hasattr(self.compute.fn, "__code__"):
                from inspect import cleandoc  # only where the text is shown

                self._description = cleandoc(text)
        return self._description

    @property
    def compute_fn(self) -> ComputeFunction | Callable[..., Any]:
        """The function: as given, or what ``@op`` read from it."""
        return self.compute.fn if self.compute.takes_inputs_dict else self.compute

    @property
    def is_from_decorator(self) -> bool:
        """Whether it was made with ``@op``."""
        return not self.compute.takes_inputs_dict

    @property
    @marked("OpDefinition.version", former("Use code_version."))
    def version(self) -> str | None:
        """The version of the code."""
        return self.code_version

    @property
    def ins(self) -> Mapping[str, In]:
        """Input name to In."""
        return {input_def.name: In.from_definition(input_def) for input_def in self.input_defs}

    @property
    def outs(self) -> Mapping[str, Out]:
        """Output name to Out."""
        return {output_def.name: Out.from_definition(output_def) for output_def in self.output_defs}

    @property
    def pools(self) -> set[str]:
        """The pool, as a set."""
        return {self.pool} if self.pool else set()

    @property
    def config_schema(self) -> DefinitionConfigSchema:
        """The schema of its config."""
        return self._given_schema or DefinitionConfigSchema(None)

    @property
    def config_field(self) -> Field | None:
        """The schema of its config as a field, or None where it takes anything."""
        return self._given_schema.as_field() if self._given_schema is not None else None

    @property
    def has_config_field(self) -> bool:
        """Whether its config has a schema."""
        return self._given_schema is not None

    @cached_property
    def positional_inputs(self) -> Sequence[str]:
        """The inputs in the order in which a call gives them: parameters first, then those of type Nothing."""
        by_parameter = [parameter.name for parameter in self.compute.inputs]
        known = set(by_parameter)
        return by_parameter + [input_def.name for input_def in self.input_defs if input_def.name not in known]

    @property
    def spec(self) -> OpSpec:
        """The op as planning sees it."""
        spec = self._spec
        if spec is None:
            spec = self._spec = OpSpec(
                name=self.name,
                inputs=tuple([_input_spec(input_def) for input_def in self.input_defs]),
                outputs=tuple([_output_spec(output_def) for output_def in self.output_defs]),
                tags=dict(self.tags),
                retry_policy=self.retry_policy,
                pool=self.pool,
                timeout_s=self.timeout_s,
                run_when=self.run_when,
            )
        return spec

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Use the op in the graph that is being composed; outside of one, call its function as a test does."""
        composition = find_composition()
        if composition is not None:
            return composition.add(self, args, kwargs)
        return execution_port().invoke_op(self, args, kwargs)

    def configured(
        self, config_or_config_fn: Any, name: str, config_schema: Any = None, description: str | None = None
    ) -> OpDefinition:
        """Return the op under another name, with its config given or computed from other config.

        Args:
            config_or_config_fn: the config, or a function from other config to it.
            name: the name of the new op.
            config_schema: the schema of the other config.
            description: text for people.
        """
        from weftwork.definitions.run_config.configured import configure  # few definitions are

        made: OpDefinition = configure(self, config_or_config_fn, name, config_schema, description)
        return made

    def copy_for_configured(self, name: str, description: str | None, config_schema: Any) -> OpDefinition:
        """Return the op under another name and with another config schema."""
        return self.with_replaced_properties(name, config_schema=config_schema, description=description)

    def with_replaced_properties(
        self, name: str, ins: Mapping[str, In] | None = None, outs: Mapping[str, Out] | None = None,
        config_schema: Any = None, description: str | None = None,
    ) -> OpDefinition:  # fmt: skip
        """Return the op with some properties replaced."""
        made: OpDefinition = object.__new__(type(self))
        made.__dict__.update({key: value for key, value in self.__dict__.items() if key not in _CACHED})
        made.name = check_name(name, "op")
        if ins is not None:
            made.input_defs = [declaration.to_definition(key) for key, declaration in ins.items()]
        if outs is not None:
            made.output_defs = [declaration.to_definition(name=key) for key, declaration in outs.items()]
        if config_schema is not None:
            from weftwork.definitions.ops.op_config import build_config_schema  # see above

            made._given_schema = build_config_schema(None, config_schema, name)
        if description is not None:
            made._description = description
        return made


NO_KEYS: frozenset[str] = frozenset()
_CACHED = ("_spec", "input_dict", "output_dict", "positional_inputs")


def _check_keys(keys: Iterable[str] | None, name: str) -> frozenset[str]:
    if not keys:
        return NO_KEYS
    found = frozenset((keys,) if isinstance(keys, str) else keys)
    for key in found:
        check_type(key, str, f"required_resource_keys of op '{name}'")
    return found


def _input_spec(input_def: InputDefinition) -> InputSpec:
    dagster_type = input_def.dagster_type
    return InputSpec(
        name=input_def.name,
        nothing=dagster_type.is_nothing,
        has_default=input_def.has_default_value,
        has_type_loader=dagster_type.loader is not None,
        input_manager_key=input_def.input_manager_key,
        asset_key=input_def.hardcoded_asset_key,
    )


def _output_spec(output_def: OutputDefinition) -> OutputSpec:
    return OutputSpec(
        name=output_def.name,
        dynamic=output_def.is_dynamic,
        required=output_def.is_required,
        nothing=output_def.dagster_type.is_nothing,
        io_manager_key=output_def.io_manager_key,
    )


def _check_pool(pool: Any, op_name: str) -> str:
    name: str = check_type(pool, str, "pool")
    if any(sign.isspace() for sign in name):
        raise DagsterInvalidDefinitionError(
            f"The pool {name!r} of op '{op_name}' has a blank in its name. For example: '{'_'.join(name.split())}'."
        )
    return name

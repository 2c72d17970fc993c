"""A logger that users configure: a function that makes a Python logger."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, overload

from weftwork.base.arguments import check_callable, check_type
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.base.source import describe_function
from weftwork.config.schema import DefinitionConfigSchema, Field, build_definition_schema

EPHEMERAL_RUN_ID = "__EPHEMERAL_RUN_ID"


class InitLoggerContext:
    """What the function of a logger is given.

    Args:
        logger_config: the config of the logger.
        logger_def: its definition.
        job_def: the job.
        run_id: the run.
    """

    __slots__ = ("job_def", "logger_config", "logger_def", "run_id")

    def __init__(
        self, logger_config: Any, logger_def: Any = None, job_def: Any = None, run_id: str | None = None
    ) -> None:
        self.logger_config = logger_config
        self.logger_def: LoggerDefinition | None = check_type(
            logger_def, LoggerDefinition, "logger_def", optional=True
        )
        self.job_def = job_def
        self.run_id: str | None = check_type(run_id, str, "run_id", optional=True)


class UnboundInitLoggerContext(InitLoggerContext):
    """The context of a logger that a test makes; see ``build_init_logger_context``."""

    __slots__ = ()


def build_init_logger_context(logger_config: Any = None, job_def: Any = None) -> UnboundInitLoggerContext:
    """Build the context for making a logger in a test.

    Args:
        logger_config: the config of the logger.
        job_def: the job.
    """
    return UnboundInitLoggerContext(logger_config, None, job_def, EPHEMERAL_RUN_ID)


LoggerFunction = Callable[[InitLoggerContext], logging.Logger]


class LoggerDefinition:
    """A logger that users configure under ``loggers``.

    Args:
        logger_fn: (InitLoggerContext) -> logging.Logger.
        config_schema: the config that it takes (default: anything).
        description: text for people.
    """

    def __init__(
        self, logger_fn: LoggerFunction, config_schema: Any = None, description: str | None = None
    ) -> None:
        self.logger_fn: LoggerFunction = check_callable(logger_fn, "logger_fn")
        self._config_schema = build_definition_schema(config_schema)
        self.description: str | None = check_type(description, str, "description", optional=True)

    @property
    def config_schema(self) -> DefinitionConfigSchema:
        """The config that it takes."""
        return self._config_schema

    @property
    def config_field(self) -> Field:
        """The config that it takes, as a field."""
        return self._config_schema.as_field()

    def copy_for_configured(self, description: str | None, config_schema: Any) -> LoggerDefinition:
        """Return the logger with another schema."""
        return LoggerDefinition(self.logger_fn, config_schema, description or self.description)

    def configured(
        self, config_or_config_fn: Any, config_schema: Any = None, description: str | None = None
    ) -> LoggerDefinition:
        """Return the logger with its config given, or made by a function of simpler config.

        Args:
            config_or_config_fn: the config, or a function that makes it.
            config_schema: what the function may be given (default: anything).
            description: text for people (default: that of the logger).
        """
        from weftwork.definitions.run_config.configured import configure  # few definitions are

        made: LoggerDefinition = configure(self, config_or_config_fn, None, config_schema, description)
        return made

    def make(self, config: Any, job_def: Any = None, run_id: str | None = None) -> logging.Logger:
        """Return the Python logger for checked config."""
        return self.logger_fn(InitLoggerContext(config, self, job_def, run_id))

    def __call__(self, *args: Any, **kwargs: Any) -> logging.Logger:
        """Make the Python logger directly, as a test does.

        Args:
            *args: a context of ``build_init_logger_context``.
            **kwargs: the context by the name of the function's parameter.

        Raises:
            DagsterInvalidInvocationError: if the arguments do not fit.
            DagsterInvalidConfigError: if the config of the context does not.
        """
        if len(args) + len(kwargs) != 1:
            raise DagsterInvalidInvocationError(
                f"A logger takes one argument, a context of build_init_logger_context(); {len(args) + len(kwargs)} given to "
                f"{describe_function(self.logger_fn)}."
            )
        [context] = args or kwargs.values()
        check_type(context, UnboundInitLoggerContext, "init_context", optional=True)
        if context is None:
            context = build_init_logger_context()
        given = {} if context.logger_config is None else {"config": context.logger_config}
        from weftwork.config.evaluation import build_config_value  # for who tries a logger

        config = build_config_value({"config": self.config_field}, given, "Error in config for logger")
        return self.make(config.get("config"), context.job_def, context.run_id)

    def __repr__(self) -> str:
        return f"<LoggerDefinition {getattr(self.logger_fn, '__name__', self.logger_fn)}>"


@overload
def logger(config_schema: LoggerFunction) -> LoggerDefinition: ...


@overload
def logger(
    config_schema: Any = None, description: str | None = None
) -> Callable[[LoggerFunction], LoggerDefinition]: ...


def logger(config_schema: Any = None, description: str | None = None) -> Any:
    """Make a logger definition of a function (InitLoggerContext) -> logging.Logger.

    Args:
        config_schema: the config that it takes (default: anything).
        description: text for people.

    Example:
        >>> @logger({"path": str})
        ... def file_logger(init_context):
        ...     made = logging.getLogger("runs")
        ...     made.addHandler(logging.FileHandler(init_context.logger_config["path"]))
        ...     return made
    """
    if _is_function(config_schema):
        return LoggerDefinition(config_schema, description=config_schema.__doc__)
    return lambda function: LoggerDefinition(
        check_callable(function, "logger_fn"), config_schema, description or function.__doc__
    )


def _is_function(value: Any) -> bool:
    return callable(value) and not isinstance(value, type) and hasattr(value, "__code__")

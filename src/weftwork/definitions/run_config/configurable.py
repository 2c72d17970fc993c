"""The bases of definitions that take config: what ``configured`` needs of them, and the method itself."""

from __future__ import annotations

from typing import Any, Self

from weftwork.config.evaluation import EvaluateValueResult
from weftwork.config.schema import DefinitionConfigSchema, Field
from weftwork.definitions.run_config.configured import configure


class TakesConfig:
    """What definitions that take config have in common."""

    @property
    def config_schema(self) -> DefinitionConfigSchema:
        """The config that it takes."""
        raise NotImplementedError

    @property
    def config_field(self) -> Field:
        """The config that it takes, as a field."""
        return self.config_schema.as_field()

    @property
    def has_config_field(self) -> bool:
        """Whether its config has a schema."""
        return self.config_schema.has_schema

    def apply_config_mapping(self, config: Any) -> EvaluateValueResult:
        """Return processed ``{"config": ...}`` as the function of the definition gets it.

        Processing has applied what ``configured`` was given already, so it is returned as it is.
        """
        return EvaluateValueResult(config, [])


class ConfigurableDefinition(TakesConfig):
    """Base of definitions without a name that take config: loggers and resources."""

    def copy_for_configured(self, description: str | None, config_schema: Any) -> Self:
        """Return a copy with another description and schema."""
        raise NotImplementedError

    def configured(
        self, config_or_config_fn: Any, config_schema: Any = None, description: str | None = None
    ) -> Self:
        """Return a copy of the definition with its config given, or made by a function.

        Args:
            config_or_config_fn: the config, or a function that makes it of simpler config.
            config_schema: what the function may be given; any config if None.
            description: text for people (default: that of this definition).

        Example:
            >>> console.configured({"log_level": "DEBUG"})
        """
        made: Self = configure(self, config_or_config_fn, None, config_schema, description)
        return made


class NamedConfigurableDefinition(TakesConfig):
    """Base of definitions with a name that take config: executors."""

    @property
    def name(self) -> str:
        """Its name."""
        raise NotImplementedError

    def copy_for_configured(self, name: str, description: str | None, config_schema: Any) -> Any:
        """Return a copy with another name, description and schema."""
        raise NotImplementedError

    def configured(
        self, config_or_config_fn: Any, name: str, config_schema: Any = None, description: str | None = None
    ) -> Self:
        """Return a copy of the definition with its config given, or made by a function.

        Args:
            config_or_config_fn: the config, or a function that makes it of simpler config.
            name: the name of the copy.
            config_schema: what the function may be given; any config if None.
            description: text for people (default: that of this definition).

        Example:
            >>> multiprocess_executor.configured({"max_concurrent": 2}, name="two_at_once")
        """
        made: Self = configure(self, config_or_config_fn, name, config_schema, description)
        return made

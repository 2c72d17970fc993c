"""What is wrong with a component, or with the tree of components of a project."""

from __future__ import annotations

from weftwork.base.errors import DagsterInvalidDefinitionError


class ResolutionException(DagsterInvalidDefinitionError):
    """A value cannot be resolved, or a class says of no field how its values are."""


class ComponentTreeException(DagsterInvalidDefinitionError):
    """A component of a project cannot be loaded, or its definitions cannot be built; ``__cause__`` is what happened."""


class DuplicateDefsStateKeyWarning(UserWarning):
    """Two components of a project keep their state under one key, so that each reads what the other has fetched."""


class ComponentFileError(DagsterInvalidDefinitionError):
    """A defs.yaml says something that is wrong; the message has all of it, each with file and line."""

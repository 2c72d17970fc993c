"""Warnings of the life cycle of names: deprecated, superseded, beta, preview."""

from __future__ import annotations

import sys
import warnings

from weftwork.base.source import PACKAGE_FOLDER


class PreviewWarning(Warning):
    """A name is a preview: it may change or go."""


class BetaWarning(Warning):
    """A name is in beta: it may change in a minor release."""


class SupersessionWarning(FutureWarning):
    """A name still works, and a better one has taken its place."""


class ConfigArgumentWarning(SyntaxWarning):
    """A ``config`` argument of an op is shadowed by the parameter that means config."""


def warn_user(text: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line of the user's program that led here.

    Args:
        text: what is the matter, and what to write instead.
        category: the kind of warning.
    """
    frame, level = sys._getframe(1), 3
    while frame.f_back is not None and frame.f_back.f_code.co_filename.startswith(PACKAGE_FOLDER):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, category, stacklevel=level)


def warn_of_version_strategy() -> None:
    """Warn that versions are given by op, where a strategy for all ops is passed."""
    warn_user(
        "version_strategy is deprecated and ignored. Give ops and assets a code_version.", DeprecationWarning
    )


def deprecation_warning(
    subject: str,
    breaking_version: str,
    additional_warn_text: str | None = None,
    subject_id: str | None = None,
    stacklevel: int = 2,
) -> None:
    """Warn that something is deprecated.

    Args:
        subject: what is deprecated, as the user knows it.
        breaking_version: the version in which it goes.
        additional_warn_text: what to use instead.
        subject_id: accepted for compatibility.
        stacklevel: how many frames up the user's line is, as in ``warnings.warn``.
    """
    text = f"{subject} is deprecated and goes in version {breaking_version}."
    if additional_warn_text:
        text = f"{text} {additional_warn_text}"
    warnings.warn(text, DeprecationWarning, stacklevel=stacklevel + 1)

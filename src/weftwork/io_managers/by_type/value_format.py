"""Formats of files: which values one takes, and how they are written and read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.output_context import OutputContext


class ValueFormat(ABC):
    """A format of files for values of some types; ``TypeDispatchIOManager`` takes the first that fits.

    Attributes:
        extension: what the names of its files end in, with the dot.

    Example:
        >>> class PngFormat(ValueFormat):
        ...     extension = ".png"
        ...     def fits(self, value):
        ...         return isinstance(value, PIL.Image.Image)
        ...     def write(self, context, value, file):
        ...         value.save(file, format="png")
        ...     def read(self, context, path):
        ...         return PIL.Image.open(path)
    """

    extension: str

    @abstractmethod
    def fits(self, value: Any) -> bool:
        """Return whether a value can be stored in this format, and comes back as it was."""

    @abstractmethod
    def write(self, context: OutputContext, value: Any, file: Any) -> Mapping[str, Any] | None:
        """Write a value to an open binary file, which takes its place when it is complete.

        Args:
            context: the output.
            value: the value.
            file: the file.

        Returns:
            Metadata of the value, or nothing.
        """

    @abstractmethod
    def read(self, context: InputContext, path: str) -> Any:
        """Return the value in a file.

        Args:
            context: the input.
            path: the file.
        """


class TextFormat(ValueFormat):
    """Text as UTF-8."""

    extension = ".txt"

    def fits(self, value: Any) -> bool:
        """Return whether it is text; subclasses of ``str`` are more than text, and lone surrogates no UTF-8."""
        return type(value) is str and (value.isascii() or _can_be_encoded(value))

    def write(self, context: OutputContext, value: Any, file: Any) -> Mapping[str, Any] | None:
        """Write the text."""
        file.write(value.encode())
        return {"characters": len(value)}

    def read(self, context: InputContext, path: str) -> Any:
        """Return the text."""
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()


def _can_be_encoded(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class BytesFormat(ValueFormat):
    """Bytes as they are."""

    extension = ".bin"

    def fits(self, value: Any) -> bool:
        """Return whether it is bytes."""
        return type(value) is bytes

    def write(self, context: OutputContext, value: Any, file: Any) -> Mapping[str, Any] | None:
        """Write the bytes."""
        file.write(value)
        return None

    def read(self, context: InputContext, path: str) -> Any:
        """Return the bytes."""
        with open(path, "rb") as file:
            return file.read()


class ArrayFormat(ValueFormat):
    """Arrays of numpy, as numpy stores them."""

    extension = ".npy"

    def fits(self, value: Any) -> bool:
        """Return whether it is an array of numbers, text or times; arrays of objects are none."""
        kind = type(value)
        return (
            kind.__module__ == "numpy"
            and kind.__name__ == "ndarray"
            and not value.dtype.hasobject
            and not value.dtype.metadata
        )

    def write(self, context: OutputContext, value: Any, file: Any) -> Mapping[str, Any] | None:
        """Write the array."""
        import numpy  # optional library; the value is of it

        numpy.lib.format.write_array(file, value, allow_pickle=False)
        return {"shape": list(value.shape), "dtype": str(value.dtype)}

    def read(self, context: InputContext, path: str) -> Any:
        """Return the array."""
        import numpy  # optional library

        return numpy.load(path, allow_pickle=False)

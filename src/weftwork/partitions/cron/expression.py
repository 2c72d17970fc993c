"""A cron expression of five fields, read into sets of numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.text import did_you_mean

_ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MONTHS = {
    name: i for i, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_WEEKDAYS = {name: i for i, name in enumerate("sun mon tue wed thu fri sat".split())}
_LONGEST_MONTH = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_STARS = frozenset("*?")
LAST_WEEK = 6


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: dict[str, int]


_MINUTE = _Field("minute", 0, 59, {})
_HOUR = _Field("hour", 0, 23, {})
_DAY = _Field("day of month", 1, 31, {})
_MONTH = _Field("month", 1, 12, _MONTHS)
_WEEKDAY = _Field("day of week", 0, 6, _WEEKDAYS)


class CronExpression(NamedTuple):
    """What a cron expression says, independent of time zone.

    Attributes:
        minutes: minutes of the hour.
        hours: hours of the day.
        days: days of the month; None for every day.
        last_day: whether the last day of the month counts too.
        months: months of the year, 1 to 12.
        weekdays: days of the week, 0 is Sunday; None for every day.
        nth_weekdays: (weekday, n) for the n-th such day of a month; n is ``LAST_WEEK`` for the last one.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    last_day: bool
    months: frozenset[int]
    weekdays: frozenset[int] | None
    nth_weekdays: frozenset[tuple[int, int]]

    @property
    def repeats_every_hour(self) -> bool:
        """Whether every hour of the day has ticks, so that ticks follow real hours over a clock change."""
        return len(self.hours) == 24


class _CronProblemError(ValueError):
    """Says what is wrong with an expression."""


@lru_cache(maxsize=4096)
def _read(expression: str) -> CronExpression | str:
    try:
        return _read_fields(expression)
    except _CronProblemError as problem:
        return str(problem)


def parse_cron(expression: str, what: str = "a cron schedule") -> CronExpression:
    """Return what a cron expression says.

    Args:
        expression: five fields (minute, hour, day of month, month, day of week) or ``@daily`` and its like. Fields
            take ``*``, ``?``, numbers, names (jan, mon), ranges (also over the end: fri-mon), lists, steps; the day of
            month takes ``L`` (last day), the day of week ``L5`` or ``5L`` (last Friday) and ``5#2`` (second Friday).
        what: whose expression it is, for the message.

    Raises:
        DagsterInvalidDefinitionError: if it is none.
    """
    result = _read(expression) if isinstance(expression, str) else "it is not text"
    if isinstance(result, str):
        raise DagsterInvalidDefinitionError(
            f"{expression!r} is not a valid cron schedule for {what}: {result}. "
            f"Expected five fields (minute, hour, day of month, month, day of week), for example '30 2 * * 1-5', "
            f"or one of {', '.join(_ALIASES)}."
        )
    return result


def find_cron_problem(expression: str) -> str | None:
    """Return what is wrong with a cron expression, or None if it is valid."""
    result = _read(expression) if isinstance(expression, str) else "it is not text"
    return result if isinstance(result, str) else None


def is_valid_cron(expression: str) -> bool:
    """Return whether ``expression`` is a cron expression that ticks at some time."""
    return find_cron_problem(expression) is None


def _read_fields(expression: str) -> CronExpression:
    text = expression.strip().lower()
    if text.startswith("@"):
        if text not in _ALIASES:
            raise _CronProblemError(f"there is no '{text}'.{did_you_mean(text, _ALIASES)}".rstrip("."))
        text = _ALIASES[text]
    fields = text.split()
    if len(fields) != 5:
        raise _CronProblemError(f"it has {len(fields)} fields instead of 5")
    minutes = _read_numbers(_MINUTE, fields[0])
    hours = _read_numbers(_HOUR, fields[1])
    months = _read_numbers(_MONTH, fields[3])
    day_items = fields[2].split(",")
    last_day = "l" in day_items
    plain_days = ",".join(item for item in day_items if item != "l")
    days = _read_numbers(_DAY, plain_days) if plain_days else frozenset()
    weekdays, nth_weekdays = _read_weekdays(fields[4])
    every_day = not _STARS.isdisjoint(day_items)
    every_weekday = not _STARS.isdisjoint(fields[4].split(","))
    result = CronExpression(
        minutes, hours, None if every_day else days, last_day and not every_day, months,
        None if every_weekday else weekdays, frozenset() if every_weekday else nth_weekdays,
    )  # fmt: skip
    _check_possible(result)
    return result


def _check_possible(cron: CronExpression) -> None:
    if cron.days is None or cron.last_day or cron.weekdays is not None:
        return
    if not any(day <= _LONGEST_MONTH[month] for day in cron.days for month in cron.months):
        raise _CronProblemError("no such day exists in any year")


def _read_weekdays(text: str) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    plain: list[str] = []
    nth: set[tuple[int, int]] = set()
    for item in text.split(","):
        if "#" in item:
            day, _, week = item.partition("#")
            if not (week.isdigit() and 1 <= int(week) <= 5):
                raise _CronProblemError(f"'{item}' must end in #1 to #5 in the day of week")
            nth.add((_read_number(_WEEKDAY, day) % 7, int(week)))
        elif len(item) > 1 and (item[0] == "l" or item[-1] == "l"):
            nth.add((_read_number(_WEEKDAY, item.strip("l")) % 7, LAST_WEEK))
        else:
            plain.append(item)
    return _read_numbers(_WEEKDAY, ",".join(plain)) if plain else frozenset(), frozenset(nth)


def _read_numbers(field: _Field, text: str) -> frozenset[int]:
    numbers: set[int] = set()
    for item in text.split(","):
        body, slash, step_text = item.partition("/")
        step = 1
        if slash:
            if not step_text.isdigit() or int(step_text) == 0:
                raise _CronProblemError(
                    f"the step '{step_text}' of the {field.name} must be a positive number"
                )
            step = int(step_text)
        numbers.update(_expand(field, body, step, open_ended=bool(slash)))
    if field is _WEEKDAY:
        return frozenset(number % 7 for number in numbers)
    return frozenset(numbers)


def _expand(field: _Field, body: str, step: int, *, open_ended: bool) -> range | list[int]:
    if body in ("*", "?"):
        return range(field.low, field.high + 1, step)
    first, dash, last = body.partition("-")
    start = _read_number(field, first)
    if not dash:
        return range(start, field.high + 1, step) if open_ended else [start]
    end = _read_number(field, last)
    if start <= end:
        return range(start, end + 1, step)
    size = field.high - field.low + 1
    return [(n - field.low) % size + field.low for n in range(start, end + size + 1, step)]


def _read_number(field: _Field, text: str) -> int:
    number = field.names.get(text)
    if number is None:
        if not (text.isascii() and text.isdigit()):
            hint = did_you_mean(text, field.names) if field.names else ""
            raise _CronProblemError(f"'{text}' is no value of the {field.name}{hint.rstrip('?')}")
        number = int(text)
    high = 7 if field is _WEEKDAY else field.high
    if not field.low <= number <= high:
        raise _CronProblemError(
            f"{number} is not between {field.low} and {field.high}, the {field.name}'s values"
        )
    return number

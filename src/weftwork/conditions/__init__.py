"""Automation conditions: expressions that say when data should be made, and their evaluation over facts."""

from weftwork.conditions import kinds as kinds  # the base builds them by name
from weftwork.conditions import legacy as legacy  # the same

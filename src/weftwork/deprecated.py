"""Former names that changed their meaning: ``FreshnessPolicy`` is here what is now ``LegacyFreshnessPolicy``."""

from weftwork.definitions.assets.specs.freshness_policy import LegacyFreshnessPolicy as FreshnessPolicy

__all__ = ["FreshnessPolicy"]

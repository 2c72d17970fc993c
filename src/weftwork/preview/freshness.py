"""The former home of freshness policies; both names now come from the package itself."""

from weftwork.definitions.assets.specs.freshness_policy import FreshnessPolicy, apply_freshness_policy

__all__ = ["FreshnessPolicy", "apply_freshness_policy"]

"""AssetSelection: which assets and checks are meant, as an expression that is resolved over the asset graph later."""

from __future__ import annotations

import weftwork.planning.selection.combined_selections  # noqa: F401 - with it all kinds are known
from weftwork.planning.selection.selection_expression import AssetSelection

__all__ = ["AssetSelection"]

"""From definitions to the plain records that hosts know of them."""

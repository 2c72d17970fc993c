"""From definitions of assets to the nodes of a job over them."""

"""What files say of assets: specs, checks, partitions, and changes to the assets of a component."""

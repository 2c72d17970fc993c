"""What changes the world: launching, canceling, repeating and deleting runs, reporting and wiping assets."""

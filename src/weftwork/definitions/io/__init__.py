"""IO managers and input managers: how values leave a step and come into the next, and what they are told."""

"""Pure planning: specs and a request become a plan of steps."""

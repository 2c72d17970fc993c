"""The side of a pipe that was started; needs the standard library alone."""

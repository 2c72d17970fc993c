"""Running a job from the request to the result: in this process, as its executor says, or once more."""

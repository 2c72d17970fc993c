"""Child processes: forked from a warm parent, watched, talked to through pipes, ended as a group."""

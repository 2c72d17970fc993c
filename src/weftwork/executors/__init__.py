"""Where steps run: in this process, in threads, or each in a process of its own."""

"""What a code server does when it is asked for something; each runs in a process of its own."""

"""What can be asked on the host side: runs, their logs and steps, assets; each a function over an instance."""

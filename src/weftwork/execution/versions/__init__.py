"""From which code, config and data assets are made, and which are made of the same already."""

"""Resources: what steps share and do not make themselves, and the sessions in which they are open."""

"""Who may do what: roles, tokens, and the record of what was done."""

"""When the cycle collector of the interpreter looks for garbage, and when it rests."""

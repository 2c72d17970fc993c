"""What stands between the network and the routes: hosts, origins, tokens, sizes, headers."""

"""Assets, as code locations define them and as the instance knows them, together."""

"""What is asked of the store and what it answers: filters, pages, states of assets, statistics of runs."""

"""Door 1: the front on port 4454. It translates a request, calls one service, translates the outcome."""

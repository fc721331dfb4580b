"""Door 2: the processes that perform plays, and that listen on the ports of channels."""

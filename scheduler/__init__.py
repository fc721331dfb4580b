"""Door 3: does by the clock what one process must do: the sweep and retention."""

"""Door 3: does by the clock what one process must do: the sweep, retention, the audit's minutes."""

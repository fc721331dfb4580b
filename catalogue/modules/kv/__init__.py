"""Steps that read and write key-value entries."""

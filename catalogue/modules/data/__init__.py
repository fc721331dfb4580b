"""Steps that read and write data formats."""

"""Steps that read and write the company's files."""

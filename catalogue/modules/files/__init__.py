"""Steps that read the files of a play and make new ones."""

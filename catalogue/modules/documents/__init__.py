"""Steps that read and write whole documents."""

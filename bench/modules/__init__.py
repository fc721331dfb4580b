"""Private modules of the bench's own flows; MODULES_DIR names this folder."""

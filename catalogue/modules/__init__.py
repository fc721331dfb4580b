"""The steps an author can pick, in groups; a file here is a module, and there is no list to edit."""

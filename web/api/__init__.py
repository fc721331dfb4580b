"""The REST API: each file of this folder holds one resource, `bp`, and is found by itself."""

import importlib
import pkgutil

from flask import Blueprint, Flask

BASES = {"/api/v1": "", "/api": "_alias"}
"""Where the API stands; the second is another name of the first."""


def register(app: Flask) -> None:
    """Put every resource of this folder under both bases."""
    for found in pkgutil.iter_modules(__path__):
        bp: Blueprint = importlib.import_module(f"{__name__}.{found.name}").bp
        for base, suffix in BASES.items():
            app.register_blueprint(bp, url_prefix=base, name=f"{bp.name}{suffix}")

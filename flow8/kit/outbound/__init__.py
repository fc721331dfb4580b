"""The way out of flow8: connections to public addresses, and to the networks its owner lists."""

from flow8.kit.outbound.client import HttpClient
from flow8.kit.outbound.dial import Resolve, system_resolve

__all__ = ["HttpClient", "Resolve", "system_resolve"]

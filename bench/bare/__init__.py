"""The same work without flow8: what this machine can do at best with the same libraries and the same writes.

Each program reads MONGODB_URI, MONGODB_DB and BROKER_URL as flow8 does, and nothing else.
"""

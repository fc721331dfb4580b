"""Door 4: flows as tools for AI agents, over the Model Context Protocol.

The folder is called `agents` because a folder named mcp would hide the SDK.
"""

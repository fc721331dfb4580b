"""Who is asking: the session's cookie, API keys, and whether somebody else's page sent a browser here."""

"""The web: HTTP in, commands of the engine, HTTP out. `web.composition` puts it together."""

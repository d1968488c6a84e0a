"""The commands of the engine, each inside one transaction: load, ask the core, write."""

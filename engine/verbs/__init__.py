"""What each verb of the engine does inside its one transaction: load, ask the core, write."""

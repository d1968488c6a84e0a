"""What each kind of BPMN element does when a token reaches it."""

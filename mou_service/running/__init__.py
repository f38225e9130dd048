"""Starting, watching and keeping the service: for whoever runs it."""

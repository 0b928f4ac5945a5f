"""The views of a report: pure functions from the records to text, offered through the plugin hook."""

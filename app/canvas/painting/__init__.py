"""From a layout to pixels."""

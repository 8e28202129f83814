"""Dialogs: for what cannot be said or asked in a panel."""

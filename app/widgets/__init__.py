"""Small controls that several panels use, one class a file."""

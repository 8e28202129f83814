"""Files of weights: named arrays, written whole and read with distrust."""

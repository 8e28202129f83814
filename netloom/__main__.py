"""`python -m netloom` does what the command `netloom` does."""

import sys

from netloom import main

sys.exit(main())

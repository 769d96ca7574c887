"""`python -m applications.messages`: see `applications.messages.serve`."""

import sys

from applications.messages.serve import main

sys.exit(main(sys.argv[1:]))

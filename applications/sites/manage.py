"""`python -m applications.sites.manage COMMAND`: Django's commands and ours (provision, invite, sitewatch)."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command that was given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "applications.sites.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

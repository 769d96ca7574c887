"""Several applications on one host with the county's sign-on and message gateway, for all files of the folder."""

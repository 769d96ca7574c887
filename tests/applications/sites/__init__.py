"""The county's sites, on one host for all files of the folder: people at work, pages, the watch, loss and removal."""

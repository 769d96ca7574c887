"""Day-two changes from the first look to the last device, on twins of a few units; run by `make test-apps`."""

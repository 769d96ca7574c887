"""The event log for an auditor: checkpoints kept outside, time stamps, the archive, and what finds damage."""

"""What this machine can and cannot do, and the fix for each lack: `countynet doctor`.

Every check looks at the machine itself (makes the link, loads the rule, in a network namespace of its own that is gone
at once); none concludes from a version. A required lack makes the exit code 1; the rest is information.
"""

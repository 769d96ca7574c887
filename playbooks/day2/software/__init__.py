"""The software of devices, upgraded in stages: what there is (`images`), how each maker says it (`makers`), one device.

Staging copies a file and proves it, and changes nothing else that outlives it. Activating saves, names the file for the
next start, and reboots, one canary first and the cores last; what does not come up as it was, with the new version, is
booted back to what it ran before. Nothing is deleted from a flash but what a broken copy has left there. Only vendors'
devices have images: the software of Linux devices is Debian packages, which this does not touch.
"""

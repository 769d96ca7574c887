"""Electronic seals: drawn as the State Council describes seals, put on a PDF with a signature (PAdES) and a time stamp.

The key stays with the keeper; this side draws, places and checks. What is not offered: the national OFD and GB/T 38540
seal format, which prescribes SM2.
"""

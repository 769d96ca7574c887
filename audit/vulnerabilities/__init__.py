"""Known vulnerabilities of the software that devices run, from a dated file: the county's net has no Internet."""

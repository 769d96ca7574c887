"""Work windows of the network: announced, changed and ended in the web, with what they would cover shown before."""

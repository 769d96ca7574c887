"""How well units keep their part of the network: a ranking for the yearly assessment (绩效考核), and how it adds up."""

"""The isolation proof: which packets get from where to where, over all packets, from the configurations alone.

`space` holds exact packet sets, `network` the joints (broadcast domains, who routes on them), `routes` what each device
routes, `engine` lets every packet loose at a place and says where it arrives, `verdict` compares that with the policy,
`walk` follows one packet by itself, as a second opinion and as the witness of a hole.
"""

"""What devices have around them: LLDP neighbours, hardware addresses by port and by IP address; kept, and compared.

`asking` and `take` (pure) get it from the agents, `store` and `keep` hold it, `discover` hands it to
`topology.discovery` and reports. Somebody whom no inventory knows is an event, once for each port.
"""

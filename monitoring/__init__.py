"""What is: polls every device, keeps the samples, raises alarms and follows faults to their end.

`snmp`, `icmp` and `series` are seams with one Protocol each; `detect` is pure; `alarms` and `faults` own their tables;
`poller` is the process that ties them; `read` is what the dashboard may ask. It changes nothing on any device.
"""

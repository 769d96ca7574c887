"""Simulated vendor devices: an SSH server that behaves like a switch, router or firewall of a vendor.

What it promises: the dialogue (prompts, views, paging, questions, errors, candidate and trial commit, save, reload) is
written after vendors' manuals and recorded sessions, never after our drivers or renderers; a line is kept only if
`inventory.platforms.<p>.parse` understands it in its view, else it is an error; the configuration is the device's own
tree of lines, printed anew (secrets salted again) at each `display`. In the twin it is realised on the namespace's
data plane, so that a filter drops packets and a bad trial commit cuts the line and comes back by itself. What this
proves and what not stands in `docs/simulated-devices.md`.

Start one on loopback, without namespaces and without realising (it prints `listening ADDRESS PORT` when ready):

    python -m topology.twin.vendor --platform huawei_vrp --model S5700 --listen 127.0.0.1:0 \
        --user netadmin --key PUBLICKEYFILE [--password-file FILE] [--startup FILE] [--port NAME ...] \
        [--second 0.01] [--faults JSONFILE] [--control SOCKET] [--log FILE]

`--startup` is the flash: read at power-on if it is there, written by `save`. `--second` is how many real seconds a
second of the device's timers (trial commit, delayed reload) lasts. A model of VRP8 (CE..., NE...) has two-phase commit.
`--control` is a Unix socket that takes one JSON object a line and answers one (`topology.twin.vendor.control`).

A platform's dialogue is one class: derive from `topology.twin.vendor.shell.Shell`, register it in
`topology.twin.vendor.dialogues.DIALOGUES` as `"platform": "module:Class"`. It says its prompt, its tables of commands
for each kind of view, and its grammar (`topology.twin.vendor.grammar.Grammar`): how a line enters the tree, what it
replaces, what a negation takes out, in what order blocks are printed, which words are secrets.
"""

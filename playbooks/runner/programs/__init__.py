"""What a playbook's `program` does: an Ansible playbook, an action on devices by a plan, or a job of some room."""

from playbooks.runner.model import Playbook
from playbooks.runner.programs.action import ActionProgram
from playbooks.runner.programs.ansible import AnsibleProgram
from playbooks.runner.programs.job import JobProgram
from playbooks.runner.programs.work import Program

PROGRAMS: dict[str, Program] = {"ansible": AnsibleProgram(), "action": ActionProgram(), "job": JobProgram()}


def program_of(playbook: Playbook) -> Program:
    """Return the program that carries out a playbook."""
    return PROGRAMS[playbook.program.partition(":")[0]]

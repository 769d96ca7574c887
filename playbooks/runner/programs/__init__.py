"""What a playbook's `program` does: an Ansible playbook, an action by a plan, a job, a change of every day."""

from playbooks.runner.model import Playbook
from playbooks.runner.programs.action import ActionProgram
from playbooks.runner.programs.ansible import AnsibleProgram
from playbooks.runner.programs.application import ApplicationProgram
from playbooks.runner.programs.change import ChangeProgram
from playbooks.runner.programs.job import JobProgram
from playbooks.runner.programs.work import Program

PROGRAMS: dict[str, Program] = {
    "ansible": AnsibleProgram(),
    "action": ActionProgram(),
    "app": ApplicationProgram(),
    "change": ChangeProgram(),
    "job": JobProgram(),
}


def program_of(playbook: Playbook) -> Program:
    """Return the program that carries out a playbook."""
    return PROGRAMS[playbook.program.partition(":")[0]]

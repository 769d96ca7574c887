"""Container images: what their descriptions may say, by kind and by application. Pure.

A secret is a file in /run/secrets, never a variable: a process's environment is seen by whoever may look at the host's
processes, and it stands in the container's record. What an image is told by us it cannot be told otherwise.
"""

import re
from collections.abc import Iterable, Iterator
from typing import cast

from countynet.errors import Problem
from countynet.i18n import _
from inventory.model import Application, Deployment
from inventory.source import Place
from playbooks.applications.model import Kind

PACKAGES = ("catatonit", "crun", "podman")
"""Debian packages of a host that runs images: the program that runs them, its runtime, and a first process"""
ROLE = "app_container"
OURS = ("PORT", "BASE_URL", "SIGN_ON_HEADER")
"""variables that every image is told"""
TAKEN = ("/proc", "/sys", "/dev", "/run", "/tmp", "/etc/hosts", "/etc/resolv.conf")  # noqa: S108 - not ours to use
"""paths of an image that hold something else"""
_SECRET = re.compile(r"(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS?|(API|PRIVATE|SESSION)_?KEY)$", re.I)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def digest(reference: str) -> str:
    """Return the hexadecimal digits of an image's digest (`Deployment.image`)."""
    return reference.rpartition("@sha256:")[2]


def judge_kind(kind: Kind) -> Iterator[tuple[Place, Problem]]:
    """Yield what is wrong with a kind's image, with where it stands in the description."""
    image = kind.image
    if image is None:
        return
    if kind.upstream is None:
        yield ("image",), Problem(_("an image needs the loopback port that nginx passes to"), wanted="upstream")
    for name in ("wheels", "code"):
        if getattr(kind, name):
            yield (name,), Problem(_("an image brings its programs itself"), found=name)
    for path, folder in image.volumes.items():
        if any(_within(path, taken) for taken in TAKEN) or path == "/":
            yield ("image", "volumes", path), Problem(_("this path of an image is not for data"), found=path)
        if not any(_within(folder, data) for data in kind.data):
            message = _("the folder is in none of those that are backed up")
            yield ("image", "volumes", path), Problem(message, found=folder, wanted=", ".join(kind.data) or "data")
    for name, problem in _variables(image.environment):
        yield ("image", "environment", name), problem


def judge_application(application: Application, deployment: Deployment, kind: Kind) -> Iterator[Problem]:
    """Yield what is wrong with an application's image."""
    where = f"applications[{application.id}].deployment"
    if kind.image is None:
        if deployment.image is not None:
            message = _("the kind {kind} is not run from a container image")
            yield Problem(message, {"kind": kind.kind}, where=f"{where}.image", found=deployment.image)
        return
    if deployment.image is None:
        message = _("the kind {kind} is run from a container image: say which")
        wanted = "name@sha256:…  (countynet mirror add FILE)"
        yield Problem(message, {"kind": kind.kind}, where=f"{where}.image", wanted=wanted)
    said = deployment.settings.get("environment", {})
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        message = _("variables are a map of texts")
        yield Problem(message, where=f"{where}.settings.environment", found=str(said)[:80])
        return
    for name, problem in _variables(said):
        yield Problem(problem.message, problem.values, where=f"{where}.settings.environment.{name}", found=name)


def environment(kind: Kind, deployment: Deployment) -> dict[str, str]:
    """Return an image's variables: the kind's, and those of the application instead."""
    said = cast(dict[str, str], deployment.settings.get("environment", {}))
    return {**(kind.image.environment if kind.image else {}), **said}


def _variables(names: Iterable[str]) -> Iterator[tuple[str, Problem]]:
    for name in names:
        if not _VARIABLE.fullmatch(name):
            yield name, Problem(_("this is no name of a variable"), found=name, wanted=_VARIABLE.pattern)
        elif name in OURS:
            yield name, Problem(_("this variable says what we know and nobody else"), found=name)
        elif _SECRET.search(name):
            message = _("a secret is no variable: it is a file in /run/secrets")
            yield name, Problem(message, found=name, wanted="secrets")


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")

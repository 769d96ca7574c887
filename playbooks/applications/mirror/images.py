"""Container images of the mirror: OCI archives that people bring, each under its digest (`images/<digest>.tar`).

An archive is read as the OCI image layout says (image-spec v1.0, image-layout.md): `index.json` names one manifest,
that names the configuration and the layers, and every one of these is checked against its digest. So the one digest in
the inventory vouches for all that a host runs, whoever packed the archive and whatever carried it.
"""

import hashlib
import json
import os
import platform
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countynet.errors import BadInput, CountyError, Problem
from countynet.i18n import _
from playbooks.applications.containers import digest
from playbooks.applications.mirror import FOLDER, alone

PART = "images"
NAME = "org.opencontainers.image.ref.name"
"""the annotation with what the image is called"""
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Taken:
    """An image in the mirror."""

    image: str
    """as an application's description names it: name@sha256:..."""
    bytes: int


def add(archive: Path, folder: Path | None = None) -> Taken:
    """Take an OCI archive into the mirror, in place of what it has under that digest. Raises BadInput."""
    folder = folder or FOLDER
    image, problems = read(archive)
    if problems:
        raise BadInput(problems)
    with alone(folder):
        place = _place(image, folder)
        new = place.with_suffix(".new")
        shutil.copyfile(archive, new)
        os.replace(new, place)
        place.with_suffix(".json").write_text(json.dumps({"image": image}), encoding="utf-8")
        return Taken(image, place.stat().st_size)


def remove(image: str, used: Mapping[str, str], folder: Path | None = None) -> Taken:
    """Take an image out of the mirror and return it; `used`: the images that applications name, by application.

    Raises BadInput for one that the mirror does not have, or that an application names: its next deploy would fail.
    """
    folder = folder or FOLDER
    with alone(folder):
        found = [each for each in shown(folder) if image in (each.image, digest(each.image))]
        if not found:
            known = ", ".join(each.image for each in shown(folder)) or "-"
            raise BadInput([Problem(_("the mirror does not have this image"), found=image, wanted=known)])
        if users := [name for name, named in used.items() if digest(named) == digest(found[0].image)]:
            message = _("the image is what {applications} is run from")
            raise BadInput([Problem(message, {"applications": ", ".join(users)}, found=image)])
        place = _place(found[0].image, folder)
        for file in (place.with_suffix(".json"), place):
            file.unlink()
        return found[0]


def files(image: str, folder: Path | None = None) -> dict[str, int]:
    """Return an image's file in the mirror with its size. Raises CountyError where it is not there, or another."""
    place = _place(image, folder or FOLDER)
    if not place.is_file():
        message = _("the mirror does not have the image {image}; take it in: countynet mirror add FILE")
        raise CountyError(message, image=image)
    found, problems = read(place)
    if problems or digest(found) != digest(image):
        message = _("{file} is not the image {image} any more; take that in again: countynet mirror add FILE")
        raise CountyError(message, file=place, image=image)
    return {f"{PART}/{place.name}": place.stat().st_size}


def shown(folder: Path | None = None) -> list[Taken]:
    """Return the images that the mirror has, those taken in first first."""
    places = sorted(((folder or FOLDER) / PART).glob("*.json"), key=lambda place: place.stat().st_mtime_ns)
    found = ((json.loads(place.read_text(encoding="utf-8"))["image"], place.with_suffix(".tar")) for place in places)
    return [Taken(image, file.stat().st_size) for image, file in found if file.is_file()]


def read(archive: Path) -> tuple[str, list[Problem]]:
    """Return what an archive's image is called with its digest, and all that is wrong with the archive."""
    try:
        with tarfile.open(archive, "r:") as tar:
            members = {member.name.removeprefix("./"): member for member in tar if member.isfile()}
            if "index.json" not in members:
                return "", [_not_oci(archive, "manifest.json" in members)]
            return _read(archive, _Blobs(tar, members))
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = _("this cannot be read as an OCI archive")
        return "", [Problem(message, file=str(archive), found=str(error) or type(error).__name__, wanted="oci-archive")]


@dataclass(frozen=True)
class _Blobs:
    tar: tarfile.TarFile
    members: Mapping[str, tarfile.TarInfo]

    def text(self, name: str) -> Any:
        file = self.tar.extractfile(self.members[name])
        assert file
        return json.loads(file.read())

    def wrong(self, digest_: str) -> str:
        """Return what is wrong with a blob: `missing`, its other digest, or nothing."""
        member = self.members.get(_blob(digest_))
        if member is None:
            return "missing"
        file = self.tar.extractfile(member)
        assert file
        found = hashlib.sha256()
        while block := file.read(_BLOCK):
            found.update(block)
        return "" if f"sha256:{found.hexdigest()}" == digest_ else f"sha256:{found.hexdigest()}"


def _read(archive: Path, blobs: _Blobs) -> tuple[str, list[Problem]]:
    manifests = blobs.text("index.json")["manifests"]
    if len(manifests) != 1 or "image.index" in manifests[0].get("mediaType", ""):
        message = _("the archive has more images than one, or none")
        names = ", ".join(m["digest"] for m in manifests)
        return "", [Problem(message, file=str(archive), found=names, wanted=_machine())]
    top = manifests[0]["digest"]
    problems = list(_damaged(archive, blobs, [top]))
    if not problems:
        manifest = blobs.text(_blob(top))
        parts = [manifest["config"]["digest"], *(layer["digest"] for layer in manifest["layers"])]
        problems += _damaged(archive, blobs, parts)
        if _blob(parts[0]) in blobs.members:
            problems += _elsewhere(archive, blobs.text(_blob(parts[0])))
    said = manifests[0].get("annotations", {}).get(NAME, "")
    return f"{_called(said, archive)}@{top}", problems


def _damaged(archive: Path, blobs: _Blobs, digests: list[str]) -> Iterator[Problem]:
    for each in digests:
        if wrong := blobs.wrong(each):
            message = _("a part of the image is not what its digest says")
            yield Problem(message, file=str(archive), where=_blob(each), found=wrong, wanted=each)


def _elsewhere(archive: Path, config: Mapping[str, str]) -> Iterator[Problem]:
    found = f"{config.get('os')}/{config.get('architecture')}"
    if found != _machine():
        yield Problem(_("the image is for other machines"), file=str(archive), found=found, wanted=_machine())


def _not_oci(archive: Path, docker: bool) -> Problem:
    wanted = f"skopeo copy docker-archive:{archive} oci-archive:NEW.tar" if docker else "oci-archive (index.json)"
    found = "docker-archive" if docker else archive.name
    return Problem(_("this is no OCI archive"), file=str(archive), found=found, wanted=wanted)


def _called(said: str, archive: Path) -> str:
    """Return what an image is called: by its annotation, where that is a name and no tag alone; else by its file."""
    name = said.lower() if any(mark in said for mark in "/:") else archive.name.partition(".")[0].lower()
    return "".join(c for c in name if c.isascii() and (c.isalnum() or c in "._/:-")).lstrip("._/:-") or "image"


def _blob(digest_: str) -> str:
    return "blobs/" + digest_.replace(":", "/", 1)


def _machine() -> str:
    return f"linux/{_MACHINES.get(platform.machine(), platform.machine())}"


def _place(image: str, folder: Path) -> Path:
    return folder / PART / f"{digest(image)}.tar"

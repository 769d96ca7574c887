"""An archive is taken in when every part of it is what its digest says; everything that is wrong is told at once."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from countynet.errors import BadInput, CountyError, Problem
from playbooks.applications.mirror import images

CONFIG = {"os": "linux", "architecture": images._machine().partition("/")[2], "rootfs": {"type": "layers"}}


def archive(file: Path, name: str = "", config: object = CONFIG, damage: str = "", images_: int = 1) -> str:
    """Write an OCI archive; `damage`: which part is another than its digest says. Returns the manifest's digest."""
    parts: dict[str, bytes] = {}

    def blob(kind: str, content: bytes) -> dict[str, object]:
        digest = hashlib.sha256(content).hexdigest()
        parts[f"blobs/sha256/{digest}"] = content + (b"!" if damage == kind else b"")
        return {"digest": f"sha256:{digest}", "size": len(content), "mediaType": kind}

    layer = blob("layer", b"a layer")
    manifest = {"schemaVersion": 2, "config": blob("config", json.dumps(config).encode()), "layers": [layer]}
    top = blob("manifest", json.dumps(manifest).encode())
    if name:
        top["annotations"] = {images.NAME: name}
    parts["index.json"] = json.dumps({"manifests": [top] * images_}).encode()
    write(file, parts)
    return str(top["digest"])


def write(file: Path, parts: dict[str, bytes]) -> None:
    with tarfile.open(file, "w") as tar:
        for path, content in parts.items():
            member = tarfile.TarInfo(f"./{path}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def wrong(file: Path) -> list[Problem]:
    with pytest.raises(BadInput) as error:
        images.add(file, file.parent / "mirror")
    assert not list((file.parent / "mirror").glob("images/*"))
    return list(error.value.problems)


@pytest.mark.parametrize(
    ("said", "called"),
    [("", "tickets"), ("latest", "tickets"), ("oa.example/tickets:2.1", "oa.example/tickets:2.1")],
)
def test_it_is_taken_in_under_its_digest_and_found_again(tmp_path: Path, said: str, called: str) -> None:
    digest = archive(tmp_path / "Tickets.oci.tar", said)
    taken = images.add(tmp_path / "Tickets.oci.tar", tmp_path / "mirror")
    assert taken.image == f"{called}@{digest}"
    assert images.add(tmp_path / "Tickets.oci.tar", tmp_path / "mirror") == taken
    assert images.shown(tmp_path / "mirror") == [taken]
    name = digest.removeprefix("sha256:")
    assert images.files(f"any/other:name@{digest}", tmp_path / "mirror") == {f"images/{name}.tar": taken.bytes}


def test_one_that_is_not_there_or_not_the_same_any_more_is_refused(tmp_path: Path) -> None:
    digest = archive(tmp_path / "a.tar")
    with pytest.raises(CountyError, match="the mirror does not have the image a@"):
        images.files(f"a@{digest}", tmp_path / "mirror")
    images.add(tmp_path / "a.tar", tmp_path / "mirror")
    archive(tmp_path / "mirror" / "images" / f"{digest.removeprefix('sha256:')}.tar", damage="layer")
    with pytest.raises(CountyError, match="is not the image a@.* any more"):
        images.files(f"a@{digest}", tmp_path / "mirror")
    images.add(tmp_path / "a.tar", tmp_path / "mirror")
    assert images.files(f"a@{digest}", tmp_path / "mirror")


def test_one_is_taken_out_by_name_or_digest_and_none_that_is_used(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    for name in ("a", "b"):
        archive(tmp_path / f"{name}.tar", f"{name}:1", config={**CONFIG, "author": name})
        images.add(tmp_path / f"{name}.tar", mirror)
    first, second = images.shown(mirror)
    unknown = f"c:1@sha256:{'0' * 64}"
    for image, used in ((first.image, first.image.replace("a:1", "other:name")), (unknown, unknown)):
        with pytest.raises(BadInput) as error:
            images.remove(image, {"tickets": used}, mirror)
        assert [problem.found for problem in error.value.problems] == [image]
    assert images.shown(mirror) == [first, second]
    assert images.remove(first.image, {"tickets": second.image}, mirror) == first
    assert images.remove(second.image.rpartition(":")[2], {}, mirror) == second
    assert (images.shown(mirror), list((mirror / "images").iterdir())) == ([], [])


def test_a_part_that_is_another_is_named_with_everything_else_that_is_wrong(tmp_path: Path) -> None:
    archive(tmp_path / "a.tar", damage="layer", config={"os": "linux", "architecture": "s390x"})
    first, second = wrong(tmp_path / "a.tar")
    layer = hashlib.sha256(b"a layer").hexdigest()
    assert (first.where, first.wanted) == (f"blobs/sha256/{layer}", f"sha256:{layer}")
    assert first.found == f"sha256:{hashlib.sha256(b'a layer!').hexdigest()}"
    assert (second.found, second.wanted) == ("linux/s390x", images._machine())
    archive(tmp_path / "a.tar", damage="manifest")
    assert [problem.message for problem in wrong(tmp_path / "a.tar")] == [first.message]


def test_what_is_no_oci_archive_of_one_image_is_told_with_what_would_be(tmp_path: Path) -> None:
    archive(tmp_path / "two.tar", images_=2)
    (tmp_path / "none.tar").write_bytes(b"no archive" * 100)
    write(tmp_path / "docker.tar", {"manifest.json": b"[]"})
    write(tmp_path / "odd.tar", {"index.json": b'{"manifests": "x"}'})
    two, none, docker, odd = (wrong(tmp_path / f"{name}.tar")[0] for name in ("two", "none", "docker", "odd"))
    assert two.message == "the archive has more images than one, or none"
    assert none.message == odd.message == "this cannot be read as an OCI archive"
    assert docker.wanted.startswith("skopeo copy docker-archive:")

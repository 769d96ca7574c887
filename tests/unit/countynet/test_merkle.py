"""Trees, proofs, tiles and notes are those of the published formats."""

from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest

from countynet.errors import Conflict
from countynet.eventlog import merkle, notes
from countynet.eventlog.tiles import Tiles, leaves, name

# the leaves and roots that Certificate Transparency's own tests have (RFC 6962)
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LEAVES = [merkle.leaf(bytes.fromhex(one)) for one in INPUTS]
MANY = [merkle.leaf(bytes([n])) for n in range(21)]


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_roots_are_those_of_certificate_transparency(size: int, root: str) -> None:
    assert merkle.root(LEAVES[:size]).hex() == root
    assert merkle.Peaks().grown(LEAVES[:1]).grown(LEAVES[1:size]).root.hex() == root


def test_every_proof_holds_and_no_other_does() -> None:
    for size in range(1, len(MANY) + 1):
        whole, root = MANY[:size], merkle.root(MANY[:size])
        for index in range(size):
            path = merkle.inclusion(whole, index)
            assert merkle.included(whole[index], index, size, path, root)
            assert not merkle.included(MANY[(index + 1) % 21], index, size, path, root)
            assert not merkle.included(whole[index], index, size, (*path, root), root)
        for old in range(1, size + 1):
            proof = merkle.consistency(whole, old)
            assert merkle.consistent(old, merkle.root(MANY[:old]), size, root, proof)
            assert not merkle.consistent(old, merkle.root(MANY[1 : old + 1]), size, root, proof) or old == size == 21
            assert not merkle.consistent(old, merkle.root(MANY[:old]), size, root, (*proof, root))
    with pytest.raises(IndexError):
        merkle.consistency(MANY, 22)


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [(0, 256, "tile/0/000"), (1234067, 256, "tile/0/x001/x234/067"), (273, 112, "tile/0/273.p/112")],
)
def test_tiles_are_named_as_published(number: int, width: int, path: str) -> None:
    assert name(0, number, width) == path


def test_a_copy_grows_by_parts_and_is_the_same_tree(tmp_path: Path) -> None:
    entries = [f"sha256:{n:064x}".encode() for n in range(1000)]
    size = 0
    for upto in (3, 255, 256, 700, 1000):
        copy = Tiles(tmp_path, size)
        copy.grow(entries[size:upto])
        copy.close()
        size = upto
        assert copy.peaks == merkle.Peaks().grown(merkle.leaf(one) for one in entries[:upto])
        assert list(leaves(tmp_path, upto)) == [merkle.leaf(one) for one in entries[:upto]]
    assert (tmp_path / "tile/1/000.p/3").stat().st_size == 96
    assert (tmp_path / "tile/entries/003.p/232").read_bytes()[:2] == (71).to_bytes(2, "big")
    assert not (tmp_path / "tile/0/000.p").exists()


def test_a_copy_is_never_written_over_and_a_gone_edge_is_named(tmp_path: Path) -> None:
    first = Tiles(tmp_path)
    first.grow([b"a"] * 300)
    first.close()
    other = Tiles(tmp_path)
    with pytest.raises(Conflict, match="already with other content"):
        other.grow([b"b"] * 300)
    (tmp_path / "tile/0/001.p/44").unlink()
    with pytest.raises(Conflict, match="is gone from the copy"):
        Tiles(tmp_path, 300)


def test_a_note_is_read_out_of_a_mail_and_its_signature_counts_by_its_key() -> None:
    private = notes.new_key()
    checkpoint = notes.Checkpoint(notes.origin("ab" * 32), 7, b"r" * 32, datetime(2026, 3, 1, tzinfo=UTC))
    text = notes.signed(checkpoint, private)
    mail = f"Subject: x\r\n\r\nKeep this.\r\n\r\n{text}\n{text}".replace("\n", "\r\n")
    found = notes.found(mail)
    key = notes.public(checkpoint.origin, private)
    assert [(note.checkpoint, note.text) for note in found] == [(checkpoint, text)] * 2
    assert found[0].by([notes.Key.read(key.text)])
    assert not found[0].by([notes.public(checkpoint.origin, notes.new_key())])
    assert not notes.found(text.replace("\n7\n", "\n8\n"))[0].by([key])
    assert notes.found(text.replace("\n7\n", "\n07\n")) == ()


def test_a_published_checkpoint_is_signed_as_we_sign() -> None:
    """The example of C2SP tlog-checkpoint: its key's number and 64 bytes of signature stand where ours do."""
    line = "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
    assert len(b64decode(line)) == 4 + 64


@pytest.mark.parametrize("text", ["", "a+b", "name+00000000+AQ==", "name+00000000+" + "A" * 44])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        notes.Key.read(text)

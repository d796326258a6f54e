"""What needs the library but no server."""

from __future__ import annotations

import pathlib
import pickle

import numpy as np
import pytest

import oasis
from conftest import needs_library
from oasis import FileFault, Keys, ReceiptError, ReceiptFault, Refused, Snapshot, Tracks

pytestmark = needs_library


def test_a_file_that_is_no_snapshot_is_refused_by_section(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").write_bytes(b"OASISNAPxxxxxxxxxxxxxxxx")
    (tmp_path / "b").write_bytes(b"")
    for name in ("a", "b", "missing"):
        with pytest.raises(FileFault) as fault:
            Snapshot.open(tmp_path / name)
        assert fault.value.field and fault.value.rule


def test_keys_are_parsed_or_refused() -> None:
    Keys.parse("0123456789abcdef" * 4 + "\n")
    Keys.make(1, {7: b"sixteen bytes..."})
    for text in ("", "0" * 63, "g" * 64):
        with pytest.raises(Refused):
            Keys.parse(text)
    for parts in ({}, {256: b"sixteen bytes..."}, {-1: b"sixteen bytes..."}, {1: b"short"}):
        with pytest.raises(Refused):
            Keys.make(1, parts)
    with pytest.raises(Refused):
        Keys.make(-1, {1: b"sixteen bytes..."})


def test_what_is_no_receipt_is_told_apart() -> None:
    keys = Keys.make(1, {7: b"sixteen bytes..."})
    for receipt, fault in (
        ("", ReceiptFault.MALFORMED),
        ("!", ReceiptFault.MALFORMED),
        (b"\x01" + bytes(95), ReceiptFault.UNKNOWN_KEY),
        (b"\x01\x07" + bytes(94), ReceiptFault.FORGED),
        (bytes(200), ReceiptFault.MALFORMED),
    ):
        with pytest.raises(ReceiptError) as raised:
            oasis.verify_receipt(receipt, keys)
        assert raised.value.fault is fault


def test_names_in_one_piece_are_a_sequence_of_names() -> None:
    names = ["a", "bc", "ü", ""]
    tracks = Tracks.of(names)
    assert list(tracks) == names and tracks[-1] == "" and tracks[1:3] == ["bc", "ü"] and len(tracks) == 4
    assert Tracks.of(tracks) is tracks
    with pytest.raises(IndexError):
        tracks[4]
    assert oasis.name_hashes(tracks).tolist() == oasis.name_hashes(names).tolist()
    assert len(set(oasis.name_hashes(names).tolist())) == 4
    with pytest.raises(Refused):
        Tracks(b"abc", np.array([0, 3]))
    with pytest.raises(Refused) as refused:
        oasis.name_hashes(Tracks(b"abc", np.array([0, 4], np.uint32)))
    assert (refused.value.field, refused.value.index) == ("offsets", 1)


def test_exceptions_survive_being_sent_between_processes() -> None:
    for error in (Refused("value", 3, "must be finite"), ReceiptError(ReceiptFault.FORGED, "must hold")):
        copy = pickle.loads(pickle.dumps(error))
        assert type(copy) is type(error) and str(copy) == str(error) and copy.rule == error.rule

"""The sha256 of what a run has read."""

import hashlib

from seqlab.files import sha256


def test_the_sha256_of_a_folder_changes_with_its_names_and_contents(tmp_path):
    for name, content in {"b/x.txt": "one", "a/y.txt": "two"}.items():
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    digests = {name: hashlib.sha256(text).hexdigest() for name, text in {"b/x.txt": b"one", "a/y.txt": b"two"}.items()}
    listed = f"{digests['a/y.txt']}  a/y.txt\n{digests['b/x.txt']}  b/x.txt\n"  # as `sha256sum` lists files
    first = sha256(tmp_path / "set")
    assert first == hashlib.sha256(listed.encode()).hexdigest()
    (tmp_path / "set" / "a" / "y.txt").rename(tmp_path / "set" / "b" / "y.txt")
    moved = sha256(tmp_path / "set")
    (tmp_path / "set" / "b" / "x.txt").write_text("three", encoding="utf-8")
    assert len({first, moved, sha256(tmp_path / "set")}) == 3

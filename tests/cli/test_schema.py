"""`seqlab schema`."""

import json


def test_the_schema_is_printed_or_written(seqlab, tmp_path):
    schema = json.loads(seqlab("schema").output)
    assert schema["$schema"].startswith("https://json-schema.org/")
    path = tmp_path / "schema.json"
    assert seqlab("schema", "--output", str(path)).output.startswith(f"wrote {path}\n")
    assert json.loads(path.read_text()) == schema

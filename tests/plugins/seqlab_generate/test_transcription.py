"""Text from vectors: the translator over frames that lie in files of numpy."""

import numpy as np
import pytest

from seqlab.testing import invoke

PIPELINE = """
name: speech
threads: 1
data: {reader: frames, train: train.txt, dev: train.txt, test: train.txt}
model:
  embedder: {type: features, size: 3}
  encoder: {type: lstm, hidden_size: 24}
  head: {type: translator, decoder: {type: rnn_decoder, hidden_size: 24, embedding_size: 8}}
training: {epochs: 40, batch_size: 6, optimizer: {type: adam, lr: 2e-2}}
evaluation: {metrics: [exact_match], resamples: 100}
"""


@pytest.fixture
def speech(tmp_path):
    """All words of two of three letters; each letter is one channel that sounds for two frames."""
    sounds = {letter: np.repeat(np.eye(3)[[number]], 2, axis=0) for number, letter in enumerate("abc")}
    words = [one + other for one in sounds for other in sounds]
    np.savez(tmp_path / "words.npz", **{word: np.vstack([sounds[letter] for letter in word]) for word in words})
    (tmp_path / "train.txt").write_text("".join(f"words.npz/{word}.npy\t{word}\n" for word in words))
    (tmp_path / "speech.yaml").write_text(PIPELINE)
    return tmp_path


def test_it_learns_to_spell_and_floors_that_read_words_are_left_out(speech):
    run = speech / "run"
    answer = invoke("run", str(speech / "speech.yaml"), "--run-dir", str(run), "threads=1")
    assert answer.code == 0, answer.errors
    assert "most_frequent_target" in answer.output
    assert "nearest_source" not in answer.output
    (speech / "new.txt").write_text("words.npz/cb.npy\nwords.npz/aa.npy\n")
    assert invoke("predict", str(run), str(speech / "new.txt")).output == "cb\naa\n"
    (speech / "new.txt").write_text("words.npz/cb.npy\nwords.npz/zz.npy\n")
    answer = invoke("predict", str(run), str(speech / "new.txt"))
    assert answer.code == 3
    assert "new.txt:2: error[SL496]: there is no file 'words.npz/zz.npy'" in answer.errors
    answer = invoke("predict", str(run), str(speech / "new.txt"), "--input", "text")
    assert answer.code == 6
    assert "error[SL615]: the model reads features, which a text has not" in answer.errors


def test_a_floor_that_reads_words_is_refused_where_there_are_none(speech):
    answer = invoke("validate", str(speech / "speech.yaml"), "evaluation.baselines=[copy]")
    assert answer.code == 2
    assert "error[SL308]: baseline 'copy' reads tokens, but reader 'frames' gives 'features'" in answer.errors

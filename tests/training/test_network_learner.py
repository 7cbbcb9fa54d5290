"""The network learner: the same bits from the same seed, whatever is done between two safe points."""

import math

import numpy as np
import pytest
import torch
from safetensors import safe_open

from seqlab.errors import RunError
from seqlab.interfaces.learner import TrainingState
from seqlab.training.checkpoints import LAST, Checkpoints, Journal

NO_DROPOUT = (
    "model.embedder.dropout=0",
    "model.embedder.word_dropout=0",
    "model.encoder.dropout=0",
    "model.head.dropout=0",
)
BY_FIVE = ("~training.batch_tokens", "training.batch_size=5")
STALLED = (*BY_FIVE, "training.epochs=4", "training.optimizer={type: sgd, lr: 0.1}", "training.average_after=1")
REGULARISED = (
    "model.embedder={type: word, size: 6, dropout: 0.2, variational: true, embedding_dropout: 0.2, sparse: true}",
    "model.encoder={type: lstm, hidden_size: 5, weight_drop: 0.3, activation_penalty: 2, temporal_penalty: 1}",
)
RANDOMISED = ("training.bptt=randomised", "training.bptt_length=3", "training.bptt_probability=0.8")
DEV = (0.5, 0.4, 0.45, 0.6)
"""Dev scores of the epochs: the third is no better than that of more than one epoch before."""
VARIANTS = {
    "tagger": ("tagger", ()),
    "averaged": ("tagger", ("training.average_last=2",)),
    "momentum": ("tagger", ("training.optimizer={type: sgd, lr: 0.1, momentum: 0.9, nesterov: true}",)),
    "plain_sgd": ("tagger", ("training.optimizer={type: sgd, lr: 0.1}",)),
    "plateau": ("tagger", ("training.schedule={type: plateau, patience: 0}",)),
    "warm_cosine": ("tagger", ("training.schedule={type: cosine, warmup_steps: 5}", "training.gradient_clip_norm=0.1")),
    "by_size": ("tagger", ("~training.batch_tokens", "training.batch_size=4")),
    "stream": ("language_model", ()),
    "stream_averaged": ("language_model", ("training.average_last=1", "training.optimizer={type: adamw}")),
    "stalled": ("tagger", STALLED),
    "regularised": ("tagger", REGULARISED),
    "varied_stream": ("language_model", ("training.vary_window=true", "training.window_length=12")),
    "lines": ("language_model", ("~training.window_length",)),
    "truncated": (
        "language_model",
        ("training.bptt=truncated", "training.bptt_length=2", "training.gradient_clip_norm=1"),
    ),
    "randomised": ("language_model", ("training.bptt=randomised", "training.bptt_length=1")),
    "randomised_lines": ("language_model", ("~training.window_length", *RANDOMISED)),
    "ensemble": ("tagger", ("model.ensemble=2", "training.average_last=2", "training.gradient_clip_norm=0.1")),
    "sampled": ("language_model", ("training.sampling_rate=0.5", "model.encoder.weight_drop=0.2")),
}
EVERY_VARIANT = pytest.mark.parametrize("variant", VARIANTS)


@pytest.fixture
def make_variant(make_learner):
    def make(variant: str, *overrides: str):
        pipeline, own = VARIANTS[variant]
        return make_learner(*own, *overrides, pipeline=pipeline)

    return make


def drive(learner, train, until: int | None = None, between=lambda learner: None) -> list:
    """Train up to an update, with the scores of `DEV`."""
    seen = []
    for progress in learner.fit(train, train):
        seen.append(progress)
        between(learner)
        if progress.epoch_ended:
            score, before = DEV[(progress.epoch - 1) % len(DEV)], DEV[: progress.epoch - 1]
            learner.observe({"accuracy": score, "other": 9.0}, score > max(before, default=0))
        if progress.step == until:
            break
    return seen


def assert_same_bits(one: TrainingState, other: TrainingState) -> None:
    assert one.values == other.values
    assert set(one.arrays) == set(other.arrays)
    for name, array in one.arrays.items():
        assert array.dtype == other.arrays[name].dtype, name
        assert array.shape == other.arrays[name].shape, name
        assert array.tobytes() == other.arrays[name].tobytes(), name


def weights(learner) -> np.ndarray:
    return np.concatenate([parameter.detach().numpy().ravel() for parameter in learner.parameters.values()])


# ---------------------------------------------------------------------------------------------- the same bits


@EVERY_VARIANT
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(make_variant, train, variant):
    first, second, other = make_variant(variant), make_variant(variant), make_variant(variant, "seed=14")
    drive(first, train)
    drive(second, train)
    drive(other, train)
    assert_same_bits(first.training_state(), second.training_state())
    assert not np.array_equal(weights(first), weights(other))
    assert not np.array_equal(
        first.training_state().arrays["member.0.random"], other.training_state().arrays["member.0.random"]
    )


@EVERY_VARIANT
def test_what_others_draw_from_torchs_generator_changes_nothing(make_variant, train, variant):
    quiet, among_others = make_variant(variant), make_variant(variant)
    drive(quiet, train)
    torch.manual_seed(999)
    drive(among_others, train, between=lambda learner: torch.rand(7))
    assert_same_bits(quiet.training_state(), among_others.training_state())


@EVERY_VARIANT
def test_a_fresh_learner_goes_on_from_a_checkpoint_to_the_same_bits(make_variant, train, variant, tmp_path):
    whole = make_variant(variant)
    last = drive(whole, train)[-1].step
    expected = whole.training_state()
    epoch = last // whole.settings.epochs
    for cut in (epoch - 1, epoch, epoch + 2, last - epoch, last - 1):
        cut_short = make_variant(variant)
        drive(cut_short, train, until=cut)
        checkpoints = Checkpoints(tmp_path / "checkpoints")
        checkpoints.save(LAST, cut_short.training_state(), Journal())
        torch.manual_seed(cut)
        resumed = make_variant(variant)
        checkpoints.restore(LAST, resumed)
        assert_same_bits(resumed.training_state(), cut_short.training_state())
        drive(resumed, train)
        assert_same_bits(resumed.training_state(), expected)


@EVERY_VARIANT
def test_the_same_learner_goes_back_to_a_snapshot(make_variant, train, variant):
    learner = make_variant(variant)
    drive(learner, train, until=5)
    snapshot = learner.training_state()
    kept = {name: array.copy() for name, array in snapshot.arrays.items()}
    drive(learner, train)
    expected = learner.training_state()
    for name, array in snapshot.arrays.items():
        assert array.tobytes() == kept[name].tobytes(), f"later training changed the snapshot's {name}"
    learner.restore(snapshot)
    assert_same_bits(learner.training_state(), snapshot)
    drive(learner, train)
    assert_same_bits(learner.training_state(), expected)


@EVERY_VARIANT
def test_predictions_and_snapshots_between_updates_change_nothing(make_variant, train, variant):
    quiet, asked = make_variant(variant), make_variant(variant)
    drive(quiet, train)
    drive(asked, train, between=lambda learner: (list(learner.predict(train[:5])), learner.training_state()))
    assert_same_bits(quiet.training_state(), asked.training_state())


def test_restoring_an_average_leaves_the_snapshot_alone(make_variant, train):
    learner = make_variant("averaged")
    last = drive(learner, train, until=None)[-1].step
    learner = make_variant("averaged")
    drive(learner, train, until=last - 3)
    snapshot = learner.training_state()
    kept = {name: array.copy() for name, array in snapshot.arrays.items()}
    learner.restore(snapshot)
    drive(learner, train)
    assert all(np.array_equal(array, kept[name]) for name, array in snapshot.arrays.items())


# -------------------------------------------------------------------------------------------------- an epoch


def test_every_epoch_scores_every_target_once_and_counts_its_updates(make_learner, train):
    learner = make_learner()
    seen = drive(learner, train)
    tokens = sum(len(example.target) for example in train)
    for epoch in range(3):
        of_epoch = [progress for progress in seen if progress.epoch - progress.epoch_ended == epoch]
        assert sum(progress.targets for progress in of_epoch) == tokens
        assert [progress.epoch_ended for progress in of_epoch] == [False] * (len(of_epoch) - 1) + [True]
    assert [progress.step for progress in seen] == list(range(1, len(seen) + 1))


def test_the_share_rises_evenly_to_one(make_learner, train):
    seen = drive(make_learner(*BY_FIVE, "training.epochs=2"), train)
    assert [progress.share for progress in seen] == pytest.approx([step / 10 for step in range(1, 11)])


def test_max_steps_shortens_the_schedule(make_learner, train):
    learner = make_learner(*BY_FIVE, "training.max_steps=4", "training.schedule=linear_decay")
    seen = drive(learner, train, until=4)
    assert [progress.share for progress in seen] == [0.25, 0.5, 0.75, 1]
    assert [progress.values["learning_rate"] for progress in seen] == pytest.approx([1e-2, 7.5e-3, 5e-3, 2.5e-3])


def test_the_learning_rate_falls_to_its_end_over_all_updates(make_learner, train):
    seen = drive(make_learner(*BY_FIVE, "training.epochs=2", "training.schedule=linear_decay"), train)
    assert [progress.values["learning_rate"] for progress in seen] == pytest.approx(
        [1e-2 * (1 - n / 10) for n in range(10)]
    )


def test_it_learns(make_learner, train):
    learner = make_learner(*NO_DROPOUT, "training.epochs=40")
    seen = drive(learner, train)
    assert seen[-1].loss < 0.3 * seen[0].loss
    golds = [tag for example in train for tag in example.target.items]
    said = [tag for prediction in learner.predict(train) for tag in prediction.tags]
    assert np.mean([gold == tag for gold, tag in zip(golds, said, strict=True)]) > 0.9


def test_the_loss_is_a_mean_per_target(make_learner, train):
    """Before the first update every tag is about as likely as every other."""
    progress = next(make_learner(*NO_DROPOUT).fit(train, train))
    assert progress.loss == pytest.approx(math.log(3), rel=0.15)


def test_a_carried_state_is_carried(make_learner, train):
    carried, cut = (
        make_learner(f"training.carry_state={each}", pipeline="language_model") for each in ("true", "false")
    )
    seen, other = drive(carried, train, until=4), drive(cut, train, until=4)
    assert seen[0].loss == other[0].loss
    assert seen[1].loss != other[1].loss
    assert set(carried.carried["main"]) == {"hidden", "cell"}
    assert not any(tensor.requires_grad for tensor in carried.carried["main"].values())
    assert cut.carried == {}


def test_a_stream_starts_afresh_with_every_epoch(make_learner, train):
    learner = make_learner("training.epochs=1", pipeline="language_model")
    drive(learner, train)
    assert learner.carried == {}


def test_varied_windows_are_other_ones_in_each_epoch_and_cover_the_stream(make_learner, train):
    learner = make_learner(
        "training.vary_window=true", "training.window_length=20", "training.batch_size=1", pipeline="language_model"
    )
    seen = drive(learner, train)
    epochs = [
        [progress.targets for progress in seen if progress.epoch - progress.epoch_ended == epoch] for epoch in (0, 1)
    ]
    tokens = sum(len(example.target) + 1 for example in train)
    assert [sum(lengths) for lengths in epochs] == [tokens, tokens]
    assert epochs[0] != epochs[1]
    assert all(5 <= length <= 40 for lengths in epochs for length in lengths[:-1])


def test_the_learning_rate_of_a_window_goes_with_its_length(make_learner, train):
    learner = make_learner(
        "training.vary_window=true", "training.window_length=20", "training.batch_size=1", pipeline="language_model"
    )
    seen = drive(learner, train)
    rates = [progress.values["learning_rate"] for progress in seen]
    assert rates == pytest.approx([1e-2 * progress.targets / 20 for progress in seen], rel=1e-12)
    assert len(set(rates)) > 5


# ------------------------------------------------------------------------------------------------- gradients


def first_gradient(learner, train) -> tuple[np.ndarray, float | None]:
    """The gradient that the first update takes, and the norm that it tells."""
    caught = []
    step = learner.members[0].optimizer.step

    def watched():
        caught.append(np.concatenate([p.grad.numpy().ravel().copy() for p in learner.parameters.values()]))
        step()

    learner.members[0].optimizer.step = watched
    progress = next(learner.fit(train, train))
    return caught[0].astype(np.float64), progress.values.get("gradient_norm")


def test_clipping_by_norm_keeps_the_direction(make_learner, train):
    plain, unsaid = first_gradient(make_learner(), train)
    norm = np.linalg.norm(plain)
    assert unsaid is None
    for limit in (norm / 10, norm * 10):
        clipped, said = first_gradient(make_learner(f"training.gradient_clip_norm={limit}"), train)
        assert said == pytest.approx(norm, rel=1e-5)
        assert np.linalg.norm(clipped) <= limit * (1 + 1e-6)
        np.testing.assert_allclose(clipped, plain * min(1, limit / norm), rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("which", ["activation_penalty", "temporal_penalty"])
def test_the_penalty_of_an_encoder_is_in_the_gradient_and_not_in_the_loss(make_learner, train, which):
    plain, _ = first_gradient(make_learner(*NO_DROPOUT), train)
    once, _ = first_gradient(make_learner(*NO_DROPOUT, f"model.encoder.{which}=1"), train)
    twice, _ = first_gradient(make_learner(*NO_DROPOUT, f"model.encoder.{which}=2"), train)
    assert np.linalg.norm(once - plain) > 1e-3
    np.testing.assert_allclose(twice - plain, 2 * (once - plain), rtol=1e-3, atol=1e-7)
    losses = [
        next(make_learner(*NO_DROPOUT, f"model.encoder.{which}={price}").fit(train, train)).loss for price in (0, 2)
    ]
    assert losses[0] == losses[1]


def test_clipping_by_value_bounds_every_element(make_learner, train):
    plain, _ = first_gradient(make_learner(), train)
    limit = float(np.quantile(np.abs(plain), 0.9))
    clipped, _ = first_gradient(make_learner(f"training.gradient_clip_value={limit}"), train)
    np.testing.assert_allclose(clipped, np.clip(plain, -limit, limit), rtol=1e-6)


def test_every_parameter_is_trained(make_learner, train):
    learner = make_learner()
    before = {name: parameter.detach().clone() for name, parameter in learner.parameters.items()}
    drive(learner, train, until=3)
    assert [name for name, parameter in learner.parameters.items() if torch.equal(before[name], parameter)] == []


def test_a_loss_that_is_no_number_names_the_batch(make_learner, train):
    learner = make_learner()
    with torch.no_grad():
        learner.parameters["head.projection.weight"][0, 0] = float("nan")
    with pytest.raises(RunError, match="the loss is not a finite number at update 1") as caught:
        next(learner.fit(train, train))
    problem = caught.value.problems[0]
    assert problem.code == "SL608"
    assert "train.conllu:" in problem.notes[0]


def test_a_rate_that_is_far_too_large_is_told_to_be_one(make_learner, train):
    learner = make_learner("training.optimizer.lr=1e38")
    with pytest.raises(RunError, match="not a finite number at update") as caught:
        drive(learner, train)
    assert caught.value.problems[0].code == "SL608"
    assert any("training.optimizer.lr" in note for note in caught.value.problems[0].notes)


def test_a_gradient_that_is_no_number_is_stopped_before_it_reaches_the_weights(make_learner, train, monkeypatch):
    learner = make_learner("training.gradient_clip_norm=1", pipeline="language_model")
    loss, before = learner.network.head.loss, weights(learner)

    def with_a_broken_slope(encoded, batch):
        found = loss(encoded, batch)
        return type(found)(found.sum + (0 * encoded.encodings["main"].states).sum().sqrt(), found.count)

    monkeypatch.setattr(learner.network.head, "loss", with_a_broken_slope)
    with pytest.raises(RunError, match="the gradient is not a finite number at update 1") as caught:
        next(learner.fit(train, train))
    assert "a window of the stream" in caught.value.problems[0].notes[0]
    assert np.array_equal(weights(learner), before)


# ------------------------------------------------------------------------------------------ weights and files


def test_averaged_weights_are_the_mean_over_the_updates_of_the_last_epochs(make_learner, train, tmp_path):
    learner = make_learner("training.average_last=2")
    after_each = []
    seen = drive(learner, train, between=lambda learner: after_each.append(weights(learner).astype(np.float64)))
    kept = [each for progress, each in zip(seen, after_each, strict=True) if progress.epoch - progress.epoch_ended >= 1]
    mean = np.mean(kept, axis=0)
    learner.save(tmp_path)
    assert np.array_equal(weights(learner), after_each[-1].astype(np.float32))
    assert not np.allclose(after_each[-1], mean, rtol=1e-3)
    loaded = make_learner("training.average_last=2")
    loaded.load(tmp_path)
    np.testing.assert_allclose(weights(loaded), mean, rtol=1e-5, atol=1e-6)
    assert list(loaded.predict(train)) == list(learner.predict(train))


def test_before_the_last_epochs_nothing_is_averaged(make_learner, train):
    learner = make_learner("training.average_last=1")
    drive(learner, train, between=lambda learner: None, until=4)
    assert (learner.average.updates, learner.average.mean) == (0, [])


def test_after_a_stall_the_weights_of_every_later_update_are_averaged(make_learner, train, tmp_path):
    """Five updates an epoch; dev stalls after the third, so the mean is over the fourth."""
    learner = make_learner(*STALLED)
    after_each = []
    seen = drive(learner, train, between=lambda learner: after_each.append(weights(learner).astype(np.float64)))
    assert [progress.values.get("averaged") for progress in seen] == [None] * 15 + [1, 2, 3, 4, 5]
    learner.save(tmp_path)
    loaded = make_learner(*STALLED)
    loaded.load(tmp_path)
    np.testing.assert_allclose(weights(loaded), np.mean(after_each[15:], axis=0), rtol=1e-5, atol=1e-6)
    assert list(loaded.predict(train)) == list(learner.predict(train))
    assert np.array_equal(weights(learner), after_each[-1].astype(np.float32))


def test_until_the_stall_the_last_weights_are_scored(make_learner, train):
    learner, plain = make_learner(*STALLED), make_learner(*STALLED, "~training.average_after")
    for each in (learner, plain):
        drive(each, train, until=15)
    assert list(learner.predict(train)) == list(plain.predict(train))
    assert np.array_equal(weights(learner), weights(plain))
    for each in (learner, plain):
        drive(each, train)
    assert list(learner.predict(train)) != list(plain.predict(train))
    assert np.array_equal(weights(learner), weights(plain))  # what is trained is not the mean


@EVERY_VARIANT
def test_a_saved_model_predicts_the_same_when_it_is_loaded(make_variant, train, variant, tmp_path):
    learner, fresh = make_variant(variant), make_variant(variant)
    drive(learner, train)
    learner.save(tmp_path)
    expected = list(learner.predict(train))
    assert list(fresh.predict(train)) != expected
    fresh.load(tmp_path)
    assert list(fresh.predict(train)) == expected
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".yaml"] == ["model.safetensors"]


def test_a_tied_tensor_is_saved_once_and_tied_again(make_learner, train, tmp_path):
    learner, fresh = (make_learner(pipeline="language_model") for _ in range(2))
    drive(learner, train, until=3)
    learner.save(tmp_path)
    with safe_open(tmp_path / "model.safetensors", "pt") as file:
        names = set(file.keys())
        seen = file.get_tensor("head.output.seen")
    assert "inputs.main.embedders.0.vectors" in names
    assert "head.output.weight" not in names
    assert seen.shape == ()
    assert seen.item() == 3
    fresh.load(tmp_path)
    assert fresh.network.head.output.weight is fresh.network.inputs["main"].shared[0].vectors
    assert torch.equal(fresh.network.head.output.weight, learner.network.head.output.weight)
    assert fresh.network.head.output.seen.item() == 3
    assert sum(learner.sizes().values()) == sum(parameter.numel() for parameter in learner.network.parameters())


def test_weights_of_another_size_do_not_fit(make_learner, train):
    state = make_learner("model.encoder.hidden_size=4").training_state()
    with pytest.raises(ValueError, match="has the shape"):
        make_learner().restore(state)
    with pytest.raises(KeyError):
        make_learner(pipeline="language_model").restore(state)


# ------------------------------------------------------------------------------------------------ predictions


def flat(predictions) -> list[tuple[tuple[str, ...], tuple[float, ...]]]:
    return [(prediction.tags, prediction.probabilities) for prediction in predictions]


def test_a_prediction_does_not_hang_on_its_neighbours(make_learner, train, monkeypatch):
    learner = make_learner()
    drive(learner, train)
    together = flat(learner.predict(train))
    alone = [flat(learner.predict([example]))[0] for example in train]
    backwards = flat(learner.predict(train[::-1]))[::-1]
    monkeypatch.setattr("seqlab.training.network_learner.PREDICTION_CHUNK", 7)
    in_chunks = flat(learner.predict(train))
    for others in (alone, backwards, in_chunks):
        assert [tags for tags, _ in others] == [tags for tags, _ in together]
        for (_, one), (_, other) in zip(others, together, strict=True):
            assert one == pytest.approx(other, rel=1e-5)


def test_predictions_need_no_targets_and_do_not_look_at_them(make_learner, train):
    from dataclasses import replace

    learner = make_learner()
    assert flat(learner.predict([replace(example, target=None) for example in train])) == flat(learner.predict(train))


def test_no_examples_have_no_predictions(make_learner):
    assert list(make_learner().predict([])) == []

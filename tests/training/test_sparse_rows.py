"""Tables whose gradient holds only the rows that were read: the optimizers, clipping, and resuming to the same bits."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from seqlab import SparseRows
from seqlab.errors import PipelineError
from seqlab.training.checkpoints import LAST, Checkpoints, Journal
from seqlab.training.gradients import clip_norm, clip_value
from seqlab.training.optimizers import adam, adamw, sgd
from seqlab.training.settings import AdamSettings, AdamWSettings, SGDSettings

ADAM = {"lr": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}
READ = [[0, 3, 3], [3, 1, 1], [5, 0, 3]]
"""Rows that three batches read: twice in one batch, never (2, 4), and again after a while."""


def table(kind=SparseRows) -> nn.Parameter:
    return kind(torch.randn(6, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64))


def factors() -> torch.Tensor:
    return torch.randn(3, 4, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


def read(rows, of: nn.Parameter, dense: nn.Parameter | None = None) -> None:
    """Leaves gradients on the table, and on a dense parameter beside it."""
    vectors = functional.embedding(torch.tensor(rows), of, sparse=isinstance(of, SparseRows))
    loss = (vectors.sin() * factors()).sum()
    if dense is not None:
        loss = loss + (vectors @ dense).square().sum()
    loss.backward()


def trained(make, of: nn.Parameter, batches=READ) -> torch.Tensor:
    optimizer = make([of])
    for rows in batches:
        optimizer.zero_grad(set_to_none=True)
        read(rows, of)
        optimizer.step()
    return of.detach()


def test_the_mark_is_a_parameter_with_a_sparse_gradient():
    of = table()
    read(READ[0], of)
    assert isinstance(of, nn.Parameter)
    assert of.grad.is_sparse
    assert type(of + 0) is torch.Tensor


# ------------------------------------------------------------------------------------------------ the optimizers


def test_lazy_adam_is_torchs_sparse_adam():
    ours = trained(lambda of: adam(AdamSettings(**ADAM), of), table())
    theirs = trained(lambda of: torch.optim.SparseAdam(of, lr=0.05, betas=(0.8, 0.95), eps=1e-3), table())
    torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-14)
    assert torch.equal(ours[[2, 4]], table()[[2, 4]].detach())


def test_adamw_without_decay_is_lazy_adam():
    ours = trained(lambda of: adamw(AdamWSettings(**ADAM, weight_decay=0.0), of), table())
    assert torch.equal(ours, trained(lambda of: adam(AdamSettings(**ADAM), of), table()))


def test_sparse_and_dense_sgd_are_the_same():
    settings = SGDSettings(lr=0.1)
    ours = trained(lambda of: sgd(settings, of), table())
    torch.testing.assert_close(ours, trained(lambda of: sgd(settings, of), table(nn.Parameter)), rtol=1e-12, atol=0)
    assert not torch.equal(ours, table().detach())


@pytest.mark.parametrize("make, settings", [(adam, AdamSettings(**ADAM)), (sgd, SGDSettings(lr=0.05))])
def test_dense_parameters_beside_a_sparse_table_are_updated_as_ever(make, settings):
    """The dense one alone, given the gradients that it has beside the table."""
    of, beside = table(), nn.Parameter(torch.ones(4, 2, dtype=torch.float64))
    alone = nn.Parameter(beside.detach().clone())
    both, one = make(settings, [of, beside]), make(settings, [alone])
    for rows in READ:
        both.zero_grad(set_to_none=True)
        read(rows, of, beside)
        alone.grad = beside.grad.clone()
        both.step()
        one.step()
        assert of.grad.is_sparse  # it stands where it stood
    assert torch.equal(beside, alone)
    assert not torch.equal(of, table())


def test_a_table_that_an_output_layer_shares_has_a_dense_gradient_and_is_updated_as_any_other():
    def shared(of, batches=READ):
        optimizer = adam(AdamSettings(**ADAM), [of])
        for rows in batches:
            optimizer.zero_grad(set_to_none=True)
            read(rows, of)
            of.cos().sum().backward()
            optimizer.step()
        return of.detach()

    torch.testing.assert_close(shared(table()), shared(table(nn.Parameter)), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    "make, settings, setting",
    [
        (adam, AdamSettings(weight_decay=0.1), "weight_decay"),
        (adamw, AdamWSettings(), "weight_decay"),
        (sgd, SGDSettings(weight_decay=0.1), "weight_decay"),
        (sgd, SGDSettings(momentum=0.9), "momentum"),
    ],
)
def test_what_would_change_every_row_is_refused(make, settings, setting):
    make(settings, [table(nn.Parameter)])
    with pytest.raises(PipelineError, match=f"SL312.*'{setting}'"):
        make(settings, [table()])


# ----------------------------------------------------------------------------------------------------- clipping


def gradients(kind, limit: float, clip) -> tuple[list[np.ndarray], float | None]:
    of, beside = table(kind), nn.Parameter(torch.ones(4, 2, dtype=torch.float64))
    read(READ[1], of, beside)
    said = clip([of, beside, nn.Parameter(torch.ones(3))], limit)
    return [(each.grad.to_dense() if each.grad.is_sparse else each.grad).numpy() for each in (of, beside)], said


@pytest.mark.parametrize("share", [0.1, 0.7, 10])
def test_the_norm_counts_every_row_once_and_clips_all_alike(share):
    plain, norm = gradients(SparseRows, float("inf"), clip_norm)
    assert norm == pytest.approx(np.sqrt(sum((each**2).sum() for each in plain)), rel=1e-12)
    clipped, said = gradients(SparseRows, share * norm, clip_norm)
    assert said == norm
    for ours, whole, dense in zip(clipped, plain, gradients(nn.Parameter, share * norm, clip_norm)[0], strict=True):
        np.testing.assert_allclose(ours, whole * min(1, share), rtol=1e-5)
        np.testing.assert_allclose(ours, dense, rtol=1e-12)


def test_clipping_is_that_of_torch_to_the_bit_where_all_is_dense():
    ours, theirs = (nn.Parameter(torch.randn(50, generator=torch.Generator().manual_seed(3))) for _ in range(2))
    for each in (ours, theirs):
        each.square().sum().backward()
    assert clip_norm([ours], 0.3) == float(nn.utils.clip_grad_norm_([theirs], 0.3))
    assert torch.equal(ours.grad, theirs.grad)


def test_values_are_bounded_after_the_rows_that_were_read_twice_are_added():
    plain, _ = gradients(nn.Parameter, float("inf"), clip_value)
    limit = float(np.quantile(np.abs(plain[0][plain[0] != 0]), 0.5))
    for ours, whole in zip(gradients(SparseRows, limit, clip_value)[0], plain, strict=True):
        np.testing.assert_allclose(ours, np.clip(whole, -limit, limit), rtol=1e-12)


def test_a_gradient_that_is_no_number_is_seen_in_a_row():
    of = table()
    read(READ[0], of)
    of.grad = of.grad * float("nan")
    assert np.isnan(clip_norm([of], 1.0))


# -------------------------------------------------------------------------------------------------- a whole model


SPARSE = ("model.embedder.sparse=true", "training.gradient_clip_norm=0.5")
NO_DROPOUT = ("model.embedder.dropout=0", "model.encoder.dropout=0", "model.head.dropout=0")
OPTIMIZERS = pytest.mark.parametrize("optimizer", ["{type: adam, lr: 1e-2}", "{type: sgd, lr: 0.1}"])


def drive(learner, train, until: int | None = None) -> list[float]:
    losses = []
    for progress in learner.fit(train, train):
        losses.append(progress.loss)
        if progress.step == until:
            break
    return losses


@OPTIMIZERS
def test_a_learner_goes_on_from_a_checkpoint_to_the_same_bits(make_learner, train, tmp_path, optimizer):
    more = (*SPARSE, f"training.optimizer={optimizer}", "training.average_last=1")
    whole = make_learner(*more)
    drive(whole, train)
    expected = whole.training_state()
    for cut in (1, 4, whole.step - 1):
        cut_short, resumed = make_learner(*more), make_learner(*more)
        drive(cut_short, train, until=cut)
        checkpoints = Checkpoints(tmp_path / f"checkpoints-{cut}")
        checkpoints.save(LAST, cut_short.training_state(), Journal())
        checkpoints.restore(LAST, resumed)
        drive(resumed, train)
        found = resumed.training_state()
        assert found.values == expected.values
        assert set(found.arrays) == set(expected.arrays)
        assert [name for name in found.arrays if found.arrays[name].tobytes() != expected.arrays[name].tobytes()] == []


def test_sgd_goes_the_way_of_the_dense_table(make_learner, train):
    plain = ("training.optimizer={type: sgd, lr: 0.1}", "training.gradient_clip_norm=0.5")
    sparse, dense = make_learner(*SPARSE, *plain[:1]), make_learner(*plain)
    assert drive(sparse, train) == pytest.approx(drive(dense, train), rel=1e-4)


def test_adam_moves_the_rows_of_a_batch_and_no_others(make_learner, train):
    learner = make_learner(*SPARSE, "training.batch_size=2", "~training.batch_tokens")
    name = "inputs.main.embedders.0.vectors"
    assert isinstance(learner.parameters[name], SparseRows)
    before = learner.parameters[name].detach().clone()
    caught = []
    step = learner.members[0].optimizer.step

    def watched():
        caught.append(learner.parameters[name].grad.coalesce().indices()[0].tolist())
        step()

    learner.members[0].optimizer.step = watched
    drive(learner, train, until=1)
    moved = (learner.parameters[name].detach() != before).any(dim=1).nonzero().flatten().tolist()
    assert moved == caught[0]
    assert 0 < len(moved) < len(before)


def test_a_model_learns_with_sparse_rows(make_learner, train):
    losses = drive(make_learner(*SPARSE, *NO_DROPOUT, "training.epochs=40"), train)
    assert losses[-1] < 0.5 * losses[0]

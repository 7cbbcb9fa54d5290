import subprocess
import sys

from seqlab.evaluation import components
from seqlab.registry import Registrar, Registry

BLOCKED = """
import sys
for name in ("torch", "numpy", "sklearn", "pydantic", "jinja2"):
    sys.modules[name] = None
import {modules}
"""


def registry():
    found = Registry()
    components.seqlab_register_components(Registrar(found, "seqlab"))
    return found


def test_every_component_can_be_loaded_and_built():
    found = registry()
    assert found.names("metric") == ["accuracy", "macro_f1", "mae", "micro_f1", "mse"]
    assert found.names("baseline") == ["mean", "most_frequent_class", "stratified"]
    for component in found:
        built = found.build(found.part(component.kind, component.name))
        assert component.summary
        if component.kind == "metric":
            assert built.names[0] == component.name
        of_numbers = component.name in ("mse", "mae", "mean")
        assert set(component.settings_class().targets) == ({"number"} if of_numbers else {"tags", "labels"})


def test_validation_needs_neither_torch_nor_numpy():
    modules = (
        "seqlab.evaluation.components, seqlab.evaluation.settings, seqlab.evaluation.verdict, seqlab.report.sections, "
        "seqlab_tagger, seqlab_tagger.settings"
    )
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED.format(modules=modules)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr

"""One execution of a pipeline, from its first step to its last."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from seqlab.config.resolved import ResolvedPipeline
from seqlab.data.load import load_dataset
from seqlab.data.vocabulary import fit_vocabularies
from seqlab.errors import DataError
from seqlab.evaluation.choice import chosen_baselines, chosen_controls, chosen_metrics
from seqlab.evaluation.metrics_json import as_json
from seqlab.evaluation.scoring import Scorer
from seqlab.evaluation.slices import TrainWords
from seqlab.files import write_json_atomically
from seqlab.interfaces.baseline import Baseline
from seqlab.interfaces.context import Context
from seqlab.interfaces.control import Control
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.diagnosis import Diagnosis
from seqlab.interfaces.evaluation import Evaluation, Judged, Predictions, Scores
from seqlab.interfaces.learner import Learner
from seqlab.interfaces.moments import Floor, ReportData, RunStart
from seqlab.interfaces.reader import Reader
from seqlab.interfaces.records import Dataset, Example
from seqlab.plugins import Plugins
from seqlab.runs.claim import choose_folder, claim, fix_threads
from seqlab.runs.folder import RunFolder
from seqlab.runs.manifest import check_same_data, make_manifest
from seqlab.runs.predictions import write_predictions
from seqlab.runs.saved_model import build_learner, make_context, save_model
from seqlab.runs.variants import Variants
from seqlab.training.checkpoints import LAST, Checkpoints
from seqlab.training.loop import Outcome, train
from seqlab.training.processes import use_threads

DRY_RUN_STEPS = 2


@dataclass(frozen=True, slots=True)
class Request:
    """What `seqlab run` was asked for.

    Args:
        resolved: The pipeline.
        folder: Where to run; None for a new folder under `runs/`, or with `resume` the newest unfinished one.
        resume: Go on from the last checkpoint.
        dry_run: Two updates, and nothing is written.
        command: The command line, for the manifest.
        write_report: Writes report and card at the end.
    """

    resolved: ResolvedPipeline
    folder: Path | None = None
    resume: bool = False
    dry_run: bool = False
    command: Sequence[str] = ()
    write_report: Callable[[ReportData, Plugins], None] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a run ended with.

    Args:
        folder: Its folder; None for a dry run.
        evaluation: All scores; None for a dry run.
        outcome: How training went.
    """

    folder: Path | None
    evaluation: Evaluation | None
    outcome: Outcome


def execute(request: Request, plugins: Plugins) -> Result:
    """Run a pipeline.

    Raises:
        DataError: If the data is missing or broken.
        RunError: If the folder is in use, another pipeline's, or cannot be written.
        seqlab.training.loop.Interrupted: After Ctrl-C; the checkpoint is written.
    """
    folder = None
    with ExitStack() as stack:
        if not request.dry_run:
            folder = choose_folder(request.folder, request.resolved.pipeline.name, request.resume)
            stack.enter_context(folder.held())
        resolved = fix_threads(request.resolved, folder, plugins)
        resumed = folder is not None and claim(folder, resolved, request.resume, plugins)
        try:
            return _Run(replace(request, resolved=resolved), plugins, folder, resumed).go()
        except DataError:
            if folder is not None and not folder.manifest.is_file():
                folder.discard()
            raise


class _Run:
    """The steps of one execution, in their order."""

    def __init__(self, request: Request, plugins: Plugins, folder: RunFolder | None, resumed: bool) -> None:
        self.request = request
        self.plugins = plugins
        self.registry = plugins.registry
        self.hook = plugins.hook
        self.folder = folder
        self.pipeline = request.resolved.pipeline
        self.start = RunStart(
            name=self.pipeline.name,
            folder=None if folder is None else folder.path,
            seed=self.pipeline.seed,
            threads=int(self.pipeline.threads or 1),
            resumed=resumed,
        )

    def go(self) -> Result:
        """Read, fit the floor, train, score, compare, report."""
        use_threads(self.start.threads)
        self.hook.seqlab_run_start(run=self.start)
        data = self._read()
        head = self.pipeline.model.settings.head_settings
        vocabularies = fit_vocabularies(data.train, head, self.pipeline.data.vocabulary)
        context = make_context(self.request.resolved, self.plugins, vocabularies)
        scorer = Scorer(
            metrics=[self.registry.build(part) for part in chosen_metrics(self.pipeline, self.registry)],
            seed=context.seed_for("bootstrap"),
            resamples=self.pipeline.evaluation.resamples,
            vocabulary=vocabularies.target if head.target == "next_token" else None,
        )
        baselines = self._fit_floor(data, context, scorer)
        learner = build_learner(self.request.resolved, self.plugins, vocabularies)
        self.hook.seqlab_model_built(learner=learner)
        outcome = self._train(learner, data, scorer)
        evaluation = None
        if self.folder is not None:
            learner.calibrate(data.dev)
            save_model(self.folder.model, learner, vocabularies, self.request.resolved)
            words = TrainWords(data.train)
            variants = Variants(self.pipeline, self.registry, learner, baselines)
            variants.fit(data.dev)
            variants.save(self.folder)
            dev, test = (
                None if split is None else self._predict(learner, baselines, variants, split, words, context)
                for split in (data.dev, data.test)
            )
            assert dev is not None
            evaluation = scorer.evaluate(dev, test)
            if self.pipeline.evaluation.samples.judges:
                evaluation = replace(evaluation, judged=self._judge(learner, baselines, data, context))
            self.hook.seqlab_evaluate_end(evaluation=evaluation)
            diagnosis = self._diagnose(self.folder, learner, data)
            self._write(self.folder, evaluation, test or dev, outcome, diagnosis)
        self.hook.seqlab_run_end(run=self.start, evaluation=evaluation)
        return Result(self.start.folder, evaluation, outcome)

    def _read(self) -> Dataset:
        """Read and check the data, and write the manifest of a run that begins."""
        head = self.pipeline.model.settings.head_settings
        data = load_dataset(self.pipeline.data, head, self.pipeline.seed, self.registry.build)
        if self.folder is not None:
            check_same_data(self.folder, data.files)
            if not self.folder.manifest.is_file():
                command, seed, threads = self.request.command, self.start.seed, self.start.threads
                self.folder.write_manifest(make_manifest(self.plugins, seed, threads, data.files, command))
        self.hook.seqlab_data_ready(data=data)
        return data

    def _fit_floor(self, data: Dataset, context: Context, scorer: Scorer) -> Mapping[str, Baseline]:
        """Fit and score every baseline before there is a model."""
        fitted: dict[str, Baseline] = {}
        scores: dict[str, Scores] = {}
        seconds: dict[str, float] = {}
        for key, part in chosen_baselines(self.pipeline, self.registry).items():
            start = time.perf_counter()
            baseline: Baseline = self.registry.build(part)
            baseline.fit(data.train, data.dev, context)
            scores[key] = Scores(scorer.score(data.dev, list(baseline.predict(data.dev))))
            seconds[key] = time.perf_counter() - start
            fitted[key] = baseline
            if self.folder is not None:
                home = self.folder.baselines / key
                home.mkdir(parents=True, exist_ok=True)
                baseline.save(home)
        floor = Floor(scorer.primary, scorer.percent, scores, seconds, scorer.coverage(data.dev))
        self.hook.seqlab_floor_ready(floor=floor)
        return fitted

    def _train(self, learner: Learner, data: Dataset, scorer: Scorer) -> Outcome:
        """Train, from the last checkpoint where there is one."""
        from seqlab.runs.samples import Samples  # it brings torch

        settings = self.pipeline.training
        checkpoints = Checkpoints(None if self.folder is None else self.folder.checkpoints)
        journal = None
        if self.folder is None:
            settings = replace(settings, max_steps=min(DRY_RUN_STEPS, settings.max_steps or DRY_RUN_STEPS))
        else:
            journal = checkpoints.restore(LAST, learner)
            self.folder.cut_log(journal.log_lines if journal else 0)
        return train(
            learner,
            data,
            settings,
            checkpoints,
            score=lambda trained: scorer.score(data.dev, list(trained.predict(data.dev))),
            higher_is_better=scorer.higher_is_better,
            hook=self.hook,
            log=self._log,
            journal=journal,
            sample=Samples(self.pipeline, self.registry) if self.folder is not None else lambda *_: None,
        )

    def _log(self, record: Mapping[str, object]) -> None:
        if self.folder is not None:
            self.folder.append_log(record)
        self.hook.seqlab_log(record=record)

    def _predict(
        self,
        learner: Learner,
        baselines: Mapping[str, Baseline],
        variants: Variants,
        examples: Sequence[Example],
        words: TrainWords,
        context: Context,
    ) -> Predictions:
        """What the model says of a split, what baselines and variants do, and what the model says of it perturbed."""
        controls: dict[str, Control] = {
            key: self.registry.build(part) for key, part in chosen_controls(self.pipeline, self.registry).items()
        }
        return Predictions(
            examples=examples,
            model=list(learner.predict(examples)),
            baselines={key: list(baseline.predict(examples)) for key, baseline in baselines.items()},
            controls={
                key: list(learner.predict(control.perturb(examples, context.seed_for(f"control/{key}"))))
                for key, control in controls.items()
            },
            variants=variants.predict(examples),
            slices=words.slices(examples),
        )

    def _judge(self, learner: Learner, baselines: Mapping[str, Baseline], data: Dataset, context: Context) -> Judged:
        """Let the systems write, and judge their texts."""
        from seqlab.runs.judged import judge_texts  # it brings torch, which must know the threads before

        assert isinstance(data.train, Corpus)
        reader: Reader = self.registry.build(self.pipeline.data.reader)
        return judge_texts(self.pipeline.evaluation.samples, learner, baselines, data.train, reader, context)

    def _diagnose(self, folder: RunFolder, learner: Learner, data: Dataset) -> Diagnosis | None:
        """Look at the gradients of the trained model, where the pipeline says so."""
        if self.pipeline.diagnose is None:
            return None
        from seqlab.runs.diagnose import diagnose, save_diagnosis  # it brings torch

        diagnosis = diagnose(learner, data.dev, self.pipeline.diagnose, folder.log_lines(), trained=True)
        save_diagnosis(folder, diagnosis)
        return diagnosis

    def _write(
        self,
        folder: RunFolder,
        evaluation: Evaluation,
        predictions: Predictions,
        outcome: Outcome,
        diagnosis: Diagnosis | None,
    ) -> None:
        write_predictions(predictions, folder.predictions(evaluation.final_split))
        manifest = folder.read_manifest()
        manifest["training"] = {
            "steps": outcome.steps,
            "epochs": outcome.epochs,
            "best_epoch": outcome.best_epoch,
            "keep": self.pipeline.training.keep,
            "seconds": round(outcome.seconds, 3),
            "stopped": outcome.stopped,
            "repeatable": self.pipeline.training.max_minutes is None,
        }
        folder.write_manifest(manifest)
        write_json_atomically(folder.metrics, as_json(evaluation))
        if self.request.write_report is not None:
            report = ReportData(
                folder=folder.path,
                name=self.pipeline.name,
                evaluation=evaluation,
                predictions=predictions,
                log=folder.log_lines(),
                manifest=manifest,
                pipeline=self.request.resolved.text,
                diagnosis=diagnosis,
            )
            self.request.write_report(report, self.plugins)

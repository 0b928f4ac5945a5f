"""Plans for people: numbered steps, as text or Markdown, and how a later snapshot stands against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rootlint.causes.plan import Gone, Plan, PlanStep, State, StepState
from rootlint.model import Role
from rootlint.report.style import Line, Span, Tone, labelled, line
from rootlint.report.wording import counted, facility_name, pairs, short, visible


def plan_lines(plan: Plan) -> Iterator[Line]:
    """The steps in order, each with what to do, what not to do first, and what shows that it is done."""
    for step in plan.steps:
        yield line(
            Span(f"{step.number}. {_title(step)}", "strong"), Span(f" [{step.role}, {step.stage}]", "faint")
        )
        for label, text in _told(step):
            yield labelled(label, text)
        yield line()
    yield from map(line, _head(plan))


def markdown(plan: Plan) -> str:
    """The same as Markdown, for tickets."""
    lines = ["# Plan", *(part for text in _head(plan) for part in ("", _escaped(text)))]
    for step in plan.steps:
        lines += ["", f"## {step.number}. {_escaped(_title(step))}", ""]
        lines += [f"- **{label or 'and'}**: {_escaped(text)}" for label, text in _told(step)]
    return "\n".join(lines) + "\n"


def check_lines(plan: Plan, states: Sequence[StepState]) -> Iterator[Line]:
    """How each step stands, and what of it is left."""
    for step, state in zip(plan.steps, states, strict=True):
        yield line(Span(f"{state.state}", _TONES[state.state]), f"  {step.number}. {_title(step)}")
        yield from _rest(plan, step, state)
    numbers = Counter(state.state for state in states)
    yield line(
        f"{counted(len(plan.steps), 'step')}: {', '.join(f'{numbers[state]:,} {state}' for state in State)}"
    )


_TONES: dict[State, Tone] = {
    State.DONE: "good",
    State.PARTLY: "warning",
    State.OPEN: "error",
    State.UNSEEN: "warning",
}


def _title(step: PlanStep) -> str:
    scope = f" {pairs(step.scope)}" if step.scope else ""
    return f"{step.rule}, {facility_name(step.facility)}{scope}"


def _told(step: PlanStep) -> Iterator[tuple[str, str]]:
    """What a step says, each part under its label."""
    yield "what", step.summary
    for index, part in enumerate(step.do.strip().splitlines()):
        yield "" if index else "do", part.strip()
    if step.not_first is not None:
        yield "not first", step.not_first
    if step.after:
        yield "after", _steps(step.after)
    for index, gone in enumerate(_gone(step)):
        yield "" if index else "done when", gone


def _steps(numbers: Sequence[int]) -> str:
    return f"{'step' if len(numbers) == 1 else 'steps'} {', '.join(map(str, numbers))}"


def _gone(step: PlanStep) -> Iterator[str]:
    """What the re-run must no longer show; what was inferred is its symptoms and nothing more."""
    if step.role is not Role.INFERRED:
        yield _told_gone(Gone(step.rule, step.facility, step.count, step.of))
    yield from map(_told_gone, step.clears)


def _told_gone(gone: Gone) -> str:
    number = f"{gone.violations:,}" if gone.violations == gone.of else f"{gone.violations:,} of {gone.of:,}"
    return f"{gone.rule}, {facility_name(gone.facility)}: {number} gone"


def _head(plan: Plan) -> Iterator[str]:
    captured = plan.captured_at.replace(tzinfo=None).isoformat(" ", "minutes")
    made = f"{plan.operator}, {plan.snapshot} {short(plan.snapshot_digest)}, captured {captured} UTC, as of {plan.as_of}"
    yield f"{counted(len(plan.steps), 'step')} for {made}"
    if plan.unjudged:
        yield f"{counted(plan.unjudged, 'verdict')} not reached: what these rules would find is in no step"


def _rest(plan: Plan, step: PlanStep, state: StepState) -> Iterator[Line]:
    if state.left:
        old = state.last_at is not None and state.last_at <= plan.captured_at
        since = ", none of them after the plan" if old else ""
        yield labelled("left", f"{state.left:,} of {counted(step.count, 'violation')}{since}")
    for part in state.symptoms:
        yield labelled(
            "left", f"{part.rule}, {facility_name(part.facility)}: {part.violations:,} of {part.of:,}"
        )
    if state.unseen:
        yield labelled("did not run", ", ".join(state.unseen))


def _escaped(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|" else sign for sign in visible(text))

"""A plan that is tried: what differs and is not listed, looked for twice; and how it is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from comparison import Difference, Restless, differences, known_differences, unmeant
from mishaps import Plan
from pieces import text


@dataclass
class Result:
    """What a plan came to."""

    plan: Plan
    found: list[Difference] = field(default_factory=list)
    listed: int = 0
    trouble: str = ""


def tried(plan: Plan) -> Result:
    try:
        found = differences(plan)
    except Restless as error:
        return Result(plan, trouble=f"never quiet: {error}")
    except Exception as error:  # whatever one of the two did not bear; the other seeds are not to suffer
        return Result(plan, trouble=f"{type(error).__name__}: {error}")
    fresh = unmeant(plan, found, known_differences())
    return Result(plan, fresh, len(found) - len(fresh))


def confirmed(plan: Plan) -> Result:
    """Only what is seen twice."""
    first = tried(plan)
    if not first.found and not first.trouble:
        return first
    again = tried(plan)
    kinds = {one.what for one in first.found}
    again.found = [one for one in again.found if one.what in kinds]
    again.trouble = again.trouble if first.trouble else ""
    return again


def told(result: Result) -> str:
    lines = [f"seed {result.plan.seed}:", *(str(one) for one in result.found), result.trouble]
    return "\n".join(line for line in lines if line)


def described(plan: Plan) -> str:
    lines = [text(plan.config)]
    for mishap in plan.mishaps:
        lines += [f"--- before: {' '.join(service)}" for service in mishap.services]
        lines.append(f"--- {mishap}")
        lines += [text(mishap.config)] if mishap.config else []
    return "\n".join(lines)

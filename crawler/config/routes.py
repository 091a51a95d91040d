"""Configuration of alert routes: a matcher of stories, and a route with one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

#: What a rule may call what it finds, the least first; "medium" is another word for "normal".
SEVERITIES = ("low", "normal", "high", "critical")


def _some(values: list[str]) -> list[str]:
    if not values or not all(value.strip() for value in values):
        raise ValueError("expected at least one, such as 'one' or ['one', 'two']")
    return values


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Severity = Literal["low", "normal", "high", "critical"]
Names = Annotated[list[str], AfterValidator(_some), BeforeValidator(_listed)]


class Matcher(BaseModel):
    """Stories by what they are. Every key that is given must hold; of a list, one entry does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: Names = Field(
        [],
        description="Topic of a rule that matched. As below: one or a list; `*` is anything.",
    )
    rule: Names = Field([], description="Name of a rule that matched.")
    severity: Severity | None = Field(
        None, description="At least so severe: the matching rule of that topic and name."
    )
    source: Names = Field([], description="Name of the source.")
    country: Names = Field([], description="The source's country: ISO 3166 code, or INT.")
    entity: Names = Field(
        [], description="An entity of the story, by id (`un`) or type (`body`, `state`, …)."
    )
    language: Names = Field([], description="Language of the story, ISO 639-1.")


class RouteConfig(Matcher):
    """Which stories go to which channels; the first that matches decides. See alerts.md."""

    channels: Names = Field(description="Names of the channels that such a story goes to.")
    goes_on: bool = Field(
        default=False,
        alias="continue",
        description="The routes after it are asked, too, where it matches.",
    )

    @property
    def takes_all(self) -> bool:
        return not self.model_fields_set & Matcher.model_fields.keys()

import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from grader.agreement.figures import Figure
from grader.calibration.study import Disagreement, Study, Voice
from grader.domain.calibration import Guarantee, Status
from grader.domain.calibration_set import Exclusion, RaterKind
from grader.domain.rating import Verdict
from grader.domain.swap import SwapBounds
from grader.reports.plots import wrapped
from grader.reports.study_cells import GROUPS, sheet
from grader.reports.study_html import render_study
from grader.reports.study_info import study_json
from grader.reports.study_plots import MOST_POINTS, totals_plot
from grader.reports.study_wording import guarantee_sentences, headline, share
from grader.swap.comparing import compare
from tests.support.studies import BINDING, HOSTILE, INFO, empty, on_criteria, on_totals
from tests.support.swaps import half
from tests.support.swaps import outcomes as swap_outcomes

VOID = {"meta", "br", "img", "link", "input", "hr"}
ORDER = [
    "verdict",
    "scope",
    "guarantee",
    "agreement",
    "swap",
    "reliability",
    "disagreements",
    "accounting",
    "provenance",
]


class Page(HTMLParser):
    """The tags and the text of a page whose tags must all be closed in order."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.stack: list[str] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        if "style" not in self.stack:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [given for name, given in self.tags if name == tag]


@cache
def two_people() -> Study:
    return on_criteria()


@cache
def hostile() -> Study:
    study = on_criteria(("Apologizes", "$\\frac{1}{0}$ <b>"), n=24, judge="</style><script>j")
    nasty = Disagreement(
        response=HOSTILE,
        candidate="<img src=x onerror=alert(1)>",
        criterion="c0",
        title=HOSTILE,
        points=2,
        judge=Verdict.MET,
        probability=0.7,
        raters=(Voice(rater="<i>first", verdict=Verdict.NOT_MET),),
        quotes=(HOSTILE, "</q><script>alert(2)</script>"),
        reason=HOSTILE,
    )
    rows = tuple(row.model_copy(update={"title": HOSTILE}) for row in study.agreement)
    excluded = (Exclusion(place="a.csv <b>row 3", reason=HOSTILE),)
    return study.model_copy(
        update={"agreement": rows, "disagreements": (nasty,), "exclusions": excluded, "notes": (HOSTILE,)}
    )


STUDIES = {
    "two people": two_people,
    "one person": cache(lambda: on_criteria(second=False, n=24)),
    "constructed": cache(lambda: on_criteria(kind=RaterKind.CONSTRUCTED, n=24, binding=None)),
    "totals only": cache(on_totals),
    "empty": cache(empty),
    "hostile": hostile,
}


@pytest.mark.parametrize("name", STUDIES)
def test_every_kind_of_study_is_a_whole_page(name: str) -> None:
    source = render_study(STUDIES[name](), INFO)
    page = Page(source)
    sections = [given["id"] for given in page.all("section")]
    assert sections == ORDER
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    targets = re.findall(r'(?:href|for|aria-labelledby)="#?([^"]+)"|url\(#([^)]+)\)', source)
    assert {a or b for a, b in targets} <= set(ids)
    assert not page.all("script")
    assert not [a for _, given in page.tags for a in given if a.startswith("on") or a in {"style", "src"}]
    policies = [given["content"] for given in page.all("meta") if "http-equiv" in given]
    assert policies[0].startswith("default-src 'none'; style-src 'sha256-")
    assert all("scope" in given for given in page.all("th"))
    pictures = [given for _, given in page.tags if given.get("role") == "img"]
    assert len(pictures) == len(page.all("svg"))
    assert all(given["aria-label"] for given in pictures)
    assert "nan" not in re.findall(r"\w+", page.text)


@pytest.mark.parametrize("name", ["two people", "totals only", "hostile"])
def test_the_same_study_gives_the_same_bytes(name: str) -> None:
    study = STUDIES[name]()
    assert render_study(study, INFO) == render_study(study, INFO)


def test_the_verdict_comes_first_with_every_threshold() -> None:
    study = two_people()
    page = Page(render_study(study, INFO))
    main = page.text[page.text.index("What produced this") :]
    assert main.index(headline(study.calibration).words) < main.index("Threshold")
    assert study.calibration.status.sentence in page.text
    for gauge in study.calibration.gauges:
        assert f"{gauge.outcome} " in page.text
        assert gauge.name in page.text


def test_hostile_text_stays_text() -> None:
    source = render_study(hostile(), INFO)
    page = Page(source)
    assert not {"script", "img", "i"} & {tag for tag, _ in page.tags}
    assert "alert(2)" in page.text
    assert not re.search("[\u202e\u202c\x07\x1b\U000e0000-\U000e007f]", source)
    assert "$\\frac{1}{0}$" in page.text


def test_undefined_figures_have_a_dash_and_a_listed_reason() -> None:
    study = two_people()
    page = Page(render_study(study, INFO))
    # in the first criterion the first rater says met everywhere
    table = sheet(study.agreement)
    blanks = [c for row in (*table.before, *table.after) for c in row.cells if c.text == "–"]
    assert blanks
    assert all(cell.reason == table.reasons[cell.note - 1] for cell in blanks)
    for reason in table.reasons:
        assert reason in page.text
        assert [g for g in page.all("td") if g.get("title") == reason]
    items = [g["id"] for g in page.all("li") if g.get("id", "").startswith("why-")]
    assert items == [f"why-{i + 1}" for i in range(len(table.reasons))]


def test_the_table_has_every_figure_before_and_after() -> None:
    study = two_people()
    table = sheet(study.agreement)
    width = sum(len(group.columns) for group in GROUPS)
    assert [row.title for row in table.after] == [row.title for row in study.agreement]
    assert {len(row.cells) for row in (*table.before, *table.after)} == {width}
    names = [column.name for group in GROUPS for column in group.columns]
    place = names.index("kappa")
    second = study.agreement[1].after.pair.kappa
    shown = table.after[1].cells[place]
    assert (shown.text, shown.interval) == (f"{second.value:.2f}", f"{second.low:.2f} to {second.high:.2f}")


def test_one_rater_leaves_the_columns_of_two_raters_empty() -> None:
    text = Page(render_study(STUDIES["one person"](), INFO)).text
    assert "no second rater rated these answers" in text


def test_all_exclusions_stand_in_the_report() -> None:
    excluded = tuple(Exclusion(place=f"ratings.csv row {i}", reason=f"reason {i}") for i in range(150))
    study = two_people().model_copy(update={"exclusions": excluded})
    text = Page(render_study(study, INFO)).text
    assert all(f"{row.place} {row.reason}" in text for row in excluded)
    assert "Left out (150)" in text
    assert "20 fitted on + 20 held out = 40 used; 40 used + 0 unused = 40 answers of 40 in the set." in text


def test_a_demonstration_says_so_and_an_unbound_calibration_licenses_nothing() -> None:
    text = Page(render_study(STUDIES["constructed"](), INFO)).text
    assert "Demonstration only No person rated these answers" in text
    assert "bound to no judge" in text
    assert "constructed: the author of invented answers" in text
    unbound = two_people().calibration.model_copy(update={"status": Status.OPERATIONAL, "binding": None})
    study = two_people().model_copy(update={"calibration": unbound})
    shown = Page(render_study(study, INFO)).text
    assert "scores may be used" not in shown
    assert "can license no score" in shown
    bound = unbound.model_copy(update={"binding": BINDING})
    assert (
        "scores may be used" in Page(render_study(study.model_copy(update={"calibration": bound}), INFO)).text
    )


def test_an_empty_study_has_its_notes_and_no_plots() -> None:
    study = empty()
    assert study.notes
    page = Page(render_study(study, INFO))
    assert all(note in page.text for note in study.notes)
    assert not page.all("svg")
    assert "There is nothing to compare" in page.text


def test_confusion_counts_and_totals_are_those_of_the_held_out_answers() -> None:
    study = two_people()
    for row in study.agreement:
        if row.confusion is None:
            continue
        for counts, agreement in ((row.confusion.before, row.before), (row.confusion.after, row.after)):
            assert sum(map(sum, counts)) == agreement.pair.n
            same = sum(counts[i][i] for i in range(len(counts)))
            assert same / agreement.pair.n == pytest.approx(agreement.pair.exact.value)
            assert sum(counts[i][j] for i in range(3) for j in range(i)) == agreement.pair.false_credit.value
    assert [row.confusion is None for row in study.agreement] == [
        row.name == "total" for row in study.agreement
    ]
    assert sum(point.held_out for point in study.totals) == study.agreement[-1].after.pair.n
    assert all(1 <= v <= 5 for p in study.totals for v in (p.raters, p.before, p.after))


def test_the_guarantee_is_told_without_jargon() -> None:
    kept = Guarantee(
        agreement=0.9, confidence=0.95, threshold=0.87, n=1200, candidates=60, design_effect=1.2,
        coverage=0.62, observed=0.961, lower=0.932,
    )  # fmt: skip
    text = " ".join(guarantee_sentences(kept))
    for part in (
        "at least 90%",
        "95% certain",
        "87.0% sure",
        "62% of the decisions (744 of 1,200)",
        "96.1%",
        "93.2%",
    ):
        assert part in text
    none = kept.model_copy(update={"threshold": None, "observed": None, "lower": None, "reason": "Too few."})
    assert guarantee_sentences(none)[-1].endswith("every decision goes to a person. Too few.")
    assert "Nothing is promised" in guarantee_sentences(None)[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.999, "over 99%"),
        (0.001, "under 1%"),
        (0.95, "95%"),
        (0.005, "under 1%"),
        (0.5, "50%"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(value: float, text: str) -> None:
    assert share(value) == text


def test_json_holds_the_same_study() -> None:
    study = two_people()
    text = study_json(study, INFO)
    read = json.loads(text)
    assert Study.model_validate(read["study"]) == study
    assert read["calibration_digest"] == study.calibration.digest
    assert read["info"]["command"] == INFO.command
    assert text == study_json(Study.model_validate(read["study"]), INFO)


def test_long_titles_are_cut_and_many_points_thinned() -> None:
    assert [len(line) for line in wrapped("W" * 3000).split("\n")] == [34, 34]
    points = two_people().totals * (MOST_POINTS // len(two_people().totals) + 1)
    plot = totals_plot(points, "total")
    assert plot is not None
    assert plot.svg.count("<use") < 2 * MOST_POINTS
    assert f"{len(points):,} answers" in plot.alt
    assert "are drawn" in plot.alt


def test_a_figure_without_interval_keeps_its_value_and_its_reason() -> None:
    study = two_people()
    row = study.agreement[0]
    pair = row.after.pair.model_copy(update={"exact": Figure(value=0.5, n=2, reason="no interval: too few")})
    changed = row.model_copy(update={"after": row.after.model_copy(update={"pair": pair})})
    table = sheet([changed])
    cell = table.after[0].cells[3]
    assert (cell.text, cell.interval, cell.reason) == ("0.50", "", "no interval: too few")


def test_the_swap_test_is_shown_by_group_or_said_not_to_have_been_run() -> None:
    study = two_people()
    assert "Swap test: not run." in Page(render_study(study, INFO)).text
    found = compare(swap_outcomes(12, against_women), SwapBounds())
    page = Page(render_study(study.model_copy(update={"swap": found}), INFO))
    assert "Swap test: not run." not in page.text
    assert "Moved: scores depend on who signs." in page.text
    assert "women less men −12.50 −12.50 to −12.50" in page.text
    assert "Asian men 0.00" in page.text
    (plot,) = [
        given["aria-label"] for given in page.all("div") if "Mean shifts" in given.get("aria-label", "")
    ]
    assert "Black women −12.50" in plot


def against_women(answer: int, name: str, criterion: int) -> bool:
    return half(answer, name, criterion) and not (name.endswith(" women") and criterion < 2)

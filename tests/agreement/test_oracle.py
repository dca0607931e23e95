"""Every reference figure, to the digits that it was printed with."""

import numpy as np
import pytest

from grader.agreement import many_raters, two_raters
from grader.agreement.compare import compare
from grader.agreement.many_raters import Distance, Weights, alpha
from grader.agreement.reliability import intraclass
from grader.agreement.scale import round_scores, trim
from grader.agreement.true_score import true_score
from grader.domain.calibration_set import Scale
from tests.agreement.reference import VALUES, columns, rows

LABELS = range(1, 7)
SCORE, H1, H2 = columns("predictions_scaled_with_subgroups.csv", "score", "h1", "h2")
L1 = np.array([row["L1"] for row in rows("predictions_scaled_with_subgroups.csv", "id").values()])
ASAP_SYSTEM, ASAP_H1, ASAP_H2 = columns("ASAP2_scores.csv", "system", "human", "human2")
GROUPS = ["Esperanto", "Klingon", "Navi", "Vulcan"]
FORMS = ["scale", "scale_trim", "scale_trim_round"]


def in_form(form: str, scores: np.ndarray) -> np.ndarray:
    trimmed = trim(scores, 1, 6)
    return {"scale": scores, "scale_trim": trimmed, "scale_trim_round": round_scores(trimmed)}[form]


def described(human: np.ndarray, system: np.ndarray) -> dict[str, float]:
    """RSMTool's columns of figures for human and system."""
    return {
        "N": human.size,
        "h_mean": human.mean(),
        "h_sd": human.std(ddof=1),
        "h_min": human.min(),
        "h_max": human.max(),
        "sys_mean": system.mean(),
        "sys_sd": system.std(ddof=1),
        "sys_min": system.min(),
        "sys_max": system.max(),
        "corr": two_raters.pearson(human, system),
        "wtkappa": two_raters.qwk(human, system),
        "R2": two_raters.r2(human, system),
        "kappa": two_raters.kappa(human, round_scores(system), LABELS),
        "exact_agr": 100 * two_raters.exact(human, system),
        "adj_agr": 100 * two_raters.adjacent(human, system),
        "SMD": two_raters.smd(human, system),
        "RMSE": two_raters.rmse(human, system),
    }


def people(h1: np.ndarray, h2: np.ndarray) -> dict[str, float]:
    """RSMTool's columns of figures for two people."""
    each = {
        f"{name}_{what}": value
        for name, h in (("h1", h1), ("h2", h2))
        for what, value in (
            ("mean", h.mean()),
            ("sd", h.std(ddof=1)),
            ("min", h.min()),
            ("max", h.max()),
        )
    }
    return each | {
        "N": h1.size,
        "corr": two_raters.pearson(h1, h2),
        "wtkappa": two_raters.qwk(h1, h2),
        "kappa": two_raters.kappa(h1, h2, LABELS),
        "exact_agr": 100 * two_raters.exact(h1, h2),
        "adj_agr": 100 * two_raters.adjacent(h1, h2),
        "SMD": two_raters.smd_pooled(h1, h2),
    }


def dsm(human: np.ndarray, other: np.ndarray, group: str) -> float:
    chosen = slice(None) if group == "All data" else group == L1
    means, sds = (human.mean(), other.mean()), (human.std(ddof=1), other.std(ddof=1))
    return two_raters.dsm(human[chosen], other[chosen], means, sds)


def assert_row(row: dict[str, str], found: dict[str, float]) -> None:
    row = {name: value for name, value in row.items() if name}
    assert {name: found[name] for name in row} == pytest.approx(
        {name: float(value) for name, value in row.items()}, abs=1e-7
    )


@pytest.mark.parametrize("form", FORMS)
def test_rsmtool_evaluation(form):
    assert_row(rows("ref_eval.csv")[form], described(H1, in_form(form, SCORE)))


def short(human: np.ndarray, system: np.ndarray) -> dict[str, float]:
    found = {"N": human.size, "h_mean": human.mean(), "h_sd": human.std(ddof=1)}
    for form in ("scale_trim", "scale_trim_round"):
        found |= {f"{name}.{form}": value for name, value in described(human, in_form(form, system)).items()}
    return found


def test_rsmtool_short_evaluation():
    assert_row(rows("ref_eval_short.csv")["0"], short(H1, SCORE))


def test_rsmtool_short_evaluation_of_asap2():
    assert_row(rows("asap2_ref_eval_short.csv")["0"], short(ASAP_H1, ASAP_SYSTEM))


@pytest.mark.parametrize("group", ["All data", *GROUPS])
def test_rsmtool_evaluation_by_group(group):
    chosen = slice(None) if group == "All data" else group == L1
    found = short(H1[chosen], SCORE[chosen])
    for form in ("scale_trim", "scale_trim_round"):
        found[f"DSM.{form}"] = dsm(H1, in_form(form, SCORE), group)
    assert_row(rows("ref_eval_by_L1.csv")[group], found)


def test_rsmtool_consistency():
    assert_row(rows("ref_consistency.csv")[""], people(H1, H2))


@pytest.mark.parametrize("group", ["All data", *GROUPS])
def test_rsmtool_consistency_by_group(group):
    chosen = slice(None) if group == "All data" else group == L1
    assert_row(
        rows("ref_consistency_by_L1.csv")[group], people(H1[chosen], H2[chosen]) | {"DSM": dsm(H1, H2, group)}
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "system", "h1", "h2"),
    [("ref_degradation.csv", SCORE, H1, H2), ("asap2_ref_degradation.csv", ASAP_SYSTEM, ASAP_H1, ASAP_H2)],
)
def test_rsmtool_degradation(form, name, system, h1, h2):
    machine, two = described(h1, in_form(form, system)), people(h1, h2)
    assert_row(
        rows(name)[form], {k: two_raters.degradation(machine[k], two[k]) for k in machine.keys() & two.keys()}
    )


@pytest.mark.parametrize("form", FORMS)
def test_rsmtool_disattenuated(form):
    machine, two = two_raters.pearson(H1, in_form(form, SCORE)), two_raters.pearson(H1, H2)
    found = {
        "corr_HM": machine,
        "corr_HH": two,
        "sqrt_HH": two**0.5,
        "corr_disattenuated": two_raters.disattenuated(machine, two),
    }
    assert_row(rows("ref_disattenuated_correlations.csv")[form], found)


# the subset of double-rated responses is the file's first 49
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "system", "h1", "h2"),
    [
        ("ref_true_score_eval.csv", SCORE, H1, H2),
        ("ref_subset_true_score_eval.csv", SCORE, H1, np.where(np.arange(200) < 49, H2, np.nan)),
        ("asap2_ref_true_score_eval.csv", ASAP_SYSTEM, ASAP_H1, ASAP_H2),
    ],
)
def test_rsmtool_true_score(form, name, system, h1, h2):
    human = np.column_stack([h1, h2])
    counts = (~np.isnan(human)).sum(axis=1)
    part = true_score(in_form(form, system), human)
    found = {
        "N": 200,
        "N raters": counts.max(),
        "N single": (counts == 1).sum(),
        "N multiple": (counts > 1).sum(),
        "Variance of errors": part.error_variance,
        "True score var": part.true_variance,
        "MSE true": part.mse,
        "PRMSE true": part.prmse,
    }
    assert_row(rows(name)[form], found)


@pytest.mark.parametrize("name", ["prmse_data.csv", "prmse_data_sparse_matrix.csv"])
def test_johnsons_prmse(name):
    system, *human = columns(f"{name}.gz", "system", "h1", "h2", "h3", "h4")
    expected = VALUES["rsmtool_prmse_johnson"][name]
    table = np.column_stack(human)
    part = true_score(system, table)
    assert system.size == expected["N"]
    assert ((~np.isnan(table)).sum(axis=1) == 1).sum() == expected["n_single"]
    assert part == pytest.approx(
        [expected[k] for k in ("error_var", "true_var", "mse_true", "prmse")], abs=1e-7
    )


def test_prmse_of_a_single_human():
    given = VALUES["rsmtool_unit"]["prmse_single_human"]
    part = true_score(given["system"], np.array(given["h"])[:, None], given["error_var"])
    assert part.prmse == pytest.approx(given["value"], abs=1e-12)


@pytest.mark.parametrize(
    ("name", "compute"),
    [
        ("qwk_discrete", two_raters.qwk),
        ("qwk_discrete", lambda h, m: two_raters.qwk_labels(h, m, range(3, 13))),
        ("smd_pooled_ddof0", lambda h, m: two_raters.smd_pooled(h, m, ddof=0)),
        ("smd_unpooled_ddof0", lambda h, m: two_raters.smd(h, m, ddof=0)),
        ("smd_johnson_sd2.3", lambda h, m: two_raters.smd_population(h, m, 2.3)),
        ("dsm", lambda h, m: two_raters.dsm(h, m, (4.5, 5.1), (1.2, 1.8))),
    ],
)
def test_rsmtool_units(name, compute):
    given = VALUES["rsmtool_unit"][name]
    assert compute(given["h"], given["m"]) == pytest.approx(given["value"], abs=1e-12)


def test_listed_values_of_the_evaluation():
    given = VALUES["rsmtool_lr_eval_with_h2"]
    names = {"qwk": "wtkappa", "r": "corr", "exact": "exact_agr", "adj": "adj_agr", "SMD_pooled": "SMD"}
    trimmed, rounded = (described(H1, in_form(form, SCORE)) for form in ("scale_trim", "scale_trim_round"))
    two = people(H1, H2)
    for part, found in (("trim", trimmed), ("trim_round", rounded), ("human_human", two)):
        assert given[part] == pytest.approx({k: found[names.get(k, k)] for k in given[part]}, abs=1e-7)
    assert given["degradation_round"] == pytest.approx(
        {k: rounded[names.get(k, k)] - two[names.get(k, k)] for k in given["degradation_round"]}, abs=1e-7
    )
    assert given["DSM_by_L1_trim"] == pytest.approx(
        {group: dsm(H1, in_form("scale_trim", SCORE), group) for group in GROUPS}, abs=1e-7
    )


KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, np.nan, np.nan, np.nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, np.nan, 3],
        [np.nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, np.nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, np.nan],
    ]
).T
PUBLISHED = VALUES["krippendorff_2011_4x12"]


@pytest.mark.parametrize("distance", list(Distance))
def test_krippendorffs_example(distance):
    assert alpha(KRIPPENDORFF, distance) == pytest.approx(PUBLISHED["alpha"][distance], abs=1e-12)


@pytest.mark.parametrize(
    ("name", "compute", "weights"),
    [
        ("AC1", many_raters.gwet, Weights.IDENTITY),
        ("conger", many_raters.conger, Weights.IDENTITY),
        ("fleiss", many_raters.fleiss, Weights.IDENTITY),
        ("brennan_prediger", many_raters.brennan_prediger, Weights.IDENTITY),
        ("AC2_quadratic", many_raters.gwet, Weights.QUADRATIC),
        ("conger_quadratic", many_raters.conger, Weights.QUADRATIC),
    ],
)
def test_gwets_coefficients(name, compute, weights):
    assert compute(KRIPPENDORFF, range(1, 6), weights) == pytest.approx(PUBLISHED["irrCAC"][name], abs=6e-6)


def test_fleiss_textbook_table():
    counts = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
    ratings = np.array([np.repeat(range(1, 6), row) for row in counts])
    expected = VALUES["fleiss_wikipedia_10x5"]["value"]
    assert many_raters.fleiss(ratings, range(1, 6)) == pytest.approx(expected, abs=1e-12)


def test_shrout_and_fleiss():
    found = intraclass([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    assert found == pytest.approx(list(VALUES["icc_shrout_fleiss_1979"].values()), abs=5e-5)


def test_a_comparison_gives_the_reference_figures():
    agreement = compare(H1, trim(SCORE, 1, 6), range(200), scale=Scale(low=1, high=6), further=H2[:, None])
    given = VALUES["rsmtool_lr_eval_with_h2"]
    pair, two = agreement.pair, agreement.human_human
    assert two
    found = [pair.qwk, pair.pearson, pair.smd, pair.rmse, pair.kappa, pair.exact, pair.adjacent]
    expected = [given["trim"][k] for k in ("qwk", "r", "SMD", "RMSE")]
    expected += [given["trim_round"]["kappa"], 0.64, 0.99]
    assert [f.value for f in found] == pytest.approx(expected, abs=1e-7)
    found = [two.qwk, two.pearson, two.smd, two.kappa, two.exact, two.adjacent]
    expected = [given["human_human"][k] for k in ("qwk", "r", "SMD_pooled", "kappa")] + [0.725, 1]
    assert [f.value for f in found] == pytest.approx(expected, abs=1e-7)
    assert agreement.prmse.value == pytest.approx(given["true_score"]["prmse_trim"], abs=1e-7)
    degraded = agreement.degradation
    row = rows("ref_degradation.csv")["scale_trim"]
    assert [degraded.pearson.value, degraded.kappa.value, degraded.qwk.value] == pytest.approx(
        [float(row[k]) for k in ("corr", "kappa", "wtkappa")], abs=1e-7
    )
    assert degraded.exact.value == pytest.approx(-0.085)

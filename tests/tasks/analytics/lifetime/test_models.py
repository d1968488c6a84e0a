"""The purchase models on the CDNOW sample, against the published figures."""

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import approx_fprime

from tasks.analytics.arrays import Floats
from tasks.analytics.lifetime import mbg
from tasks.analytics.lifetime.bg import BgNbd
from tasks.analytics.lifetime.history import Histories, distinct
from tasks.analytics.lifetime.mbg import MOST, MbgNbd
from tasks.analytics.lifetime.pareto_nbd import ParetoNbd
from tests.support.cdnow import cohort


def history(x: int, last: int, age: int) -> Histories:
    return Histories(*(np.array([value], dtype=np.int32) for value in (x, last, age)))


def test_the_cohort_is_the_published_one() -> None:
    seen = cohort()

    assert len(seen.histories) == 2357
    assert int((seen.histories.x == 0).sum()) == 1411
    assert (int(seen.histories.x.sum()), int(seen.histories.x.max())) == (2457, 29)
    assert int(seen.later.sum()) == 1882
    assert int(seen.histories.x.sum() + seen.later.sum()) + 2357 == 6696


def test_a4_bg_nbd_has_the_published_parameters() -> None:
    model, found = BgNbd.fitted(cohort().histories)

    assert model.r == pytest.approx(0.2426, abs=0.001)
    assert model.alpha == pytest.approx(4.4136, abs=0.005)
    assert model.a == pytest.approx(0.7929, abs=0.002)
    assert model.b == pytest.approx(2.4259, abs=0.005)
    assert found.log_likelihood == pytest.approx(-9582.429, abs=0.01)
    assert found.n == 2357


def test_a4_pareto_nbd_has_the_published_parameters() -> None:
    model, found = ParetoNbd.fitted(cohort().histories)

    assert model.r == pytest.approx(0.5533, abs=0.002)
    assert model.alpha == pytest.approx(10.5777, abs=0.03)
    assert model.s == pytest.approx(0.6062, abs=0.002)
    assert model.beta == pytest.approx(11.6687, abs=0.03)
    assert found.log_likelihood == pytest.approx(-9594.976, abs=0.01)


def test_a4_mbg_nbd_has_the_published_parameters() -> None:
    model, found = MbgNbd.fitted(cohort().histories)

    parameters = (model.r, model.alpha, model.a, model.b)
    assert parameters == pytest.approx((0.5248, 6.1830, 0.8914, 1.6140), abs=0.001)
    assert found.log_likelihood == pytest.approx(-9582.13, abs=0.01)


@pytest.mark.parametrize(
    ("weeks", "published"),
    [(0.1429, 0.0078), (1, 0.0532), (3, 0.1506), (31.8571, 1.0405), (32, 1.0437), (78, 1.8576)],
)
def test_a4_a_new_customer_buys_as_in_hardies_sheet(weeks: float, published: float) -> None:
    model, _ = BgNbd.fitted(cohort().histories)

    assert model.expected(weeks) == pytest.approx(published, abs=0.0005)


def test_a4_the_customer_of_hardies_note_will_buy_1_226_times() -> None:
    model = BgNbd(0.243, 4.414, 0.793, 2.426)

    # x = 2, t_x = 30.43 and T = 38.86 weeks
    assert model.expected_more(history(2, 213, 272), 39)[0] == pytest.approx(1.226, abs=0.001)


@pytest.mark.parametrize(
    ("kind", "expected"), [(BgNbd, 0.7266), (MbgNbd, 0.7061), (ParetoNbd, 0.8691)]
)
def test_a4_the_first_customer_is_alive(
    kind: type[BgNbd | MbgNbd | ParetoNbd], expected: float
) -> None:
    seen = cohort().histories
    model, _ = kind.fitted(seen)

    assert model.p_alive(seen)[0] == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize(
    ("kind", "expected"), [(BgNbd, 0.339), (MbgNbd, 0.775), (ParetoNbd, 0.774)]
)
def test_only_models_in_which_one_time_buyers_leave_tell_who_is_active(
    kind: type[BgNbd | MbgNbd | ParetoNbd], expected: float
) -> None:
    seen = cohort()
    model, _ = kind.fitted(seen.histories)

    right = (model.p_alive(seen.histories) > 0.5) == (seen.later > 0)

    assert right.mean() == pytest.approx(expected, abs=0.0006)


@pytest.mark.parametrize(("weeks", "expected"), [(12, 0.781), (24, 0.779), (28, 0.725)])
def test_silence_alone_tells_it_as_well_as_any_model(weeks: int, expected: float) -> None:
    seen = cohort()
    silent = seen.histories.age - seen.histories.last

    assert ((silent <= 7 * weeks) == (seen.later > 0)).mean() == pytest.approx(expected, abs=0.0006)


def test_the_derivative_of_the_likelihood_is_its_derivative() -> None:
    seen = Histories(*(np.array(v, dtype=np.int32) for v in ([0, 3], [0, 40], [100, 90])))
    at = np.array([0.6, 7.0, 0.8, 1.7])

    def total(parameters: Floats) -> float:
        return float(mbg.log_likelihood(tuple(parameters), seen).sum())  # type: ignore[arg-type]

    numeric = approx_fprime(at, total, 1e-7)

    slopes = mbg.slope(tuple(at), seen).sum(axis=1)  # type: ignore[arg-type]
    assert slopes == pytest.approx(numeric, rel=1e-4)


@pytest.mark.parametrize("model", [BgNbd(0.5, 6, 1.0, 1.6), MbgNbd(0.5, 6, 1.0, 1.6)])
def test_a_drop_out_of_exactly_one_is_no_hole(model: BgNbd | MbgNbd) -> None:
    beside = type(model)(0.5, 6, 1.0001, 1.6)

    assert model.expected(52) == pytest.approx(beside.expected(52), rel=1e-3)


def test_expectations_of_new_customers_and_of_known_ones_agree() -> None:
    # a customer with no history but the first purchase just now is a new customer
    model = MbgNbd(0.6, 7.0, 0.8, 1.7)

    known = model.expected_more(history(0, 0, 0), 30)[0]

    assert known == pytest.approx(model.expected(30), rel=1e-9)


def test_pareto_nbd_expects_of_a_new_customer_what_its_formula_says() -> None:
    model = ParetoNbd(0.55, 10.6, 0.6, 11.7)

    # E[X(t)] = rβ / (α(s - 1)) · (1 - (β / (β + t))^(s - 1))
    expected = 0.55 * 11.7 / (10.6 * -0.4) * (1 - (11.7 / 50.7) ** -0.4)
    assert model.expected_more(history(0, 0, 0), 39)[0] == pytest.approx(expected)
    beside = ParetoNbd(0.55, 10.6, 1.0001, 11.7).expected_more(history(2, 9, 90), 39)
    at_one = ParetoNbd(0.55, 10.6, 1.0, 11.7).expected_more(history(2, 9, 90), 39)
    assert at_one == pytest.approx(beside, rel=1e-3)


def test_all_models_expect_about_what_was_bought() -> None:
    seen = cohort()
    for kind, low, high in ((BgNbd, 1600, 1900), (MbgNbd, 1500, 1900), (ParetoNbd, 1600, 1900)):
        model, _ = kind.fitted(seen.histories)
        assert low < model.expected_more(seen.histories, 39).sum() < high


def test_a_long_silence_of_a_frequent_buyer_is_certain_and_no_overflow() -> None:
    seen = history(900, 900, 40_000)
    for model in (
        BgNbd(0.5, 6, 0.9, 1.6),
        MbgNbd(0.5, 6, 0.9, 1.6),
        ParetoNbd(0.55, 10.6, 0.6, 11.7),
        ParetoNbd(0.55, 11.7, 0.6, 10.6),
    ):
        assert model.p_alive(seen)[0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("x", [0, 1, 12, 150, 900])
@pytest.mark.parametrize(
    "model",
    [BgNbd(0.24, 4.4, 0.79, 2.4), MbgNbd(0.52, 6.2, 0.89, 1.6), MbgNbd(2.5, 30.0, 1.7, 0.9)],
)
def test_frequent_buyers_are_expected_as_the_integral_says(model: BgNbd | MbgNbd, x: int) -> None:
    # given λ and p of the gamma and beta that x purchase days leave, a customer alive at the end
    # buys on with rate λ until he stops: (1 - e^(-λpt)) / p purchase days
    seen, weeks, early = history(x, x * 7 // 2, 3500), 39.0, isinstance(model, BgNbd)
    stops = stats.beta(model.a, model.b + x + (0 if early else 1))

    def bought(p: float) -> float:
        still = ((model.alpha + 500) / (model.alpha + 500 + p * weeks)) ** (model.r + x)
        return float((1 - still) / p * stops.pdf(p))

    expected = quad(bought, 0, 1, points=[1e-4, 1e-2, 0.1], limit=400)[0]
    alive = model.p_alive(seen)[0]
    assert model.expected_more(seen, weeks)[0] == pytest.approx(expected * alive, rel=1e-5)


def test_equal_histories_are_worked_out_once() -> None:
    seen = Histories(*(np.array(v, dtype=np.int32) for v in ([0, 2, 0], [0, 9, 0], [30, 20, 30])))

    kinds = distinct(seen)

    assert len(kinds.histories) == 2
    assert kinds.count[kinds.of_customer].tolist() == [2, 1, 2]
    assert kinds.histories.age[kinds.of_customer].tolist() == [30, 20, 30]


@pytest.mark.parametrize(
    ("x", "last", "age"), [(-1, 0, 5), (1, 6, 5), (3, 2, 5), (0, 2, 5), (1, 1, 1 << 21)]
)
def test_an_impossible_history_is_refused(x: int, last: int, age: int) -> None:
    with pytest.raises(ValueError, match="history"):
        history(x, last, age)


def test_arrays_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="lengths"):
        Histories(*(np.zeros(n, dtype=np.int32) for n in (2, 2, 3)))


def test_too_few_customers_are_not_fitted() -> None:
    with pytest.raises(ValueError, match="too few"):
        MbgNbd.fitted(history(1, 3, 9))
    with pytest.raises(ValueError, match="positive"):
        MbgNbd(0.5, -1, 1, 1)


def test_customers_who_all_buy_alike_put_the_model_at_its_limit() -> None:
    random = np.random.default_rng(1)
    x = random.poisson(10, 500).astype(np.int32)  # about every tenth week of two years
    last = np.where(x > 0, 700 * x // (x + 1), 0).astype(np.int32)

    model, found = MbgNbd.fitted(Histories(x, last, np.full(500, 700, np.int32)))

    assert found.at_limit
    yearly = model.expected_more(Histories(x, last, np.full(500, 700, np.int32)), 52)
    assert yearly.mean() == pytest.approx(5.2, rel=0.1)


def test_ordinary_customers_do_not_put_the_model_at_its_limit() -> None:
    for kind in (BgNbd, MbgNbd, ParetoNbd):
        assert not kind.fitted(cohort().histories)[1].at_limit


def test_all_models_in_reach_expect_finite_numbers() -> None:
    random = np.random.default_rng(3)
    for _ in range(300):
        r, alpha, a, b = np.exp(random.uniform(np.log(1e-4), np.log(MOST)))
        x = random.integers(0, 1500, 100).astype(np.float64)
        age = random.uniform(0, 300, 100)
        for model in (MbgNbd(r, alpha, a, b), BgNbd(r, alpha, a, b)):
            assert np.isfinite(model.expected_if_alive(x, age, 52)).all()
    whole = MbgNbd(1.0, 5.0, 3.0, 0.5)  # with r and a whole numbers the series has a pole
    assert np.isfinite(whole.expected_if_alive(np.array([150.0]), np.array([5.0]), 156)).all()

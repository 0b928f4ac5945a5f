"""Many spellings, one setting: names, units, words, environments, and mappings of one's own."""

from pathlib import Path

import pytest

from rootlint.errors import UserError
from rootlint.snapshot.mapping import Line, Meaning, fits, load_mapping, normal, spelling
from rootlint.snapshot.settings_page import document_settings

ROOT = Path(__file__).parents[2]


def meaning(
    path: str, value: str | None, file: str = "config/metrc.yaml", mappings: tuple[Path, ...] = ()
) -> Meaning:
    (found,) = load_mapping(mappings).read([Line(file, path, value)])
    return found


@pytest.mark.parametrize(
    ("path", "value", "setting", "means"),
    [
        ("METRC_PAGE_SIZE", "50", "page_size", "50"),
        ("Metrc.PageSize", "50", "page_size", "50"),
        ("stores[0].page-size", "all", "page_size", None),
        ("ui.page_size", "50", None, None),
        ("METRC_STATE", "California", "state", "ca"),
        ("METRC_SANDBOX", "Yes", "sandbox", "true"),
        ("METRC_BASE_URL", "https://api-ca.metrc.com", "host", "https://api-ca.metrc.com"),
        ("metrc.api_version", "v2", "api_version", "v2"),
        ("METRC_TIMEOUT_MS", "15000", "timeout", "15"),
        ("RequestTimeoutSeconds", "90", "timeout", "90"),
        ("metrc.timeout", "1m 30s", "timeout", "90"),
        ("metrc.timeout", "PT1M", "timeout", "60"),
        ("metrc.timeout", "90", "timeout", None),
        ("metrc.timeout", "soon", "timeout", None),
        ("sync.interval_minutes", "60", "interval", "3600"),
        ("sync.items.interval_hours", "24", "slow_interval", "86400"),
        ("TransactionSyncIntervalHours", "0.5", "interval", "1800"),
        ("sync.overlap_minutes", "5", "overlap", "300"),
        ("LookbackDays", "2", "lookback", "172800"),
        ("metrc.retry.attempts", "5", "retry_attempts", "5"),
        ("resend.methods[3]", "POST", "retry_methods", "POST"),
        ("resend.look_up_first", "off", "look_up_first", "false"),
        ("metrc.insecure_skip_verify", "true", "tls_verify", "false"),
        ("METRC_ALLOW_WRITES", "false", "writes_enabled", "false"),
        ("metrc.readOnly", "true", "writes_enabled", "false"),
        ("DO_NOT_ADJUST_METRC", "1", "bypass", "true"),
        ("METRC_LICENSE_NUMBER", "C10-0000123-LIC", "license", "C10-0000123-LIC"),
        ("metrc.unit_factors.ounces", "28.35", "unit_factor", "28.35"),
        ("metrc.unit_map.g", "Grams", "unit_map", "Grams"),
        ("metrc.location_map.vault", "Vault", "location_map", "Vault"),
        ("metrc.reason_map.damage", "Damage", "reason_map", "Damage"),
        ("metrc.item_map.sku1", "Made Haze", "item_map", "Made Haze"),
        ("METRC_VENDOR_API_KEY", "${KEY}", "vendor_key", "${KEY}"),
        ("METRC_USER_API_KEY", "${KEY}", "user_key", "${KEY}"),
        ("credentials.key_owner", "made.person", "key_owner", "made.person"),
        ("metrc.webhooks.secret", "vault:a/b", "webhook_secret", "vault:a/b"),
        ("metrc.webhook_url", "https://a.example", "webhook_url", "https://a.example"),
        ("SyncStateFile", "/tmp/a", "state_file", "/tmp/a"),
        ("METRC_LOG_LEVEL", "Silent", "log", "off"),
        ("logging.keep_days", "90", "log_keep", "7776000"),
        ("alerts.enabled", "no", "alerts_enabled", "false"),
        ("alerts.to", "desk", "alerts", "desk"),
        ("reporting.mode", "RealTime", "reporting_mode", "real_time"),
        ("metrc.time_zone", "America/Denver", "time_zone", "America/Denver"),
        ("metrc.max_concurrent_requests", "8", "concurrency", "8"),
        ("metrc.requests_per_second", "40", "rate_limit", "40"),
        ("colour", "blue", None, None),
        ("metrc.page_size", None, "page_size", None),
    ],
)
def test_a_setting_has_one_name_and_one_unit(
    path: str, value: str | None, setting: str | None, means: str | None
) -> None:
    assert meaning(path, value) == Meaning(setting, means, "production")


def test_settings_are_those_of_an_integration_only_in_files_that_speak_of_metrc() -> None:
    assert meaning("page_size", "50", "config/shop.yaml").setting is None
    assert meaning("alerts.to", "desk", "config/shop.yaml").setting == "alerts"
    lines = [
        Line("config/shop.yaml", "page_size", "50"),
        Line("config/shop.yaml", "host", "api-ca.METRC.com"),
    ]
    assert [found.setting for found in load_mapping().read(lines)] == ["page_size", "host"]


@pytest.mark.parametrize(
    ("file", "path", "environment"),
    [
        ("config/metrc.yaml", "metrc.host", "production"),
        ("config/metrc.test.yaml", "metrc.host", "test"),
        ("config/dev/metrc.yaml", "metrc.host", "development"),
        ("config/.env.example", "METRC_HOST", "example"),
        ("config/metrc.yaml", "staging.metrc.host", "staging"),
        ("config/metrc.yaml", "metrc_sandbox.host", "sandbox"),
        ("config/metrc.yaml", "lab_tests.host", "production"),
        ("config/metrc.yaml", "metrc.sandbox", "production"),
    ],
)
def test_files_and_paths_tell_what_they_are_for(file: str, path: str, environment: str) -> None:
    assert meaning(path, "x", file).environment == environment


def test_a_file_tells_it_for_itself() -> None:
    lines = [
        Line("config/a-metrc.yaml", "app.environment", "QA"),
        Line("config/a-metrc.yaml", "host", "x"),
        Line("config/b-metrc.yaml", "environment", "Prod"),
        Line("config/b-metrc.yaml", "host", "x"),
        Line("config/b-metrc.yaml", "staging.environment", "staging"),
    ]
    found = [each.environment for each in load_mapping().read(lines)]
    assert found == ["test", "test", "production", "production", "staging"]


@pytest.mark.parametrize(
    ("path", "as_compared"),
    [
        ("METRC_PAGE_SIZE", "metrc_page_size"),
        ("Stores[0].licenseNumber[12]", "stores.license_number"),
        ("metrc.useHTTPSOnly", "metrc.use_https_only"),
        ("page-size", "page_size"),
    ],
)
def test_paths_are_compared_without_humps_positions_and_hyphens(path: str, as_compared: str) -> None:
    assert normal(path) == as_compared


@pytest.mark.parametrize(
    ("pattern", "path", "fitting"),
    [
        ("**.a", "a", True),
        ("**.a", "b.c.a", True),
        ("**.a", "b.a.c", False),
        ("a.**", "a", True),
        ("a.**", "a.b.c", True),
        ("*a*", "bac", True),
        ("*a*", "b.a", False),
        ("a*a", "a", False),
        ("a*b*a", "aba", True),
        ("a*b*a", "aca", False),
        ("**", "a.b", True),
    ],
)
def test_stars_stand_for_what_they_say(pattern: str, path: str, fitting: bool) -> None:
    assert fits(spelling(pattern).parts, path.split(".")) is fitting


def test_a_mapping_of_ones_own_goes_first_and_adds(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "settings:\n"
        "  page_size: {spellings: [rows, '**.ui.page_size']}\n"
        "  timeout: {spellings: [{path: '**.patience', unit: minutes}]}\n"
        "  ours: {kind: switch, meaning: a switch of ours, spellings: ['**.page_size_ours'], anywhere: true}\n",
        encoding="utf-8",
    )
    mappings = (own,)
    assert meaning("rows", "50", mappings=mappings).setting == "page_size"
    assert meaning("patience", "2", mappings=mappings)[:2] == ("timeout", "120")
    assert meaning("metrc.page_size", "50", mappings=mappings).setting == "page_size"
    assert meaning("page_size_ours", "on", "config/shop.yaml", mappings)[:2] == ("ours", "true")
    assert meaning("rows", "50").setting is None


def test_faults_of_a_mapping_are_told_with_their_places(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "settings:\n"
        "  ours: {kind: swich, spellings: [a]}\n"
        "  page_size: {speling: [a]}\n"
        "  timeout: {spellings: [{path: a, unit: moons}]}\n",
        encoding="utf-8",
    )
    with pytest.raises(UserError) as caught:
        load_mapping((own,))
    assert [str(problem).replace(str(tmp_path), "") for problem in caught.value.problems] == [
        "/own.yaml:2:16: error: 'swich' is no kind\n  help: kinds: text, count, duration, switch, words",
        "/own.yaml:3:15: error: unknown key 'speling'\n  help: did you mean 'spellings'?",
        "/own.yaml:3:14: error: spellings is a list of dotted paths\n  help: spellings: ['**.page_size']",
        "/own.yaml:4:25: error: 'moons' is no unit of time\n  help: units: ms, seconds, minutes, hours, days",
    ]


def test_the_page_of_settings_is_up_to_date() -> None:
    """`make docs` writes it."""
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == document_settings()

"""Secrets do not leave a snapshot; what only speaks of one, or points to one, does."""

import hashlib

import pytest

from rootlint.snapshot.secrets import fingerprint, keep_name_out, keep_secrets_out

MADE = "made-up-value"


@pytest.mark.parametrize(
    "path",
    [
        ["METRC_VENDOR_API_KEY"],
        ["metrc", "vendorApiKey"],
        ["metrc", "APIKey"],
        ["userkey"],
        ["client_secret"],
        ["Token"],
        ["db-password"],
        ["pwd"],
        ["credentials", "vendor"],
        ["API_KEY_2"],
        ["webhook", "authorization"],
        ["VAULT_SECRET_ID"],
    ],
)
def test_a_value_under_a_name_of_a_secret_is_kept_out(path):
    assert keep_secrets_out(path, MADE, "text") == fingerprint(MADE)


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        (["metrc", "state"], "ca", "text"),
        (["token_url"], "https://example.test/token", "text"),
        (["key_rotation_days"], "90", "integer"),
        (["METRC_USER_KEY_FP"], "fp:0123456789ab", "text"),
        (["api_key_id"], "key-17", "text"),
        (["webhooks", "user_key"], "fp_919444e803", "text"),
        (["password"], "sha256:0123456789abcdef", "text"),
        (["metrc", "vendor_key"], "vk_52ac7aa890e7", "text"),
        (["credentials", "userKey"], "5c15ae1f3198", "text"),
        (["METRC_VENDOR_KEY"], "5c15ae1f3198", "text"),
        (["key", "owner"], "made-user-1", "text"),
        (["api_key_enabled"], "true", "boolean"),
        (["api_key"], "", "text"),
        (["api_key"], None, "null"),
        (["monkey"], "banana", "text"),
        (["keyboard"], "us", "text"),
        (["license"], "C10-0000123-LIC", "text"),
        (["tag"], "1A4060300000000000000001", "text"),
    ],
)
def test_a_value_that_is_no_secret_is_kept(path, value, kind):
    assert keep_secrets_out(path, value, kind) == value


@pytest.mark.parametrize(
    "reference",
    [
        "${METRC_KEY}",
        "$METRC_KEY",
        "${{ secrets.METRC_KEY }}",
        "{{ metrc_key }}",
        "vault:kv/metrc#key",
        "${VAULT:metrc/vendor}",
        "${vault:metrc/kitchen-&-lab}",
        "${secret:metrc/user}",
        "secret:metrc/user",
        "env:METRC_KEY",
        "!secret metrc_key",
        "arn:aws:secretsmanager:us-west-2:000000000000:secret:metrc",
    ],
)
def test_a_reference_to_a_secret_is_kept(reference):
    assert keep_secrets_out(["api_key"], reference, "text") == reference


@pytest.mark.parametrize(
    "value",
    [
        "${KEY:-made-up-default}",
        "${env:KEY:-made-up-default}",
        "${KEY} made-up",
        "env: made-up",
        "http:made-up",
    ],
)
def test_a_reference_that_carries_a_value_is_no_reference(value):
    assert keep_secrets_out(["api_key"], value, "text") == fingerprint(value)


@pytest.mark.parametrize(
    "value",
    [
        "Ab3" * 16,
        "eyJhbGciOiJub25lIn0.eyJtYWRlIjp0cnVlfQ.",
        "Bearer made-up",
        "-----BEGIN " + "RSA PRIVATE KEY-----\nmade up\n",
    ],
)
def test_a_value_that_looks_like_a_secret_is_kept_out_whatever_its_name(value):
    assert keep_secrets_out(["note"], value, "text") == fingerprint(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "vk_52ac7aa890e7"),
        ("vendor_key", "vk_52ac7aa890e7f"),
        ("vendor_key", "Vk-made"),
        ("api_key", "5c15ae1f3198"),
        ("vendor_key", "5c15ae1f31985"),
        ("key", "fp_made"),
    ],
)
def test_what_only_resembles_the_number_of_a_key_is_kept_out(name, value):
    assert keep_secrets_out([name], value, "text") == fingerprint(value)


def test_a_number_under_the_name_of_a_secret_is_kept_out():
    assert keep_secrets_out(["pin"], "1234", "integer") == fingerprint("1234")


def test_of_an_address_only_the_secret_is_kept_out():
    address = "https://user:made@api-ca.metrc.com/sales?licenseNumber=F&api_key=made&x=1"
    assert keep_secrets_out(["url"], address, "text") == (
        f"https://{fingerprint('user:made')}@api-ca.metrc.com/sales?licenseNumber=F&api_key={fingerprint('made')}&x=1"
    )


def test_of_a_connection_text_only_the_secret_is_kept_out():
    text = "Server=db;User=made;Password=made-up;Timeout=5"
    assert keep_secrets_out(["database"], text, "text") == (
        f"Server=db;User=made;Password={fingerprint('made-up')};Timeout=5"
    )


def test_a_name_that_is_a_secret_is_kept_out():
    assert keep_name_out("Ab3" * 16) == fingerprint("Ab3" * 16)
    assert keep_name_out("license") == "license"


def test_a_fingerprint_shows_that_two_secrets_are_the_same():
    assert fingerprint(MADE) == f"<secret sha256:{hashlib.sha256(MADE.encode()).hexdigest()[:8]}>"

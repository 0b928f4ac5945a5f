"""Keeping secrets out: a value that is one, or stands where one would, becomes a short fingerprint."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

# Words in the name of a setting that make its value a secret
_SECRET_WORDS = frozenset(
    {
        "accesskey",
        "apikey",
        "apikeys",
        "auth",
        "authorization",
        "bearer",
        "cookie",
        "credential",
        "credentials",
        "dsn",
        "key",
        "keys",
        "pass",
        "passphrase",
        "passwd",
        "password",
        "passwords",
        "pin",
        "privatekey",
        "pwd",
        "secret",
        "secretkey",
        "secrets",
        "signature",
        "softwarekey",
        "token",
        "tokens",
        "userkey",
        "vendorkey",
    }
)
# Last words that say the value is about a secret and not the secret itself: token_url, key_rotation_days
_ABOUT = frozenset(
    {
        "count",
        "created",
        "days",
        "enabled",
        "endpoint",
        "expires",
        "expiry",
        "file",
        "filename",
        "fingerprint",
        "fp",
        "header",
        "holder",
        "host",
        "hours",
        "id",
        "issued",
        "kind",
        "length",
        "minutes",
        "name",
        "owner",
        "path",
        "provider",
        "ref",
        "reference",
        "required",
        "rotated",
        "seconds",
        "ttl",
        "type",
        "uri",
        "url",
    }
)
_SECRET_ID = ["secret", "id"]  # the password of a machine, by vaults' names, and no number of one
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_STORE = (
    "(?i:vault|env|file|secrets?|secretref|ssm|op|awssm|aws-sm|gcpsm|gcp-sm|azurekeyvault|keyvault|akv|sops|keyring|secretsmanager"
    "|doppler|infisical|conjur|kubernetes|k8s)"
)
_REFERENCE = re.compile(
    r"\$\{[A-Za-z_][A-Za-z0-9_.]*\}\Z"  # ${NAME}
    r"|\$[A-Za-z_][A-Za-z0-9_]*\Z"  # $NAME
    r"|\$\{\{\s*[A-Za-z_][\w.]*\s*\}\}\Z"  # ${{ secrets.NAME }}
    r"|\{\{\s*[A-Za-z_][\w.]*\s*\}\}\Z"  # {{ name }}
    r"|!(?:secret|env|env_var|Ref|ref)\s+[\w.:/-]+\Z"  # !secret name
    rf"|{_STORE}:[\w./#@:-]+\Z"
    rf"|\$\{{{_STORE}:(?:(?!:-)[^\s{{}}])+\}}\Z"  # ${secret:path}, and no ${env:NAME:-a secret to fall back on}
    r"|arn:aws:(?:secretsmanager|ssm):[\w./:-]+\Z"
)
# What names a secret without being one: fp_919444e803, sha256:…; and short numbers of keys, such as vk_52ac7aa890e7.
_NAMES_ONE = re.compile(r"(?:fp|fingerprint|kid|sha1|sha256)[_:-][0-9a-fA-F]{6,64}\Z")
_SHORT_NUMBER = re.compile(r"(?:[a-z]{2,4}[_:-]){1,2}[0-9a-f]{6,12}\Z")
_DIGEST = re.compile(r"[0-9a-f]{8,12}\Z")  # as credentials are called; METRC's own keys are far longer
_METRC_KEYS = frozenset({"userkey", "vendorkey", "softwarekey", "integratorkey"})
_KEY_WORDS = frozenset({"key", "keys", "apikey", "userkey", "vendorkey", "accesskey", "softwarekey"})
_LOOKS_SECRET = re.compile(
    r"(?=[^ ]*[0-9])(?=[^ ]*[A-Za-z])[A-Za-z0-9+/_=-]{32,}\Z"  # a long run of letters and digits
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]*\Z"  # a signed token
    r"|(?:Bearer|Basic)\s+\S+\Z"
    r"|.*-----BEGIN [A-Z ]*PRIVATE KEY-----",
    re.DOTALL,
)
_NAMED = r"[\w.-]*(?:key|token|secret|password|passwd|pwd|signature|auth|sig)"
_INSIDE = (
    re.compile(r"(?<=://)()([^/\s@]+)(?=@)"),  # user:password@host
    re.compile(rf"((?:^|[?&;,\s]){_NAMED}=)([^&;,#\s]+)", re.IGNORECASE),  # ?api_key=…, Password=…;
)


def keep_secrets_out(path: Sequence[str], value: str | None, kind: str) -> str | None:
    """The value as it may be shown; ``path`` holds the names that lead to it, ``kind`` is its type.

    A reference to a secret that lies elsewhere (``${NAME}``, ``vault:…``) is kept as it is.
    """
    if not value or kind in ("boolean", "null", "list", "mapping") or _REFERENCE.match(value):
        return value
    if _NAMES_ONE.match(value) or (_SHORT_NUMBER.match(value) and _names_key(path)):
        return value
    if _DIGEST.match(value) and _names_metrc_key(path):
        return value
    if _LOOKS_SECRET.match(value) or _names_secret(path, kind):
        return fingerprint(value)
    for pattern in _INSIDE:
        value = pattern.sub(lambda found: found[1] + _unless_reference(found[2]), value)
    return value


_LOOSE = (
    re.compile(rf"((?:^|[^\w.-]){_NAMED}[\"']?\s*[=:]\s*[\"']?)([^\s&;,#\"']+)", re.IGNORECASE),  # api_key: …
    re.compile(r"((?:Bearer|Basic)\s+)(\S+)"),
    re.compile(r"()((?<![\w+/=-])(?=[A-Za-z+/_=-]*[0-9])(?=[0-9+/_=-]*[A-Za-z])[A-Za-z0-9+/_=-]{32,})"),
)


def keep_secrets_out_of_text(text: str) -> str:
    """A piece of a file that is no value, as it may be shown: comments hold old keys, and much else."""
    for pattern in (_INSIDE[0], *_LOOSE):
        text = pattern.sub(lambda found: found[1] + _unless_reference(found[2]), text)
    return text


def keep_name_out(name: str) -> str:
    """The name of a setting as it may be shown: some files use secrets as names."""
    return fingerprint(name) if _LOOKS_SECRET.match(name) else name


def fingerprint(secret: str) -> str:
    """What is shown in place of a secret: enough to see that two are the same."""
    return f"<secret sha256:{hashlib.sha256(secret.encode()).hexdigest()[:8]}>"


def _names_secret(path: Sequence[str], kind: str) -> bool:
    """Whether a name that leads to a value calls it a secret, and its own name does not say otherwise."""
    names = [_words(name) for name in path]
    own = names[-1] if names else []
    if own and own[-1] in _ABOUT and own[-2:] != _SECRET_ID:
        return False
    if kind != "text":  # a number is a secret only under a name that ends in one: pin, password
        return bool(own) and own[-1] in _SECRET_WORDS
    return any(_SECRET_WORDS.intersection(words) for words in names)


def _names_key(path: Sequence[str]) -> bool:
    """Whether the own name of a setting calls it a key: those are longer than their numbers, as passwords need not be."""
    words = _words(path[-1]) if path else []
    return bool(words) and words[-1] in _KEY_WORDS


def _names_metrc_key(path: Sequence[str]) -> bool:
    """Whether the own name of a setting calls it one of the keys of METRC's web API."""
    return bool(path) and any("".join(_words(path[-1])[start:]) in _METRC_KEYS for start in (-2, -1))


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _unless_reference(value: str) -> str:
    return value if _REFERENCE.match(value) else fingerprint(value)

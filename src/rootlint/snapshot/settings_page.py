"""The settings that rules speak of, as a Markdown page for docs/settings.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rootlint.documents import load_yaml
from rootlint.snapshot.mapping import BUILT_IN

_INTRODUCTION = """\
# Settings

<!-- Generated from src/rootlint/snapshot/settings.yaml; change that file, not this page. -->

Integrations are configured in many shapes: `.env`, YAML, JSON, TOML, INI, in one file or in many. Rules speak of settings
by one name (`setting: page_size`), and this page lists the names, what each means, and the spellings that lead to it.
In the table `config_settings` the columns `setting` and `means` hold the name and the value in one unit and one set of
words: durations in seconds, switches as `true` and `false`.

- A setting gets the first name whose spelling fits its dotted path. `*` stands for anything within one part, `**` for any
  number of parts. Case does not count, `pageSize` is `page_size`, `-` is `_`, and positions in lists are left out.
- Names are given in files that speak of METRC, in a path, a value or their own name; those marked *anywhere* in all files.
- The unit of a duration is the one beside the number (`90s`, `1h 30m`), else that of the name (`timeout_ms`). Without
  either it means nothing, and rules leave it alone.
- `environment` tells what a setting is for: by a part of its path (`staging.host`), by the file's name
  (`.env.example`), by the file's own `environment`, else production. Rules judge production unless they say `anywhere`.

## A mapping of one's own

What a file calls otherwise is said in a file of the same form, named in `rootlint.toml`. Its spellings go before
those below; new names can be used by rules of one's own.

```toml
mappings = ["our-mapping.yaml"]
```

```yaml
settings:
  page_size:
    spellings: ['**.rows_per_call']
  timeout:
    spellings: [{path: '**.patience', unit: minutes}]
  our_switch:
    meaning: whether our own feature is on
    kind: switch          # text, count, duration, switch or words
    spellings: ['**.feature_x', {path: '**.no_feature_x', reverse: true}]
```

Cases inside rules are read by the built-in mapping; a case about a name of your own says it itself, beside the path:
`{path: feature_x, value: "on", setting: our_switch, means: "true"}`.

## The settings
"""


def document_settings() -> str:
    """Write the page."""
    data = load_yaml(BUILT_IN, shown_as=BUILT_IN.name).data
    return "\n".join([_INTRODUCTION, *_entries(data["settings"])]).rstrip() + "\n"


def _entries(settings: dict[str, Any]) -> Iterator[str]:
    for name, raw in settings.items():
        where = ", anywhere" if raw.get("anywhere") else ""
        yield from (
            f"### {name}",
            "",
            f"{raw['meaning'][:1].upper()}{raw['meaning'][1:]} ({raw['kind']}{where}).",
            "",
        )
        for word, words in raw.get("words", {}).items():
            yield f"- means `{word}`: {', '.join(f'`{each}`' for each in words)}"
        yield f"- spellings: {', '.join(map(_spelling, raw['spellings']))}"
        if raw.get("but"):
            yield f"- not: {', '.join(map(_spelling, raw['but']))}"
        yield ""


def _spelling(raw: Any) -> str:
    if isinstance(raw, str):
        return f"`{raw}`"
    return f"`{raw['path']}`" + (" (the other way round)" if raw.get("reverse") else f" ({raw['unit']})")

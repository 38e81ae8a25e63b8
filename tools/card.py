"""The command card: all commands on one sheet of A4, as a page to print (docs/card.html, docs/de/karte.html)."""

import re
from html import escape
from typing import NamedTuple

WIDEST = 24  # letters of values that stand behind a form

STYLE = """@page { size: A4 landscape; margin: 8mm; }
* { box-sizing: border-box; } body { margin: 0 auto; max-width: 281mm; background: #fff; color: #1d2421; font: 6.6pt/1.24 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
header { display: flex; align-items: baseline; gap: 5mm; border-bottom: .5mm solid #22664f; padding-bottom: 1mm; margin-bottom: 2mm; }
h1 { font-size: 13pt; margin: 0; } header p { margin: 0; flex: 1; }
main { columns: 3; column-gap: 6mm; } section { margin: 0 0 1.4mm; }
h2 { font-size: 8.2pt; margin: 0 0 .6mm; color: #22664f; break-after: avoid; }
dl { margin: 0; } dl div { display: grid; grid-template-columns: 30mm 1fr; gap: 2mm; padding: .22mm 0; border-top: .1mm solid #dadfd9; break-inside: avoid; }
dt { font: 600 6.5pt/1.3 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; } dd { margin: 0; } code { font: 6.3pt ui-monospace, "DejaVu Sans Mono", monospace; } i { color: #4c5651; font-style: normal; }
footer { border-top: .2mm solid #22664f; margin-top: 1mm; padding-top: 1mm; display: flex; gap: 6mm; } footer span { flex: 1; }"""  # noqa: E501


class Words(NamedTuple):
    """What the card says besides the commands."""

    code: str
    title: str
    about: str
    number: str
    foot: tuple


ENGLISH = Words(
    "en",
    "TextSocket: the commands",
    "One text, one command; several with <code>;</code> between them. Upper and lower case mean the same. "
    "<code>COMMAND?</code> shows a setting.",
    "Number of the socket:",
    (
        "<b>First:</b> <code>MAKEMEBOSS</code>, within 30 minutes of switching on. From then on it listens to you alone.",
        "<b>Settings</b> (<code>=</code> <code>+</code> <code>-</code>) need those 30 minutes, a security list or a password.",
        "<b>Button:</b> short: on or off (or ends the alarm). 10 s: everything is erased.",
        "<b>LEDs:</b> GSM every 3 s: in the network. OUT fast: modem or SIM. POWER fast: contact active.",
    ),
)
GERMAN = Words(
    "de",
    "TextSocket: die Befehle",
    "Eine SMS, ein Befehl; mehrere mit <code>;</code> dazwischen. Groß und klein ist gleich. "
    "<code>BEFEHL?</code> zeigt eine Einstellung.",
    "Nummer der Steckdose:",
    (
        "<b>Zuerst:</b> <code>MAKEMEBOSS</code>, in den ersten 30 Minuten. Von da an hört sie nur auf Sie.",
        "<b>Einstellungen</b> (<code>=</code> <code>+</code> <code>-</code>) brauchen diese 30 Minuten, eine Liste oder ein Passwort.",
        "<b>Taster:</b> kurz: ein oder aus (oder Alarmende). 10 s: alles wird gelöscht.",
        "<b>LEDs:</b> GSM alle 3 s: im Netz. OUT schnell: Modem oder SIM. POWER schnell: Kontakt spricht an.",
    ),
)


def first_sentence(text: str) -> str:
    """What fits on a card."""
    return re.split(r"(?<=[.;]) (?=[A-ZÄÖÜ`])", text, maxsplit=1)[0].rstrip(".;")


def _html(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _entry(shown, takes, said) -> str:
    """One command. Short values stand behind the form, a range before the sentence."""
    open_, values = shown.endswith("..."), takes.partition(";")[0]
    plain = re.fullmatch(r"[A-Z0-9]+(,[A-Z0-9]+)*", values)
    form = escape(shown.removesuffix("..."))
    if open_ and plain and len(values) <= WIDEST:
        form += f"{'' if form[-1] in '=+-' else ' '}<wbr><i>{values.replace(',', '|<wbr>')}</i>"
    elif open_:
        form += "…"
    span = f"<i>{escape(values)}:</i> " if re.fullmatch(r"[-0-9C]+\.\.[0-9C]+", values) else ""
    return f"<div><dt>{form}</dt><dd>{span}{_html(first_sentence(said))}</dd></div>"


def page(chapters, words: Words) -> str:
    """chapters: (title, [(form, what it takes, what it does)])."""
    sections = "\n".join(
        f"<section><h2>{escape(title)}</h2><dl>{''.join(_entry(*row) for row in rows)}</dl></section>"
        for title, rows in chapters
    )
    foot = "".join(f"<span>{text}</span>" for text in words.foot)
    return f"""<!doctype html>
<html lang="{words.code}"><head><meta charset="utf-8"><title>{words.title}</title><style>{STYLE}</style></head>
<body><header><h1>{words.title}</h1><p>{words.about}</p><span>{words.number} ____________________</span></header>
<main>
{sections}
</main>
<footer>{foot}</footer></body></html>
"""

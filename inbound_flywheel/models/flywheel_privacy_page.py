# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import tempfile

from markupsafe import Markup

from odoo import fields
from odoo.tools import format_date, html2plaintext

from .flywheel_privacy_describe import TABLES

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 60rem;
       margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem;
     border-bottom: 1px solid #ccc; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
td, th { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0;
         border-bottom: 1px solid #eee; overflow-wrap: anywhere; }
.card th { width: 14rem; font-weight: normal; color: #666; }
.card { border-left: 3px solid #ccd; padding-left: .8rem; }
.small { color: #666; font-size: .9em; } pre { white-space: pre-wrap;
        font: inherit; margin: .2rem 0; }
nav a { margin-right: 1rem; }
"""
CARD = Markup('<table class="card">%s</table>')
ROW = Markup("<tr><th>%s</th><td><pre>%s</pre></td></tr>")


class Page:
    """The page that a person reads, written part by part to a file on disk.

    :param env: in the person's language
    :param log: the line of the log
    :param person: the person
    """

    def __init__(self, env, log, person):
        self.env = env
        self.log = log
        self.person = person

    def __enter__(self):
        self._file = tempfile.TemporaryFile()
        self._head()
        return self

    def __exit__(self, *_exception):
        self._file.close()

    def _write(self, markup, *values):
        self._file.write(str(Markup(markup) % values if values else markup).encode())

    def close(self):
        """Write the end; return the file."""
        self._foot()
        self._file.flush()
        return self._file

    # ------------------------------------------------------------------
    # Words around
    # ------------------------------------------------------------------
    def _head(self):
        _ = self.env._
        company = self.log.company_id or self.log.company_ids[:1] or self.env.company
        title = _("What %(company)s knows of you", company=company.name)
        self._write(
            '<!DOCTYPE html><html lang="%s"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>%s</title><style>%s</style></head><body><h1>%s</h1>",
            (self.env.lang or "en_US").replace("_", "-"),
            title,
            Markup(STYLE),
            title,
        )
        self._write(
            "<p>%s</p><p>%s</p>",
            _(
                "Of %(person)s, as of %(date)s. Asked for on %(asked)s.",
                person=self.person.display_name,
                date=format_date(self.env, fields.Date.today()),
                asked=format_date(self.env, self.log.requested_on),
            ),
            _(
                "This page is for reading. The folder “data” holds the same for "
                "machines (JSON), the folder “files” the files that belong to it."
            ),
        )
        contact = ", ".join(
            filter(None, (company.name, company.email, company.phone, company.website))
        )
        self._write(
            "<p>%s</p>", _("Questions and corrections: %(contact)s.", contact=contact)
        )

    def _foot(self):
        _ = self.env._
        self._write("<h2>%s</h2><ul>", _("What is not in it, and your rights"))
        for text in (
            _(
                "What other people wrote is theirs and left out; it says where. Our "
                "staff is not named."
            ),
            _("Passwords and keys of a login are not handed out."),
            _(
                "You may have this corrected or erased, object to being scored, and "
                "take back any consent."
            ),
            _("You may complain to the data protection authority where you live."),
        ):
            self._write("<li>%s</li>", text)
        self._write("</ul></body></html>")

    # ------------------------------------------------------------------
    # Sections
    # ------------------------------------------------------------------
    @contextlib.contextmanager
    def section(self, records):
        """Open a section about records of one model.

        Yields a function that takes a list of records, each a list of (label, text).
        """
        if records:
            self._write("<h2>%s (%s)</h2>", self._get_title(records), len(records))
        names = TABLES.get(records._name)
        if names and records:
            labels = [records._fields[n]._description_string(self.env) for n in names]
            self._write_row("th", labels, "<table>")

        def tell(cards):
            if names:
                for row in cards:
                    self._write_row("td", row)
                return
            for card in cards:
                rows = Markup("").join(ROW % pair for pair in card)
                if rows:
                    self._write(CARD % rows)

        yield tell
        if names and records:
            self._write("</table>")

    def _get_title(self, records):
        describe = self.env["flywheel.privacy.describe"]
        title = describe._get_titles().get(records._name)
        # sudo: names of models are no secret
        return title or self.env["ir.model"].sudo()._get(records._name).name

    def _write_row(self, tag, texts, before=""):
        cell = Markup(f"<{tag}>%s</{tag}>")
        cells = Markup("").join(cell % text for text in texts)
        self._write(f"{before}<tr>%s</tr>", cells)

    def picture(self, person, picture):
        """Tell score, persona and stages, and how they come about."""
        _ = self.env._
        self._write("<h2>%s</h2>", _("How we see you"))
        pairs = [
            (_("Name"), person.display_name),
            (_("Persona: the kind of customer you may be"), picture["persona"]),
            (_("Where you stand in your decision"), picture["journey"]),
            (_("What you are to us"), picture["lifecycle"]),
            (_("How you like to be reached"), picture["channel"]),
        ]
        if picture["not_scored"]:
            pairs.append((_("Score"), _("You are not scored: you objected to it.")))
        else:
            pairs.append((_("Score, for what you do"), str(picture["score"])))
            pairs.append((_("Grade, for who you are"), picture["grade"]))
        rows = Markup("").join(ROW % pair for pair in pairs if pair[1])
        self._write(CARD % rows)
        self._write(
            '<p class="small">%s</p>',
            _(
                "The score adds up points for what you did; they fade with time. It "
                "helps us to decide whom to call first. Nothing is decided by it alone."
            ),
        )
        self._score_lines(picture)
        self._candidates(picture)

    def _score_lines(self, picture):
        _ = self.env._
        if not picture["lines"]:
            return
        describe = self.env["flywheel.privacy.describe"]
        heads = (_("Date"), _("What you did"), _("Points then"), _("Points today"))
        self._write("<h2>%s</h2>", _("The points of your score"))
        self._write_row("th", heads, "<table>")
        for line in picture["lines"]:
            words = f"{line['touchpoint']}: {line['summary']}".strip(": ")
            date = describe._tell_time(line["date"].isoformat())
            points = f"{line['points']:g}", f"{line['now']:.1f}"
            self._write_row("td", (date, words, *points))
        self._write("</table>")

    def _candidates(self, picture):
        _ = self.env._
        candidates, fit = picture["candidates"], picture["fit"]
        if candidates:
            self._write("<h2>%s</h2><ul>", _("Which persona you may be, and why"))
            for candidate in candidates:
                self._write(
                    "<li>%s</li>",
                    _(
                        "%(persona)s: %(share)s %% of its criteria hold (%(met)s)",
                        persona=candidate["persona"],
                        share=round(100 * candidate["confidence"]),
                        met=", ".join(line["name"] for line in candidate["met"]) or "–",
                    ),
                )
            self._write("</ul>")
        if fit:
            self._write("<h2>%s</h2><ul>", _("What makes up your grade"))
            for rule in fit:
                self._write("<li>%s: %s</li>", rule["name"], f"{rule['points']:+g}")
            self._write("</ul>")

    def message(self, row):
        """Return a message as a card."""
        _ = self.env._
        describe = self.env["flywheel.privacy.describe"]
        authors = {
            "you": _("You"),
            "staff": _("Our staff, about you")
            if row["internal"]
            else _("Our staff, to you"),
            "other": _("Another person"),
        }
        card = [
            (_("Date"), describe._tell_time(row["date"])),
            (_("Written by"), authors[row["author"]]),
        ]
        if row["withheld"]:
            return [*card, (_("Text"), _("Left out: the words of somebody else."))]
        body = html2plaintext(row["body"] or "")
        changes = "\n".join(
            _(
                "%(field)s: from %(old)s to %(new)s",
                field=change["field"],
                old=change["old"] or "–",
                new=change["new"] or "–",
            )
            for change in row["changes"]
        )
        pairs = (
            (_("Subject"), row["subject"]),
            (_("Text"), body),
            (_("Changes"), changes),
            (_("Files"), ", ".join(row["attachments"])),
        )
        return card + [pair for pair in pairs if pair[1]]

    def files(self, files):
        """List the files of the archive."""
        if not files:
            return
        self._write("<h2>%s</h2><ul>", self.env._("Files"))
        for file in files:
            if file["path"]:
                link = '<li><a href="%s">%s</a></li>'
                self._write(link, file["path"], file["name"])
            else:
                # Where it leads is told, not linked: anybody may have put it there.
                self._write("<li>%s</li>", file["name"])
        self._write("</ul>")

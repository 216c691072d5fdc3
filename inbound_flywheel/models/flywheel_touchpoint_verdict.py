# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.arrays import array
from ..engine.machines import Deed, find_bursts, weigh
from .flywheel_machine_sign import SIGNS

CODES = [code for code, _label in SIGNS]


class FlywheelTouchpoint(models.Model):
    """Opens and clicks of machines: told by signs, set aside with the evidence.

    A verdict is worth nothing but the evidence of the moment: what comes later may
    quarantine earlier lines, other weights may release them. What a person decided
    stays as it is.
    """

    _inherit = "flywheel.touchpoint"

    quarantine_kind = fields.Selection(
        [*SIGNS, ("hand", "By Hand"), ("other", "Other")],
        string="Sign",
        readonly=True,
        help="The weightiest sign of a machine.",
    )
    quarantine_detail = fields.Json(readonly=True)
    quarantine_evidence = fields.Text(
        string="Evidence", compute="_compute_quarantine_evidence"
    )
    by_hand = fields.Boolean(
        string="Decided by Hand",
        readonly=True,
        help="A person quarantined or released it: no rule changes that.",
    )

    _by_hand_idx = models.Index("(date) WHERE by_hand")

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------
    @api.depends("quarantine_detail")
    @api.depends_context("lang")
    def _compute_quarantine_evidence(self):
        for touchpoint in self:
            signs = touchpoint.quarantine_detail or []
            texts = [self._describe_sign(sign) for sign in signs]
            touchpoint.quarantine_evidence = "\n".join(filter(None, texts))

    @api.model
    def _describe_sign(self, sign):
        """Return the words for one sign of the evidence.

        :param sign: dict with ``sign`` (a code, or none for free text) and what was
            measured
        """
        code = sign.get("sign")
        values = {name: value for name, value in sign.items() if name != "sign"}
        if code in ("soon", "hasty"):
            return self.env._("%(seconds)s seconds after the mail was sent", **values)
        if code == "burst":
            return self.env._(
                "%(count)s different links of the mail within %(seconds)s seconds",
                **values,
            )
        if code == "agent":
            return self.env._("%(name)s, a known scanner: “%(agent)s”", **values)
        if code == "prefetch":
            return self.env._(
                "%(name)s, which fetches mails before they are read: “%(agent)s”",
                **values,
            )
        if code == "head":
            return self.env._(
                "Asked for the head of the page only (%(method)s)", **values
            )
        if code == "anonymous":
            return self.env._("Did not say which program it is")
        if code == "network":
            return self.env._(
                "%(count)s recipients from the network %(network)s within"
                " %(seconds)s seconds",
                **values,
            )
        return sign.get("text")

    # ------------------------------------------------------------------
    # Verdicts
    # ------------------------------------------------------------------
    @api.model
    def _quarantine(self, reasons, evidence=None):
        """Set lines aside that something else tells for a machine's.

        Kept, visible, worth nothing. What a person released stays released.

        :param reasons: {touchpoint id: reason in a few words, or code of a sign}
        :param evidence: what was seen, in words: a text for all of them or
            {touchpoint id: text}
        :return: the lines that are set aside now and were not before
        """
        labels = dict(self._fields["quarantine_kind"]._description_selection(self.env))
        verdicts = {}
        for touchpoint_id, reason in reasons.items():
            kind = reason if reason in CODES else "other"
            text = (
                evidence.get(touchpoint_id) if isinstance(evidence, dict) else evidence
            )
            detail = [{"text": text}] if text else []
            verdicts[touchpoint_id] = (kind, labels.get(reason, reason), detail)
        lines = self._set_aside(verdicts)
        lines._apply()
        return lines

    @api.model
    def _set_aside(self, verdicts):
        """Write verdicts; the lines have yet to be applied anew.

        :param verdicts: {touchpoint id: (kind, reason, detail)}
        :return: the lines whose state has changed
        """
        if not verdicts:
            return self.browse()
        kinds, reasons, details = zip(*verdicts.values(), strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE flywheel_touchpoint t
                   SET state = 'quarantined', quarantine_kind = v.kind,
                       quarantine_reason = v.reason, quarantine_detail = v.detail::jsonb
                  FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[])
                       AS v (id, kind, reason, detail), flywheel_touchpoint o
                 WHERE t.id = v.id AND o.id = t.id AND t.by_hand IS NOT TRUE
                   AND (t.state <> 'quarantined'
                        OR t.quarantine_kind = ANY(%s)
                       AND t.quarantine_detail IS DISTINCT FROM v.detail::jsonb)
             RETURNING t.id, o.state
                """,
                array(verdicts),
                array(kinds),
                array(reasons),
                array(json.dumps(detail) for detail in details),
                CODES,
            )
        )
        self._forget_verdicts()
        return self.browse(row[0] for row in rows if row[1] != "quarantined")

    @api.model
    def _set_free(self, ids):
        """Take verdicts back; the lines have yet to be applied anew.

        :return: the lines whose state has changed
        """
        if not ids:
            return self.browse()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE flywheel_touchpoint
                   SET state = 'valid', quarantine_kind = NULL,
                       quarantine_reason = NULL, quarantine_detail = NULL
                 WHERE id = ANY(%s::int[])
                   AND state = 'quarantined' AND by_hand IS NOT TRUE
                   AND quarantine_kind = ANY(%s)
             RETURNING id
                """,
                array(ids),
                CODES,
            )
        )
        self._forget_verdicts()
        return self.browse(row[0] for row in rows)

    @api.model
    def _forget_verdicts(self):
        names = ["state", "quarantine_kind", "quarantine_reason", "quarantine_detail"]
        self.invalidate_model(names, flush=False)

    # ------------------------------------------------------------------
    # Judging
    # ------------------------------------------------------------------
    @api.model
    def _judge_new(self, lines):
        """Judge lines that were just appended, and those which they throw a light on.

        :param lines: list of :class:`Line`
        :return: the earlier lines whose state has changed: they have yet to be
            applied anew
        """
        Type = self.env["flywheel.touchpoint.type"]
        watched = Type._get_guarded_ids() | {Type._get_ids_by_code().get("email_sent")}
        lines = [line for line in lines if line.type_id in watched]
        if not lines:
            return self.browse()
        aside, free = self._judge(self._find_neighbours(lines))
        return (aside | free) - self.browse([line.id for line in lines])

    @api.model
    def _judge(self, ids):
        """Tell machines from people, by all that is known now.

        :param ids: ids of touchpoints of types that machines fake
        :return: (lines set aside now, lines released now); both have yet to be
            applied anew
        """
        specs = self.env["flywheel.machine.sign"]._get_specs()
        labels = dict(self._fields["quarantine_kind"]._description_selection(self.env))
        signs = self._find_signs(ids, specs) if ids else {}
        verdicts = {}
        for touchpoint_id, seen in signs.items():
            kind = weigh(seen, specs)
            if kind:
                verdicts[touchpoint_id] = (kind, labels[kind], seen)
        aside = self._set_aside(verdicts)
        return aside, self._set_free([key for key in ids if key not in verdicts])

    @api.model
    def _get_reach(self):
        """Return how many seconds the judge looks around a line."""
        specs = self.env["flywheel.machine.sign"]._get_specs()
        soon = self.env["flywheel.touchpoint.type"]._get_machine_seconds().values()
        return max([*(spec.seconds for spec in specs.values()), *soon, 0])

    @api.model
    def _find_neighbours(self, lines):
        """Return the ids of the opens and clicks that new lines may tell of:
        themselves, and those of the same people around the same time.

        :param lines: list of :class:`Line`
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT near.id
                  FROM unnest(%(people)s::int[], %(dates)s::timestamp[])
                       AS n (profile_id, date)
                 CROSS JOIN LATERAL (
                       -- OFFSET 0: one look into the index a line, whatever the
                       -- planner thinks of a table that is being filled.
                       SELECT t.id FROM flywheel_touchpoint t
                        WHERE t.profile_id = n.profile_id
                          AND t.type_id = ANY(%(types)s)
                          AND t.date BETWEEN n.date - %(reach)s * interval '1 second'
                                         AND n.date + %(reach)s * interval '1 second'
                       OFFSET 0) near
                """,
                people=array(line.profile_id for line in lines),
                dates=array(line.date for line in lines),
                types=list(self.env["flywheel.touchpoint.type"]._get_guarded_ids()),
                reach=self._get_reach(),
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _find_signs(self, ids, specs):
        """Return the signs of a machine, by line.

        An addon that sees more than the ledger tells adds its own.

        :param ids: ids of touchpoints
        :param specs: {code: Spec} of the signs in force
        :return: {touchpoint id: [{"sign": code, what was measured}]}
        """
        limits = self.env["flywheel.touchpoint.type"]._get_machine_seconds()
        opened = (
            self.env["flywheel.touchpoint.type"]._get_ids_by_code().get("email_open")
        )
        soon, hasty = specs.get("soon"), specs.get("hasty")
        signs, deeds, early = {}, [], []
        for line in self._find_deeds(ids):
            if line["gap"] is not None:
                gap = max(line["gap"], 0.0)
                sign = {"seconds": int(gap)}
                if soon and gap <= limits.get(line["type_id"], -1):
                    signs[line["id"]] = [{"sign": "soon", **sign}]
                elif hasty and gap <= hasty.seconds:
                    signs[line["id"]] = [{"sign": "hasty", **sign}]
            mail = (line["profile_id"], line["res_model"] or "", line["res_id"] or 0)
            link = None if line["type_id"] == opened else line["content"]
            deeds.append(Deed(line["id"], mail, line["date"], link))
            if line["id"] in signs:
                early.append(deeds[-1])
        for touchpoint_id, sign in self._find_bursts(deeds, early, specs).items():
            signs.setdefault(touchpoint_id, []).append(sign)
        return signs

    @api.model
    def _find_bursts(self, deeds, early, specs):
        """Return {touchpoint id: sign} of deeds in bursts.

        A scanner that waits for a slow server takes longer than a burst lasts. Who
        has read so much of a mail that has just been sent is no person either.

        :param deeds: list of :class:`Deed`
        :param early: those of them soon after sending
        """
        burst, hasty = specs.get("burst"), specs.get("hasty")
        if not burst:
            return {}
        looks = [(deeds, burst.seconds)]
        if hasty:
            looks.insert(0, (early, max(hasty.seconds, burst.seconds)))
        return {
            touchpoint_id: {"sign": "burst", "count": count, "seconds": seconds}
            for found, seconds in looks
            for touchpoint_id, count in find_bursts(found, burst.count, seconds).items()
        }

    @api.model
    def _find_deeds(self, ids):
        """Return the lines as dicts, with the seconds since the mail was sent.

        The mail is the same one where both lines tell which; a scanner may even be
        at it before the mail server has said that the mail is on its way.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT t.id, t.profile_id, t.type_id, t.date, t.content, t.res_model,
                       t.res_id, extract(epoch FROM t.date - s.date)::float8 AS gap
                  FROM flywheel_touchpoint t
                  LEFT JOIN LATERAL (
                       SELECT s.date FROM flywheel_touchpoint s
                        WHERE s.profile_id = t.profile_id AND s.type_id = %(sent)s
                          AND s.date >= t.date - %(reach)s * interval '1 second'
                          AND (s.date <= t.date
                               AND (s.res_id IS NULL OR t.res_id IS NULL)
                               OR s.res_model = t.res_model AND s.res_id = t.res_id
                              AND s.date <= t.date + %(reach)s * interval '1 second')
                     ORDER BY s.date DESC LIMIT 1) s ON TRUE
                 WHERE t.id = ANY(%(ids)s::int[])
                """,
                sent=self.env["flywheel.touchpoint.type"]
                ._get_ids_by_code()
                .get("email_sent"),
                reach=self._get_reach(),
                ids=array(ids),
            )
        )
        return self.env.cr.dictfetchall()

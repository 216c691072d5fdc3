# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import email_normalize

from odoo.addons.inbound_flywheel.engine.busy import gives_way
from odoo.addons.inbound_flywheel.models import flywheel_identity, flywheel_touchpoint

_logger = logging.getLogger(__name__)

BATCH = 50
WORDS = 200


class SurveyUserInput(models.Model):
    """Who answered, and what of it the ledger and the facts have taken over.

    The respondent's request appends one line to the ledger. Everything else follows
    from the scheduled action: facts, recommendations, interviews.
    """

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "flywheel.profile.mixin"]

    flywheel_invited = fields.Char(
        string="Invited Address",
        readonly=True,
        copy=False,
        help="The address that one of us sent the invitation to. Another one was typed "
        "in by whoever answered.",
    )
    flywheel_state = fields.Selection(
        [
            ("pending", "To Be Taken Over"),
            ("done", "Taken Over"),
            ("nobody", "Nobody Known"),
            ("failed", "Not Taken Over"),
        ],
        string="Taken Over",
        readonly=True,
        copy=False,
    )
    flywheel_trust = fields.Selection(
        [
            ("login", "Signed In or Invited"),
            ("typed", "Address Typed In"),
        ],
        string="Recognised By",
        compute="_compute_flywheel_trust",
        help="Anybody can type in an address. What such answers say is noted with low "
        "confidence, and replaces nothing that is known for sure.",
    )
    flywheel_note = fields.Text(string="Left Out", readonly=True, copy=False)

    _flywheel_pending_idx = models.Index("(id) WHERE flywheel_state = 'pending'")

    # ------------------------------------------------------------------
    # Who it is
    # ------------------------------------------------------------------
    @api.depends("partner_id", "email", "flywheel_invited")
    def _compute_flywheel_trust(self):
        for user_input in self:
            invited = user_input.flywheel_invited
            address = email_normalize(user_input.email)
            if user_input.partner_id or invited and invited == address:
                user_input.flywheel_trust = "login"
            else:
                user_input.flywheel_trust = address and "typed"

    def _flywheel_person_values(self):
        values, colleagues = {}, self._flywheel_get_colleagues()
        for user_input in self - colleagues:
            partner = user_input.partner_id
            known = partner or email_normalize(user_input.email)
            if known and not user_input.test_entry:
                company = user_input.survey_id._get_flywheel_company()
                values[user_input.id] = {
                    "partner_id": partner.id,
                    "email": user_input.email,
                    "name": user_input.nickname,
                    "company_id": partner.company_id.id if partner else company.id,
                }
        return values

    def _flywheel_get_colleagues(self):
        """Return the answers of colleagues: they are no customers."""
        addresses = {
            user_input.id: email_normalize(user_input.email)
            for user_input in self.filtered(lambda i: not i.partner_id)
        }
        users = self.env["res.users"].search(
            [
                ("share", "=", False),
                ("email_normalized", "in", [a for a in addresses.values() if a]),
            ]
        )
        known = set(users.mapped("email_normalized"))
        return self.filtered(
            lambda i: not i.partner_id.partner_share
            if i.partner_id
            else addresses[i.id] in known
        )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.user._is_internal():
            # An address that one of us enters is where the invitation goes.
            vals_list = [
                {"flywheel_invited": email_normalize(vals.get("email")), **vals}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("partner_id") or vals.get("email"):
            # Who was nobody is known from now on.
            known = self.filtered(lambda i: i.flywheel_state == "nobody")
            if known:
                known.flywheel_state = "pending"
                self._flywheel_trigger()
        return result

    # ------------------------------------------------------------------
    # In the request of the respondent
    # ------------------------------------------------------------------
    def _mark_done(self):
        result = super()._mark_done()
        self._flywheel_finish()
        return result

    def _flywheel_finish(self):
        """Append that people have answered; what follows is left to the scheduled
        action. Whoever answers waits for nothing, and sees no error of ours."""
        finished = self.filtered(lambda i: not i.test_entry and not i.flywheel_state)
        if not finished:
            return
        finished.flywheel_state = "pending"
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                # sudo: the ledger is written by what happens
                finished.sudo()._flywheel_record()
        except Exception:
            # The scheduled action appends the line.
            _logger.warning("Answers %s are noted later", finished.ids, exc_info=True)
        self._flywheel_trigger()

    @api.model
    def _flywheel_trigger(self):
        cron = self.env.ref(
            "inbound_flywheel_survey.cron_learn", raise_if_not_found=False
        )
        if cron:
            # sudo: the scheduled action runs whoever answers
            cron.sudo()._trigger()

    def _flywheel_has_answered(self):
        """Tell whether somebody said more than who it is."""
        self.ensure_one()
        return any(
            not line.skipped
            and not line.question_id.save_as_email
            and not line.question_id.save_as_nickname
            for line in self.user_input_line_ids
        )

    def _flywheel_record(self):
        """Append to the ledger who answered which survey, once each."""
        self._flywheel_ensure_profiles()
        self.env["flywheel.touchpoint"]._record(
            [i._flywheel_prepare_touchpoint() for i in self if i.flywheel_profile_id],
            later=True,
        )

    def _flywheel_get_date(self):
        """Return when somebody answered."""
        self.ensure_one()
        return (self.end_datetime or self.create_date).replace(microsecond=0)

    def _flywheel_get_key(self):
        self.ensure_one()
        return f"survey.user_input:{self.id}"

    def _flywheel_prepare_touchpoint(self):
        # Colleagues read it.
        survey = self.survey_id.with_context(lang=self.survey_id.user_id.lang)
        values = {
            "type": "survey",
            "profile_id": self.flywheel_profile_id.id,
            "date": self._flywheel_get_date(),
            "external_key": self._flywheel_get_key(),
            "summary": survey.title[:WORDS],
            "res_model": self._name,
            "res_id": self.id,
        }
        if survey.scoring_type != "no_scoring":
            score = self.scoring_percentage
            words = {"survey": survey.title[:WORDS], "score": f"{score:g}"}
            values["value"] = score
            if not survey.certification:
                text = self.env._("%(survey)s: %(score)s %%", **words)
            elif self.scoring_success:
                text = self.env._("%(survey)s: %(score)s %%, passed", **words)
            else:
                text = self.env._("%(survey)s: %(score)s %%, not passed", **words)
            values["summary"] = text
        return values

    # ------------------------------------------------------------------
    # In the scheduled action
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_learn(self):
        """Take over what people have answered, batch by batch, as many workers as
        there are."""
        Cron = self.env["ir.cron"]
        domain = [("flywheel_state", "=", "pending")]
        Cron._commit_progress(remaining=self.search_count(domain))
        last = 0
        while True:
            found = self.search([*domain, ("id", ">", last)], order="id", limit=BATCH)
            if not found:
                break
            last = found[-1].id
            batch = found.try_lock_for_update()
            batch.filtered(lambda i: i.flywheel_state == "pending")._flywheel_learn()
            if not Cron._commit_progress(len(batch)):
                break

    def _flywheel_learn(self):
        """Take over what these people have answered, each for itself."""
        for user_input in self:
            try:
                with self.env.cr.savepoint():
                    lang = user_input.survey_id.user_id.lang
                    user_input.with_context(lang=lang)._flywheel_learn_one()
            except OperationalError:
                # Somebody else is at work on the same person: the next run does it.
                user_input._flywheel_forget()
            except Exception:
                _logger.warning("Answer %s is left out", user_input.id, exc_info=True)
                user_input._flywheel_forget()
                user_input.flywheel_state = "failed"

    def _flywheel_learn_one(self):
        self.ensure_one()
        self._flywheel_record()
        if not self.flywheel_profile_id:
            self.flywheel_state = "nobody"
            return
        left_out = self._flywheel_take_facts()
        self._flywheel_take_nps()
        left_out += self._flywheel_take_interview()
        self.write({"flywheel_state": "done", "flywheel_note": "\n".join(left_out)})
        self.env["flywheel.touchpoint"]._flush_queue()
        self.env["flywheel.identity"]._flush_claims()

    def _flywheel_forget(self):
        """Forget what a transaction that was rolled back had still to append."""
        for queue in (flywheel_touchpoint.QUEUE, flywheel_identity.QUEUE):
            self.env.cr.precommit.data.pop(queue, None)
        self.env.invalidate_all(flush=False)

    def action_flywheel_again(self):
        """Take over once more what was left out."""
        self.check_access("write")
        # sudo: facts are noted whoever lets them be taken over
        left_out = self.sudo().filtered("flywheel_state")
        left_out._flywheel_learn()

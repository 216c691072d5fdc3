# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz
from babel.dates import format_skeleton, format_time

from odoo import SUPERUSER_ID, fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

# So many characters of who and of what about make the name of a lead.
SHORT = 90


class FlywheelChat(models.Model):
    """Whether a visitor is one for sales, and what follows."""

    _inherit = "flywheel.chat"

    def _catch_up(self):
        """Let everything count that was said, before it is decided upon."""
        self.ensure_one()
        if not self.profile_id:
            self._belong_to(*self._recognise(self.channel_id))
        if not self.profile_id:
            return
        self._learn()
        self._record_chat(later=False)
        Touchpoint = self.env["flywheel.touchpoint"]
        Touchpoint._flush_queue()
        Touchpoint.search(
            [("profile_id", "=", self.profile_id.id), ("pending", "=", True)]
        )._apply()

    def _decide(self, step):
        """Tell whether the visitor is qualified, and remember why.

        What is said here decides; what was known before fills in for the questions
        that were spared. Who objects to profiling is judged without score and grade.

        :param step: the step that decides, with what it asks for
        :return: ``qualified`` or ``nurture``
        """
        self.ensure_one()
        person = self.profile_id
        missing = []
        if not person:
            missing.append(self.env._("nobody knows who it is"))
        else:
            missing += self._find_empty_boxes(step)
        if person and not person.no_profiling:
            missing += self._find_shortfalls(step)
        self.outcome = "nurture" if missing else "qualified"
        self.outcome_text = ", ".join(missing) or self.env._("All is known and enough.")
        return self.outcome

    def _find_empty_boxes(self, step):
        """Say which boxes are empty, or were not talked about."""
        person = self.profile_id
        boxes = step._flywheel_boxes(self.company_id)
        filled = boxes._find_fillings(person.ids).get(person.id, {})
        silent, nothing, told = step._flywheel_find_silent(self, boxes)
        lacks = []
        for box in boxes:
            if box in silent:
                text = self.env._("%(box)s was not talked about", box=box.name)
            elif box in nothing or box not in told and box.id not in filled:
                text = self.env._("%(box)s is empty", box=box.name)
            else:
                continue
            lacks.append(text)
        return lacks

    def _find_shortfalls(self, step):
        """Say where score and grade are not enough."""
        person = self.profile_id
        lacks = []
        if step.flywheel_min_score > person.engagement_score:
            lacks.append(
                self.env._(
                    "score %(score)s of %(needed)s",
                    score=round(person.engagement_score, 1),
                    needed=round(step.flywheel_min_score, 1),
                )
            )
        # A is the best.
        if step.flywheel_min_grade and (person.fit_grade or "Z") > (
            step.flywheel_min_grade
        ):
            lacks.append(
                self.env._(
                    "grade %(grade)s, needed: %(needed)s",
                    grade=person.fit_grade or "-",
                    needed=step.flywheel_min_grade,
                )
            )
        return lacks

    # ------------------------------------------------------------------
    # Leads
    # ------------------------------------------------------------------
    def _get_lead(self, step, lead_type=None):
        """Return the person's open lead, or a new one.

        :param step: the step of the script that asks for it
        :param lead_type: type of a new one, as it is made by default
        """
        self.ensure_one()
        Lead = self.env["crm.lead"].sudo()
        self._name_it()
        if self.lead_id.active and self.lead_id.won_status == "pending":
            return self.lead_id
        lead = Lead.search(
            [
                ("flywheel_profile_id", "=", self.profile_id.id),
                ("won_status", "=", "pending"),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            order="type desc, id desc",
            limit=1,
        )
        if lead and self.profile_id:
            lead._message_log(
                body=self.env._("Chatted again: %(words)s", words=self.name or "")
            )
        else:
            lead = Lead.create(self._prepare_lead(step, lead_type))
        self.lead_id = lead
        self._fill_lead(lead)
        return lead

    def _prepare_lead(self, step, lead_type):
        """Return the values of a new lead, as the steps of crm_livechat make it."""
        channel = self.channel_id.sudo()
        told = step._chatbot_prepare_customer_values(
            channel, create_partner=False, update_partner=False
        )
        values = step._chatbot_crm_prepare_lead_values(channel, told["description"])
        person = self.profile_id
        if lead_type:
            values["type"] = lead_type
        values.update(
            name=self._name_lead(),
            company_id=self.company_id.id,
            email_from=told["email"] or person.email,
            phone=told["phone"] or person.phone,
        )
        if self.known_by == "login":
            values["partner_id"] = person.partner_id.id
        return values

    def _name_lead(self):
        """Return the name by which sales recognises a lead: who, what about, and that
        it comes from a chat."""
        person = self.profile_id
        partner = person.partner_id
        need = self.answer_ids.filtered(
            lambda a: a.question_id == self._get_need_question()
        )[-1:]
        ready = self.script_id.sudo().script_step_ids.answer_ids.mapped("name")
        about = need.words or (self.name not in ready and self.name)
        if not about and self.outcome == "qualified":
            # Told before, and therefore not asked.
            about = person._find_held(self._get_need_question()).answer_label
        company = partner.commercial_company_name
        name = partner.name or person.name or person.email or person.phone
        who = ", ".join(dict.fromkeys(filter(None, [company, name])))
        words = {"who": (who or self.env._("Visitor"))[:SHORT]}
        if about:
            words["about"] = about if len(about) <= SHORT else f"{about[:SHORT]}…"
            return self.env._("%(who)s: %(about)s (chat)", **words)
        return self.env._("%(who)s (chat)", **words)

    def _get_need_question(self):
        """Return the question that the box of the need stands for."""
        steps = self.script_id.sudo().script_step_ids
        return steps.flywheel_question_id.filtered(lambda q: q.code == "need")[:1]

    def _fill_lead(self, lead):
        """A budget that was named is what sales may expect, until somebody says
        better."""
        budget = self.answer_ids.filtered(
            lambda a: a.question_id.code == "budget"
            and a.question_id.answer_type == "number"
            and a.state == "known"
        )[-1:]
        if budget and not lead.expected_revenue:
            lead.expected_revenue = float(budget.value)

    # ------------------------------------------------------------------
    # Who takes care
    # ------------------------------------------------------------------
    def _find_online(self, users):
        """Return those of some users who are there for a chat now."""
        channel = self.channel_id.livechat_channel_id.sudo()
        if not channel or not users:
            return users.browse()
        return channel._get_available_operators_by_livechat_channel(users)[channel]

    def _find_familiar(self):
        """Return the salespeople who know the person, the closest first."""
        person = self.profile_id
        partner = person.partner_id
        leads = self.env["crm.lead"].sudo()
        if person:
            leads = leads.search(
                [
                    ("flywheel_profile_id", "=", person.id),
                    ("user_id", "!=", False),
                    ("company_id", "in", [False, self.company_id.id]),
                ],
                order="id desc",
                limit=5,
            )
        users = self.lead_id.user_id | partner.user_id | leads.user_id
        users |= partner.commercial_partner_id.user_id
        return users.filtered(
            lambda u: u.active
            and not u.share
            and (not self.company_id or self.company_id in u.company_ids)
        )

    def _hand_over(self, step):
        """Hand a qualified person over to sales, once.

        :return: the salespeople who are there for the chat: whoever has got it
        """
        self.ensure_one()
        lead = self._get_lead(step)
        online = self._find_online(lead.user_id)
        if lead.user_id:
            # With sales already: nothing to hand over.
            return online or self._find_online(self._find_familiar())[:1]
        # The bot hands over, not the visitor whose request it is.
        Handover = self.env["flywheel.handover"].with_user(SUPERUSER_ID)
        handover = Handover._queue_qualified(self.profile_id, self.company_id)
        if not handover:
            return self._find_online(self._find_familiar())[:1]
        self.handover_id = handover
        return self._find_online(handover._give_to_online(self._find_online))

    # ------------------------------------------------------------------
    # Until when an answer comes
    # ------------------------------------------------------------------
    def _get_promise(self):
        """Return until when somebody answers (naive UTC), by the working hours of the
        company."""
        Definition = self.env["flywheel.handover.definition"]
        company = self.company_id or self.env.company
        definition = Definition._get_for(company)
        if definition:
            return definition._get_deadline(company)
        return fields.Datetime.now() + timedelta(days=1)

    def _say_promise(self, date):
        """Say in the visitor's language and time zone until when."""
        history = self.channel_id.sudo().livechat_customer_history_ids
        zone = next(
            filter(None, history.guest_id.mapped("timezone")),
            self.company_id.resource_calendar_id.tz or "UTC",
        )
        local = pytz.utc.localize(date).astimezone(pytz.timezone(zone))
        locale = babel_locale_parse(get_lang(self.env).code)
        # Day before month or after it, as the language has it.
        day = format_skeleton("MMMMEEEEd", local, locale=locale)
        return f"{day} {format_time(local, 'short', locale=locale)}"

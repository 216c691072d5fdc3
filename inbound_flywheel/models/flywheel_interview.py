# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize, format_date, format_time, formataddr

OPEN = ("planned", "invited")
# What other parts follow; nobody writes it by hand.
KEPT = {"event_id", "origin_id"}


class FlywheelInterview(models.Model):
    """A talk with one person to learn about a persona: planned, invited, held."""

    _name = "flywheel.interview"
    _description = "Interview"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"

    persona_id = fields.Many2one(
        "flywheel.persona",
        required=True,
        ondelete="cascade",
        index=True,
        tracking=True,
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("invited", "Invited"),
            ("held", "Held"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        copy=False,
        tracking=True,
        group_expand=True,
        help="Only interviews that were held count.",
    )
    color = fields.Integer(related="persona_id.color")

    # Who
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        compute="_compute_partner",
        store=True,
        readonly=False,
        ondelete="set null",
        index="btree_not_null",
        tracking=True,
    )
    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        ondelete="set null",
        index="btree_not_null",
        help="Who is interviewed, as all teams know the person.",
    )
    origin_id = fields.Integer(
        readonly=True,
        copy=False,
        help="The interviewee, if that person was merged into another one since.",
    )
    person_name = fields.Char(
        string="Interviewee",
        compute="_compute_person",
        store=True,
        readonly=False,
        tracking=True,
    )
    email = fields.Char(compute="_compute_person", store=True, readonly=False)
    email_formatted = fields.Char(compute="_compute_email_formatted")
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        compute="_compute_lang",
        store=True,
        readonly=False,
        help="The invitation and the guide are written in it.",
    )
    interviewer_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        index=True,
        tracking=True,
    )

    # When and where
    date = fields.Datetime(tracking=True)
    duration = fields.Float(string="Duration (Hours)", default=1.0)
    location = fields.Char(help="A place, or the link of a video call.")
    event_id = fields.Many2one(
        "calendar.event",
        string="Meeting",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    # What was said
    line_ids = fields.One2many("flywheel.interview.line", "interview_id", copy=False)
    answered_count = fields.Integer(compute="_compute_counts")
    open_count = fields.Integer(string="To Take Over", compute="_compute_counts")
    answer_ids = fields.One2many("flywheel.persona.answer", "interview_id")
    notes = fields.Html(copy=False)

    _check_duration = models.Constraint(
        "CHECK (duration > 0)", "An interview takes some time."
    )

    @api.constrains("state", "person_name", "date")
    def _check_who_and_when(self):
        for interview in self.filtered(lambda i: i.state in ("invited", "held")):
            interview._check_named()
            if not interview.date:
                raise UserError(self.env._("Set a date first."))

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends("person_name")
    def _compute_display_name(self):
        # Mails to interviewees show the name: no word of the persona.
        for interview in self:
            interview.display_name = interview.person_name or self.env._("Somebody")

    @api.depends("profile_id")
    def _compute_partner(self):
        for interview in self:
            interview.partner_id = (
                interview.profile_id.partner_id or interview.partner_id
            )

    @api.depends("partner_id", "profile_id")
    def _compute_person(self):
        for interview in self:
            person = interview.partner_id or interview.profile_id
            interview.person_name = person.name or interview.person_name
            interview.email = person.email or interview.email

    @api.depends("email", "person_name")
    def _compute_email_formatted(self):
        for interview in self:
            interview.email_formatted = interview.email and formataddr(
                (interview.person_name or "", interview.email)
            )

    @api.depends("partner_id", "persona_id")
    def _compute_lang(self):
        for interview in self:
            interview.lang = (
                interview.partner_id.lang
                or interview.lang
                or interview.persona_id.lang
                or self.env.user.lang
            )

    @api.depends("line_ids.answer", "line_ids.answer_id")
    def _compute_counts(self):
        for interview in self:
            answered = interview.line_ids.filtered(
                lambda line: (line.answer or "").strip()
            )
            interview.answered_count = len(answered)
            interview.open_count = len(
                answered.filtered(lambda line: line.for_persona and not line.answer_id)
            )

    def _get_local_date(self):
        """Return the day of the interview where the user is."""
        self.ensure_one()
        return fields.Datetime.context_timestamp(self, self.date).date()

    def _get_label(self):
        """Return who was interviewed when, to choose from."""
        self.ensure_one()
        return f"{self.person_name}, {format_date(self.env, self._get_local_date())}"

    def _get_appointment(self):
        """Return day and time in the language and, if known, the time zone of the
        interviewee."""
        self.ensure_one()
        # sudo: where the interviewer is tells the time
        zone = self.partner_id.tz or self.interviewer_id.sudo().tz or "UTC"
        local = fields.Datetime.context_timestamp(self.with_context(tz=zone), self.date)
        day = format_date(self.env, local.date(), self.lang, "full")
        time = format_time(
            self.env, local.time(), time_format="short", lang_code=self.lang
        )
        return f"{day}, {time} ({zone})"

    def _get_company(self):
        """Return the company that interviews."""
        return (
            self.persona_id.company_id
            or self.interviewer_id.company_id
            or self.env.company
        )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_kept(vals)
        interviews = super().create(vals_list)
        interviews._find_people()
        for interview in interviews:
            if not interview.line_ids:
                interview.action_add_questions()
        return interviews

    def write(self, vals):
        self._check_kept(vals)
        result = super().write(vals)
        if {"partner_id", "email"} & vals.keys() and "profile_id" not in vals:
            self._find_people()
        if {"date", "duration", "location"} & vals.keys():
            self._move_event()
        return result

    def _check_kept(self, vals):
        """Refuse to link an interview to a meeting by hand: it would move it."""
        if not self.env.su and KEPT & vals.keys():
            raise AccessError(
                self.env._("The meeting of an interview is made from the interview.")
            )

    def _find_people(self):
        """Tell who the interviewees are, as far as a contact or an address says it."""
        partners = self.partner_id
        if partners:
            partners._flywheel_ensure_profiles()
        Identity = self.env["flywheel.identity"]
        for interview in self:
            profile = interview.partner_id.flywheel_profile_id
            address = Identity._normalize("email", interview.email)
            if not profile and address:
                # sudo: an address tells the person, who stays as visible as before
                found = Identity.sudo()._find([("email", address)])
                profile = profile.browse(found.get(("email", address), False))
            if profile and profile != interview.profile_id:
                interview.profile_id = profile

    def _make_person(self):
        """Make a person of an interviewee who is known by name only, so that consent
        can be logged.

        :return: the person
        :raise UserError: not even a name is known
        """
        self.ensure_one()
        if self.profile_id:
            return self.profile_id
        self._check_named()
        company_id = self._get_company().id
        # sudo: as for a lead, whoever talks to somebody makes the person
        Identity = self.env["flywheel.identity"].sudo()
        address = Identity._normalize("email", self.email)
        if address:
            key = ("email", address)
            profile_id = Identity._resolve([key], company_id).get(key)
            if not profile_id:
                raise UserError(self.env._("This person asked to be forgotten."))
        else:
            people = [{"name": self.person_name, "company_id": company_id}]
            profile_id = self.profile_id.sudo()._create_bare(people)[0]
        self.profile_id = profile_id
        person = self.profile_id.sudo()
        if not person.name:
            person.name = self.person_name
        return self.profile_id

    # ------------------------------------------------------------------
    # Questions
    # ------------------------------------------------------------------
    def action_add_questions(self):
        """Add the questions of the bank that the interviews do not ask yet: those for
        interviews first, then those about personas that have the fewest answers."""
        Question = self.env["flywheel.question"]
        bank = Question.search(
            ["|", ("team", "=", "interview"), ("for_persona", "=", True)]
        )
        values = []
        for interview in self:
            company = interview.persona_id.company_id
            missing = (bank - interview.line_ids.question_id).filtered(
                lambda question, own=company: not question.company_id
                or not own
                or question.company_id == own
            )
            first = missing.filtered(lambda question: question.team == "interview")
            values += [
                {
                    "interview_id": interview.id,
                    "question_id": question.id,
                    "sequence": 10 * (len(interview.line_ids) + position + 1),
                }
                for position, question in enumerate(first | missing)
            ]
        self.env["flywheel.interview.line"].create(values)

    def action_take_over(self):
        """Make answers about the persona of what was said."""
        self.line_ids.action_take_over()
        return True

    def _get_opening_questions(self):
        """Return the questions that every interviewee is asked."""
        return self.line_ids.question_id.filtered(
            lambda question: question.team == "interview"
        )

    def _get_guide_sections(self):
        """Return the questions by team, as the guide asks them.

        :return: [{``label``, ``lines``}]
        """
        self.ensure_one()
        labels = {
            "interview": self.env._("How you came to us"),
            "marketing": self.env._("Finding help"),
            "sales": self.env._("Deciding"),
            "service": self.env._("Working with us"),
        }
        sections = []
        for team, label in labels.items():
            lines = self.line_ids.filtered(lambda line, t=team: line.team == t)
            if lines:
                sections.append({"label": label, "lines": lines})
        return sections

    # ------------------------------------------------------------------
    # Flow
    # ------------------------------------------------------------------
    def _check_named(self):
        for interview in self:
            if not (interview.person_name or "").strip():
                raise UserError(self.env._("Say who is interviewed."))

    def _check_held(self):
        for interview in self:
            if interview.state != "held":
                raise UserError(
                    self.env._(
                        "“%(name)s” was not held yet: it gives no answers.",
                        name=interview.display_name,
                    )
                )

    def action_plan(self):
        """Put the interviews into the calendars of those who hold them."""
        for interview in self:
            if not interview.date:
                raise UserError(self.env._("Set a date first."))
        for interview in self.filtered(lambda interview: not interview.event_id):
            # Our own invitation goes to the interviewee, not the calendar's.
            Event = self.env["calendar.event"].with_context(no_mail_to_attendees=True)
            event = Event.create(
                {
                    "name": self.env._(
                        "Interview: %(name)s", name=interview.display_name
                    ),
                    "user_id": interview.interviewer_id.id,
                    "partner_ids": [(6, 0, interview.interviewer_id.partner_id.ids)],
                    **interview._get_event_values(),
                }
            )
            # sudo: see KEPT
            interview.sudo().event_id = event

    def _get_event_values(self):
        return {
            "start": self.date,
            "stop": self.date + timedelta(hours=self.duration),
            "location": self.location,
        }

    def _move_event(self):
        """Let the meetings follow their interviews."""
        for interview in self.filtered(lambda i: i.event_id and i.date):
            # sudo: the meeting is the interview's, whoever moves it
            interview.event_id.sudo().write(interview._get_event_values())

    def action_invite(self):
        """Open the invitation, written in the language of the interviewee.

        :raise UserError: no address, no date, or the person wants no such contact
        """
        self.ensure_one()
        self.check_access("write")
        self._check_named()
        if not self.email:
            raise UserError(self.env._("Fill in an email address first."))
        if not self.date:
            raise UserError(self.env._("Set a date first."))
        withdrawn = self.profile_id._get_withdrawn("contact")
        if withdrawn:
            raise UserError(
                self.env._(
                    "%(person)s does not want to be asked any more (consent "
                    "withdrawn on %(date)s).",
                    person=self.person_name,
                    date=fields.Date.to_string(withdrawn),
                )
            )
        template = self.env.ref("inbound_flywheel.mail_template_interview")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invite"),
            "res_model": "mail.compose.message",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id,
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
                "flywheel_invite": True,
            },
        }

    def message_post(self, **kwargs):
        inviting = self.env.context.get("flywheel_invite")
        if inviting:
            self.filtered(lambda i: i.state == "planned").state = "invited"
        message = super().message_post(**kwargs)
        if inviting and not self.partner_id:
            # Whom the mail went to is a contact now.
            self.partner_id = message.partner_ids.filtered(
                lambda partner: partner.email_normalized == email_normalize(self.email)
            )[:1]
        return message

    def _get_customer_information(self):
        # The contact whom an invitation makes keeps the name of the interviewee.
        information = super()._get_customer_information()
        for interview in self.filtered("email"):
            key = email_normalize(interview.email) or interview.email
            if interview.person_name:
                information.setdefault(key, {})["name"] = interview.person_name
        return information

    def action_hold(self):
        """Say that the interviews were held: now they count."""
        for interview in self:
            interview.write(
                {"state": "held", "date": interview.date or fields.Datetime.now()}
            )

    def action_cancel(self):
        """Call interviews off."""
        self.state = "cancelled"
        # sudo: see _move_event
        self.event_id.sudo().active = False

    def action_replan(self):
        """Plan interviews anew that were called off."""
        self.state = "planned"
        # sudo: see _move_event
        self.event_id.sudo().active = True

    def action_open_event(self):
        """Open the meeting in the calendar."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "calendar.event",
            "res_id": self.event_id.id,
            "views": [[False, "form"]],
        }

    def action_open_answers(self):
        """Open the answers that were taken over."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_persona_answer_action"
        )
        action["domain"] = [("interview_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_print_guide(self):
        """Print the questions, with space to write and the words of consent."""
        return self.env.ref("inbound_flywheel.report_interview_guide").report_action(
            self
        )

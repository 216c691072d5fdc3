# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.items import ItemError, plain_text

from ..engine.words import read_number

# Of a visitor's words so many characters are kept as an answer.
WORDS = 500
# How a person may be known, the surest last.
SURENESS = ("typed", "browser", "staff", "login")
# Who is known by one of these is the person without a doubt.
PROVEN = ("staff", "login")


class FlywheelChat(models.Model):
    """Who talks, and what is learned of them."""

    _inherit = "flywheel.chat"

    # ------------------------------------------------------------------
    # Who it is
    # ------------------------------------------------------------------
    @api.model
    def _recognise(self, channel):
        """Tell who the visitor is without asking.

        :param channel: a live chat
        :return: (person, how it is known), both empty if nobody can tell
        """
        channel = channel.sudo()
        chat = self.sudo().search([("origin_id", "=", channel.id)])
        if chat.profile_id:
            return chat.profile_id, chat.known_by
        return self._recognise_visitor(
            channel._flywheel_visitors(),
            channel.livechat_customer_guest_ids,
            chat.company_id or channel._flywheel_company(),
        )

    @api.model
    def _recognise_visitor(self, partners, guests, company):
        """Tell who somebody is who has said nothing yet.

        :param partners: contacts of those who are logged in
        :param guests: the same of browsers
        :param company: the company that they talk to
        :return: as :meth:`_recognise`
        """
        people = self.env["flywheel.profile"].sudo()
        open_to = (False, company.id)
        for partner in partners.sudo():
            if partner.partner_share and not partner.is_public:
                person = people.browse(partner._get_profile_ids().get(partner.id) or ())
                if person.company_id.id in open_to:
                    return person, "login"
        if guests:
            earlier = self.sudo().search(
                [
                    ("guest_id", "in", guests.ids),
                    ("profile_id", "!=", False),
                    ("company_id", "in", open_to),
                ],
                limit=1,
            )
            if earlier:
                # An address does not become truer by being typed in the last chat.
                typed = earlier.known_by == "typed"
                return earlier.profile_id, "typed" if typed else "browser"
        return people, False

    def _identify(self, email=None, phone=None, known_by="typed"):
        """Note whose chat it is, by an address.

        :param known_by: how the address is known
        """
        self.ensure_one()
        identities = self.env["flywheel.identity"].sudo()
        if self.company_id:
            identities = identities.with_company(self.company_id)
            identities = identities.with_context(
                allowed_company_ids=self.company_id.ids
            )
        key = next(
            (
                (kind, value)
                for kind, given in (("email", email), ("phone", phone))
                if (value := identities._normalize(kind, given))
            ),
            None,
        )
        if not key or self._is_surer(known_by):
            return
        person = identities._find([key]).get(key)
        if key[0] == "phone" and self.profile_id and not person:
            # The number belongs to whom we know already.
            return
        person = person or identities._resolve([key]).get(key)
        people = self.env["flywheel.profile"].sudo()
        self._belong_to(people.browse(person or ()), known_by)

    def _is_surer(self, known_by):
        """Tell whether the person is known by something better already."""
        if not self.profile_id or not self.known_by:
            return False
        ours, given = SURENESS.index(self.known_by), SURENESS.index(known_by)
        # Somebody else may sit at the same browser, and says so.
        return ours > given and self.known_by != "browser"

    def _belong_to(self, person, known_by):
        """Note whose chat it is, and what that person has said in it so far."""
        self.ensure_one()
        if not person or (self.profile_id == person and self.known_by == known_by):
            return
        self.write({"profile_id": person.id, "known_by": known_by})
        channel = self.channel_id
        visitor = channel and getattr(channel, "livechat_visitor_id", None)
        if visitor and hasattr(visitor, "_flywheel_identify"):
            visitor.sudo()._flywheel_identify(person)
        self._learn()

    # ------------------------------------------------------------------
    # What is said
    # ------------------------------------------------------------------
    def _hear_answer(self, step, words, answer):
        """Keep what was answered to a step; note it if the person is known.

        :param step: the step of the script
        :param words: what the visitor wrote
        :param answer: the ready answer that was chosen, empty if it was written
        """
        self.ensure_one()
        values = {
            "words": plain_text(words, WORDS),
            "date": fields.Datetime.now(),
            "question_id": step.flywheel_question_id.id,
            "points": answer.flywheel_points,
            "persona_id": answer.flywheel_persona_id.id,
        }
        values.update(self._read_words(step.flywheel_question_id, words, answer))
        # Asked again after a new start: the later word counts.
        self._get_answer(step).write(values)
        if self.profile_id:
            self._learn()

    def _get_answer(self, step):
        """Return what is kept of a step, made when it is missing. Empty if another
        request, of a second window, makes it this very moment."""
        known = self.answer_ids.filtered(lambda a: a.step_id == step)
        if known:
            return known
        known.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO flywheel_chat_answer (chat_id, step_id, date, state,
                            create_uid, create_date, write_uid, write_date)
                VALUES (%(chat)s, %(step)s, %(now)s, 'unclear',
                        %(uid)s, %(now)s, %(uid)s, %(now)s)
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                chat=self.id,
                step=step.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.invalidate_recordset(["answer_ids"], flush=False)
        return known.browse(rows[0] if rows else ())

    def _read_words(self, question, words, answer):
        """Return value and state of an answer."""
        if not question:
            return {"state": "points"}
        given = answer._flywheel_answer() if answer else words
        attempts = [given]
        if not answer and question.answer_type == "number":
            attempts.append(read_number(words))
        read = question._get_answer_reader()
        for attempt in attempts:
            if isinstance(attempt, str):
                attempt = plain_text(attempt, WORDS)
            try:
                return {"value": read(question, attempt).text, "state": "waiting"}
            except ItemError:
                continue
        return {"value": False, "state": "unclear"}

    def _learn(self):
        """Note the answers of a person who is known as facts, and their points."""
        self.ensure_one()
        person = self.profile_id
        # The bot notes it, not the visitor whose request it is.
        flow = person.with_user(SUPERUSER_ID)
        for answer in self.answer_ids.filtered(lambda a: a.state == "waiting"):
            answer.state = "known"
            held = flow._find_held(answer.question_id)
            if held and held.answer == answer.value:
                continue
            if held and not self._may_replace(held):
                answer.state = "differs"
                continue
            item = answer._prepare_fact()
            if self.known_by not in PROVEN:
                item["confidence"] = "medium"
            if flow.learn([item])["errors"]:
                answer.state = "unclear"
        self._give_points()
        self._suggest_persona()

    def _may_replace(self, fact):
        """Tell whether what is said here may take the place of a fact. Somebody who
        cannot be told for sure corrects only what such a visitor has said."""
        return self.known_by in PROVEN or (
            fact.user_id.id == SUPERUSER_ID
            and fact.channel_id.code == "chat"
            and fact.confidence == "medium"
        )

    def _give_points(self):
        """Let answers that are worth something count, each once a chat."""
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "chat_answer",
                    "profile_id": self.profile_id.id,
                    "date": answer.date,
                    "external_key": f"chat:{self.origin_id}:{answer.id}",
                    "value": answer.points,
                    "summary": answer.words,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for answer in self.answer_ids
                if answer.points
            ],
            later=True,
        )

    def _suggest_persona(self):
        """Give a person without a persona the one of an answer; one that rules or
        colleagues have found stays."""
        personas = self.answer_ids.persona_id
        person = self.profile_id
        if not personas or person.persona_id or person.persona_locked:
            return
        if self.known_by not in PROVEN and person.create_date < self.date:
            # Somebody whom we knew before is not described by a stranger.
            return
        fits = personas.filtered(
            lambda p: p.company_id.id in (False, person.company_id.id)
        )
        if fits and not person.no_profiling:
            person.with_user(SUPERUSER_ID).persona_id = fits[-1]

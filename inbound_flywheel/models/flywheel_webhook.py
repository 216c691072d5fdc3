# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
import uuid
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..engine import webhooks

EVENTS = [
    ("score.above", "Score Reaches the Threshold"),
    ("score.below", "Score Falls Below the Threshold"),
    ("stage.entered", "Stage Entered"),
    ("handover.queued", "Handed Over"),
    ("handover.assigned", "Hand-Over Assigned"),
    ("handover.accepted", "Hand-Over Accepted"),
    ("handover.returned", "Hand-Over Returned"),
    ("persona.changed", "Persona Changed"),
    ("test", "Test"),
]
# The box that switches each event on.
BOXES = {
    "score.above": "on_above",
    "score.below": "on_below",
    "stage.entered": "on_stage",
    "handover.queued": "on_queued",
    "handover.assigned": "on_assigned",
    "handover.accepted": "on_accepted",
    "handover.returned": "on_returned",
    "persona.changed": "on_persona",
}
# What can be said of a person in one JSON value.
PLAIN_TYPES = (
    *("char", "text", "integer", "float", "boolean", "date", "datetime"),
    *("selection", "many2one"),
)


class Spec(NamedTuple):
    """What an active webhook waits for."""

    id: int
    events: frozenset
    threshold: float
    stage_ids: frozenset


class FlywheelWebhook(models.Model):
    """An outside address that is told when something happens to a person.

    What happens is written down in the same transaction, as a delivery, and sent by a
    scheduled action afterwards: nothing is told that did not happen, and nobody waits.
    """

    _name = "flywheel.webhook"
    _description = "Webhook"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "flywheel.cached.mixin",
        "flywheel.reach.mixin",
    ]
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True, tracking=True)
    url = fields.Char(string="Address", required=True, tracking=True)
    secret = fields.Char(
        groups="inbound_flywheel.group_flywheel_manager",
        default=lambda self: webhooks.new_secret(),
        copy=False,
        readonly=True,
        help="With it the receiver checks that a message is yours.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        ondelete="set null",
        help="Is told when deliveries fail.",
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Only people of this company and those that all share. Empty: all.",
    )
    on_above = fields.Boolean(string="Score Reaches the Threshold")
    on_below = fields.Boolean(
        string="Score Falls Below the Threshold",
        help="By an event at once, by time within the hour.",
    )
    threshold = fields.Float(default=50.0, help="Points of the engagement score.")
    on_stage = fields.Boolean(string="Stage Entered")
    stage_ids = fields.Many2many(
        "flywheel.stage", string="Stages", help="Empty: every stage of both tracks."
    )
    on_queued = fields.Boolean(string="Handed Over")
    on_assigned = fields.Boolean(string="Hand-Over Assigned")
    on_accepted = fields.Boolean(string="Hand-Over Accepted")
    on_returned = fields.Boolean(string="Hand-Over Returned")
    on_persona = fields.Boolean(
        string="Persona Changed", help="By hand, or by a rule when a record was saved."
    )
    domain = fields.Char(
        string="Only People", default="[]", help="Empty: all people of the company."
    )
    field_ids = fields.Many2many(
        "ir.model.fields",
        string="Tell of the Person",
        domain=[
            ("model", "=", "flywheel.profile"),
            ("ttype", "in", PLAIN_TYPES),
            ("groups", "=", False),
        ],
        help="What is sent beside the number of the person. Empty: nothing else.",
    )
    keep_days = fields.Integer(
        string="Keep Log (Days)", default=30, help="How long deliveries are kept."
    )
    failing_since = fields.Datetime(readonly=True, copy=False)
    checked_date = fields.Datetime(readonly=True, copy=False)
    delivery_ids = fields.One2many("flywheel.webhook.delivery", "webhook_id")
    pending_count = fields.Integer(string="Waiting", compute="_compute_counts")
    sent_count = fields.Integer(string="Delivered", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")

    _check_keep = models.Constraint("CHECK (keep_days > 0)", "Keep it a day at least.")

    @api.depends("delivery_ids.state")
    def _compute_counts(self):
        groups = self.env["flywheel.webhook.delivery"]._read_group(
            [("webhook_id", "in", self.ids)], ["webhook_id", "state"], ["__count"]
        )
        counts = {(hook.id, state): number for hook, state, number in groups}
        for hook in self:
            hook.pending_count = counts.get((hook.id, "pending"), 0)
            hook.sent_count = counts.get((hook.id, "sent"), 0)
            hook.failed_count = counts.get((hook.id, "failed"), 0)

    @api.constrains("url")
    def _check_url(self):
        private = self._is_private_allowed()
        for hook in self:
            try:
                webhooks.parse_url(hook.url, private)
            except webhooks.RefusedError as error:
                raise ValidationError(
                    self.env._(
                        "%(url)s: %(reason)s",
                        url=hook.url,
                        reason=self._explain_refusal(error.args[0]),
                    )
                ) from error

    @api.constrains("secret")
    def _check_secret(self):
        for hook in self.sudo():
            try:
                webhooks.read_secret(hook.secret)
            except webhooks.SecretError as error:
                raise ValidationError(self._explain_refusal("secret")) from error

    @api.constrains("domain")
    def _check_domain(self):
        for hook in self:
            try:
                people = self.env["flywheel.profile"].with_user(self.env.user)
                people.search(hook._get_domain(), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._("%(domain)s does not select people.", domain=hook.domain)
                ) from error

    @api.constrains("field_ids")
    def _check_fields(self):
        people = self.env["flywheel.profile"].with_user(self.env.user)
        allowed = Domain(self._fields["field_ids"].domain)
        chosen = self.sudo().field_ids
        # What Odoo keeps of fields does not say for whom they are.
        foreign = chosen - chosen.filtered_domain(allowed).filtered(
            lambda field: people._has_field_access(people._fields[field.name], "read")
        )
        if foreign:
            raise ValidationError(
                self.env._(
                    "%(fields)s cannot be sent.",
                    fields=", ".join(foreign.mapped("field_description")),
                )
            )

    @api.model
    def _is_private_allowed(self):
        """Tell whether the own network may be called, and without encryption.

        The system parameter ``inbound_flywheel.webhook_private`` says so.
        """
        # sudo: a setting
        params = self.env["ir.config_parameter"].sudo()
        value = params.get_param("inbound_flywheel.webhook_private") or ""
        return value.lower() in ("1", "true", "yes")

    @api.model
    def _explain_refusal(self, code):
        return {
            "scheme": self.env._("the address must begin with https://"),
            "host": self.env._("this is no address"),
            "user": self.env._("a name or password does not belong in the address"),
            "port": self.env._("this port does not exist"),
            "unknown": self.env._("the host is not known"),
            "private": self.env._("an address inside your own network is not called"),
            "timeout": self.env._("no answer within 10 seconds"),
            "secret": self.env._("nothing can be signed with this secret"),
        }.get(code, code)

    def _get_domain(self):
        """Return the domain of the people that this webhook is about."""
        self.ensure_one()
        domain = Domain(ast.literal_eval(self.domain or "[]"))
        if self.company_id:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        return domain

    @api.model
    @tools.ormcache()
    def _get_specs(self):
        """Return what active webhooks wait for, a tuple of :class:`Spec`."""
        return tuple(
            Spec(
                hook.id,
                frozenset(event for event, box in BOXES.items() if hook[box]),
                hook.threshold,
                frozenset(hook.stage_ids.ids),
            )
            for hook in self.sudo().search([])
        )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def _check_manager(self):
        if not self.env.user.has_group("inbound_flywheel.group_flywheel_manager"):
            raise AccessError(self.env._("Only a flywheel manager keeps webhooks."))
        self.check_access("write")

    def _check_on(self):
        """Refuse what would wait for ever."""
        if off := self.filtered(lambda hook: not hook.active):
            raise UserError(
                self.env._(
                    "%(webhooks)s: nothing is sent while it is switched off.",
                    webhooks=", ".join(off.mapped("name")),
                )
            )

    def action_test(self):
        """Send a made-up event, as real ones are sent.

        :raise UserError: it is switched off
        """
        self.ensure_one()
        self._check_manager()
        self._check_on()
        data = {"message": "This is a test."}
        notice = (self.id, "test", None, uuid.uuid4().hex, data)
        # sudo: deliveries are written by the flow alone
        self.sudo()._write_deliveries([notice])
        return self.action_deliveries()

    def action_new_secret(self):
        """Make another secret; the receiver needs it at once."""
        self._check_manager()
        for hook in self:
            hook.secret = webhooks.new_secret()
        return True

    def action_deliveries(self):
        """Open what was sent to this address."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_webhook_delivery_action"
        )
        action["domain"] = [("webhook_id", "=", self.id)]
        return action

# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import logging
from importlib import import_module

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

_logger = logging.getLogger(__name__)

TARGETS = {
    "category": "helpdesk.ticket.category",
    "tags": "helpdesk.ticket.tag",
    "priority": None,
}
# Prediction of one request: more would keep a worker busy for long.
MAX_TEXTS = 5_000


class FlywheelClassifier(models.Model):
    """What cases are about, learned from cases that people sorted.

    For programs: :meth:`train`, :meth:`predict` and :meth:`explain`.
    """

    _name = "flywheel.classifier"
    _description = "Case Classifier"
    _order = "company_id, target"
    _rec_name = "target"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    target = fields.Selection(
        [("category", "Category"), ("tags", "Tags"), ("priority", "Priority")],
        string="Finds",
        required=True,
        default="category",
    )
    active = fields.Boolean(
        default=True, help="Archived: it is neither trained nor asked."
    )
    auto = fields.Boolean(
        string="Fill In When Sure",
        default=True,
        help="Above the threshold the value is filled in, where neither a rule nor a "
        "person did. Otherwise it is only proposed.",
    )
    goal = fields.Float(
        string="Precision Wanted (%)",
        default=95.0,
        help="Of 100 values that it fills in, so many should be right. The threshold "
        "is chosen for it on cases that are held back from learning.",
    )
    least_cases = fields.Integer(
        string="Cases per Value",
        default=5,
        help="Values with fewer confirmed cases are not learned.",
    )
    least_total = fields.Integer(
        string="Cases in All",
        default=30,
        help="With fewer confirmed cases nothing is learned.",
    )
    most_cases = fields.Integer(
        string="Newest Cases",
        default=20000,
        help="So many of the newest confirmed cases are learned from.",
    )
    urgent_priority = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]
            ._fields["priority"]
            ._description_selection(self.env)
        ),
        string="Urgent Words Raise To",
        help="Cases whose text says that it is urgent get at least this priority, "
        "unless a person chose one. Empty: they are only marked.",
    )
    weights = fields.Binary(
        attachment=True, readonly=True, copy=False, groups="base.group_system"
    )
    version_id = fields.Many2one(
        "flywheel.classifier.version",
        string="Version in Use",
        readonly=True,
        copy=False,
        ondelete="set null",
        index=True,
    )
    version_ids = fields.One2many(
        "flywheel.classifier.version", "classifier_id", string="Versions", readonly=True
    )
    version_count = fields.Integer(compute="_compute_version_count")
    message = fields.Text(string="State", readonly=True, copy=False)
    failed = fields.Boolean(readonly=True, copy=False)
    requested = fields.Boolean(
        string="Learning in the Background", readonly=True, copy=False
    )
    number = fields.Integer(related="version_id.number", string="Version")
    trained_date = fields.Datetime(related="version_id.date", string="Learned On")
    case_count = fields.Integer(related="version_id.case_count")
    label_count = fields.Integer(related="version_id.label_count")
    threshold = fields.Float(related="version_id.threshold")
    accuracy = fields.Float(related="version_id.accuracy")
    top3 = fields.Float(related="version_id.top3")
    coverage = fields.Float(related="version_id.coverage")
    precision = fields.Float(related="version_id.precision")
    outside_share = fields.Float(related="version_id.outside_share")
    abstains = fields.Boolean(related="version_id.abstains")
    label_ids = fields.One2many(related="version_id.label_ids")
    confusion_ids = fields.One2many(related="version_id.confusion_ids")

    _target_uniq = models.UniqueIndex("(company_id, target)")

    @api.depends("target")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["target"]._description_selection(self.env))
        for classifier in self:
            classifier.display_name = labels.get(classifier.target, "")

    @api.constrains("goal")
    def _check_goal(self):
        if any(not 50 <= classifier.goal < 100 for classifier in self):
            raise ValidationError(
                self.env._("The precision wanted must be from 50 to 99.9 %.")
            )

    @api.constrains("least_cases", "least_total", "most_cases")
    def _check_numbers(self):
        for classifier in self:
            if classifier.least_cases < 2 or classifier.least_total < 10:
                raise ValidationError(
                    self.env._(
                        "It takes at least 2 cases per value and 10 cases in all."
                    )
                )
            if not classifier.least_total <= classifier.most_cases <= 100_000:
                raise ValidationError(
                    self.env._("It can learn from at most 100,000 cases.")
                )

    def _compute_version_count(self):
        counts = dict(
            self.env["flywheel.classifier.version"]._read_group(
                [("classifier_id", "in", self.ids)], ["classifier_id"], ["__count"]
            )
        )
        for classifier in self:
            classifier.version_count = counts.get(classifier, 0)

    # ------------------------------------------------------------------
    # For programs
    # ------------------------------------------------------------------
    def train(self):
        """Learn anew from the cases that people sorted.

        :return: dict: ``version``, ``cases``, ``labels``, ``accuracy``, ``top3``,
            ``coverage``, ``precision`` (shares, on cases held back), ``threshold``
            (above 1: it does not decide by itself) and ``message``; without
            ``version`` when there is too little to learn from
        :raises UserError: scikit-learn is missing, or it is being trained already
        :raises AccessError: for others than managers of the helpdesk
        """
        self.ensure_one()
        self.check_access("write")
        return self._train()

    @api.readonly
    def predict(self, texts, top=3):
        """What texts are about.

        :param list texts: plain texts or HTML, 5,000 at most
        :param int top: how many values to give for each
        :return: list of dicts: ``top``, a list of dicts best first with ``category``
            (id of the category or tag, or the priority), ``name`` and ``confidence``
            (0 to 1); ``decided``, whether the best is sure enough to be filled in;
            ``known``, the share of the text's words that were learned
        :raises UserError: nothing was learned yet, or the stored weights are damaged
        """
        self.ensure_one()
        self.check_access("read")
        if isinstance(texts, str) or len(texts) > MAX_TEXTS:
            raise UserError(
                self.env._("Pass a list of at most %(most)s texts.", most=MAX_TEXTS)
            )
        return self._predict(texts, top)

    @api.readonly
    def explain(self, text, label=None):
        """The words of a text that speak most for a value.

        :param label: id of a category or tag, or a priority; the most likely if None
        :return: dict: ``category``, ``name``, ``confidence``, ``words`` (list of
            [word, weight relative to the first])
        :raises UserError: nothing was learned yet, or the stored weights are damaged
        """
        self.ensure_one()
        self.check_access("read")
        return self._explain(text, label)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_train(self):
        """Learn now; in the background when there is much to read."""
        self.ensure_one()
        self.check_access("write")
        if self._count_cases() > self._most_at_once():
            # sudo: ir.cron - only starts the daily learning earlier
            cron = self.env.ref("inbound_flywheel_service.ir_cron_classifier").sudo()
            self.sudo().requested = True
            cron._trigger()
            kind, text = "info", self.env._("It learns in the background.")
        else:
            result = self._train()
            kind = "success" if result.get("version") else "warning"
            text = result["message"]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": text,
                "sticky": kind == "warning",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_versions(self):
        """How it became better, or worse, with each version."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_service.flywheel_classifier_version_action"
        )
        return dict(action, domain=[("classifier_id", "=", self.id)])

    def action_open_weeks(self):
        """How it fares on the cases that came in since."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_service.flywheel_classifier_week_action"
        )
        return dict(action, domain=[("company_id", "=", self.company_id.id)])

    @api.model
    def _most_at_once(self):
        """Cases that are read within a request; some ten seconds."""
        return 4_000

    # ------------------------------------------------------------------
    # The model in memory
    # ------------------------------------------------------------------
    def _get_engine(self, name):
        """The module ``engine.name``.

        :raises UserError: what it needs is not installed
        """
        try:
            return import_module(f"..engine.{name}", __package__)
        except ImportError as error:
            raise UserError(
                self.env._(
                    "The classifier needs the Python packages scikit-learn and numpy. "
                    "Have them installed on the server: pip install scikit-learn\n"
                    "(%s)",
                    error,
                )
            ) from error

    def _get_model(self):
        """The trained model, kept in memory until another version is in use.

        :raises UserError: nothing was learned yet, or the weights are damaged
        """
        self.ensure_one()
        # sudo: the weights are read by whoever may ask the classifier
        version = self.sudo().version_id
        if not version:
            raise UserError(self.env._("The classifier has learned nothing yet."))
        models_in_memory = self.pool.__dict__.setdefault("_flywheel_classifiers", {})
        known = models_in_memory.get(self.id)
        if known and known[0] == version.id:
            return known[1]
        engine = self._get_engine("classifier")
        try:
            content = base64.b64decode(
                self.sudo().with_context(bin_size=False).weights or b""
            )
            model = engine.TextClassifier.from_bytes(content)
        except ValueError as error:
            _logger.warning("Classifier %s cannot be read: %s", self.id, error)
            raise UserError(
                self.env._(
                    "The stored classifier cannot be read (%(error)s). Train it again.",
                    error=error,
                )
            ) from error
        models_in_memory[self.id] = (version.id, model)
        return model

    def _decides(self, confidence):
        return confidence >= self.sudo().version_id.threshold

    def _predict(self, texts, top=3):
        """See :meth:`predict`; labels that are gone are left out."""
        plain = self.env["helpdesk.ticket"]._flywheel_plain_text
        model = self._get_model()
        names = self._get_names(model.labels)
        # Some of the best may be archived since they were learned.
        wanted = top + len(model.labels) - len(names)
        results = []
        for best, known in model.predict([plain(text) for text in texts], wanted):
            kept = [
                {"category": label, "name": names[label], "confidence": sure}
                for label, sure in best
                if label in names
            ][:top]
            decided = bool(kept) and known > 0 and self._decides(kept[0]["confidence"])
            results.append({"top": kept, "decided": decided, "known": known})
        return results

    def _explain(self, text, label=None):
        plain = self.env["helpdesk.ticket"]._flywheel_plain_text(text)
        model = self._get_model()
        names = self._get_names(model.labels)
        [(best, _known)] = model.predict([plain], len(model.labels))
        sure = {one: confidence for one, confidence in best if one in names}
        if label is None:
            label = next(iter(sure), None)
        if label not in sure:
            raise UserError(self.env._("This value was not learned: %s", label))
        return {
            "category": label,
            "name": names[label],
            "confidence": sure[label],
            "words": [list(pair) for pair in model.explain(plain, label)],
        }

    def _get_names(self, labels):
        """dict label -> name, of those that still can be used."""
        model = TARGETS[self.target]
        if not model:
            field = self.env["helpdesk.ticket"]._fields["priority"]
            known = dict(field._description_selection(self.env))
            return {label: known[label] for label in labels if label in known}
        # sudo: names of the company's own categories, for whoever asks its classifier
        records = (
            self.env[model]
            .sudo()
            .search_fetch(
                [
                    ("id", "in", labels),
                    ("company_id", "in", [False, self.company_id.id]),
                ],
                ["display_name"],
            )
        )
        return {record.id: record.display_name for record in records}

# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_engine_mail_verdict
from . import test_engine_matching
from . import test_engine_tokenizer
from . import test_acknowledge
from . import test_assignment
from . import test_gateway
from . import test_intake
from . import test_portal
from . import test_routing
from . import test_security
from . import test_suggestions

# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_words
from . import test_chat_decide
from . import test_chat_facts
from . import test_chat_qualify
from . import test_chat_person
from . import test_chat_finish
from . import test_chat_script
from . import test_chat_welcome

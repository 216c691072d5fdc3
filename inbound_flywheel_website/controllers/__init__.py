from . import agreed, binary, form

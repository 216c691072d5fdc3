from . import (
    test_downloads,
    test_forms,
    test_identify,
    test_interest,
    test_marks,
    test_paths,
    test_visits,
)

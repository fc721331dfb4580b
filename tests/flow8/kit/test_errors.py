"""The two words a module has beside returning."""

from flow8.kit import Failed


def test_a_failure_may_be_tried_again_unless_it_says_otherwise() -> None:
    failed = Failed("No answer")

    assert (str(failed), failed.message, failed.final, failed.code) == (
        "No answer",
        "No answer",
        False,
        "FAILED",
    )


def test_a_failure_may_be_final_and_have_a_code() -> None:
    failed = Failed("No such file", final=True, code="FILE_NOT_FOUND")

    assert (failed.final, failed.code) == (True, "FILE_NOT_FOUND")

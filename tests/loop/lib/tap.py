"""TAP: a test file is a list of sentences with a function each.

    @test("a collection without signal is kept")
    def _(): ...

    main()

Tests run in the order in which they stand; what a later one needs an earlier one has made. A test
that fails says why and the rest goes on, except where `stop_on_failure` is asked for. clean_up()
functions run at the end whatever happened.
"""

import os
import sys
import time
import traceback

_tests = []
_endings = []


class Skip(Exception):
    """This test can't run here; says why."""


def test(sentence):
    def add(function):
        _tests.append((sentence, function))
        return function
    return add


def at_end(function):
    _endings.append(function)
    return function


def say(text):
    for line in str(text).splitlines():
        print("# " + line)
    sys.stdout.flush()


def equal(got, wanted, what="value"):
    if got != wanted:
        raise AssertionError(f"{what}: got {got!r}, wanted {wanted!r}")


def holds(condition, why):
    if not condition:
        raise AssertionError(why)


def tidy():
    """What was asked for at the end, last first; main() does it."""
    for ending in reversed(_endings):
        try:
            ending()
        except Exception:
            say(traceback.format_exc())
    _endings.clear()


def main(stop_on_failure=False):
    bad = 0
    print(f"1..{len(_tests)}")
    sys.stdout.flush()
    try:
        for number, (sentence, function) in enumerate(_tests, 1):
            begin = time.monotonic()
            if bad and stop_on_failure:
                print(f"not ok {number} - {sentence}")
                say("not tried: it builds on one that failed")
                continue
            try:
                function()
                print(f"ok {number} - {sentence}")
            except Skip as why:
                print(f"ok {number} - {sentence} # SKIP {why}")
            except Exception:  # whatever it was, it belongs to this test
                bad += 1
                print(f"not ok {number} - {sentence}")
                say(traceback.format_exc())
            if os.environ.get("TIMES"):
                say(f"{time.monotonic() - begin:.1f} s")
            sys.stdout.flush()
    finally:
        tidy()
    sys.stdout.flush()
    os._exit(1 if bad else 0)

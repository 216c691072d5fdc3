"""Running programs, and telling our own processes from others."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from bootstrap import process, server, system
from bootstrap.console import StepError


class TestProcess(unittest.TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = Path(folder.name) / "step.log"

    def test_failure_carries_the_last_words_the_log_and_the_remedy(self):
        command = [sys.executable, "-c", "import sys; print('no disk'); sys.exit(3)"]
        with self.assertRaisesRegex(StepError, "no disk") as caught:
            process.run(command, self.log, "buy one")
        self.assertEqual(
            (caught.exception.log, caught.exception.remedy),
            (
                self.log,
                "buy one",
            ),
        )
        self.assertIn("no disk", self.log.read_text())

    def test_a_program_that_is_not_there(self):
        with self.assertRaises(StepError):
            process.run(["/nowhere/program"], self.log)

    def test_pid_files_may_hold_anything(self):
        for text, pid in (("12\n", 12), ("", None), ("x", None)):
            self.log.write_text(text)
            self.assertEqual(process.read_pid(self.log), pid)
        self.assertIsNone(process.read_pid(self.log.with_name("absent")))

    def test_terminate_spares_a_process_that_is_not_ours(self):
        words = [sys.executable, "-c", "input()"]
        with subprocess.Popen(words, stdin=subprocess.PIPE) as child:
            process.terminate(child.pid, lambda pid: False)
            self.assertIsNone(child.poll())
            process.terminate(child.pid, lambda pid: child.poll() is None)
            self.assertIsNotNone(child.poll())

    def test_a_port_in_use_is_seen(self):
        self.assertTrue(process.command_line(os.getpid()))
        with server.socket.socket() as listener:
            listener.bind((server.HOST, 0))
            listener.listen()
            self.assertFalse(server.port_is_free(listener.getsockname()[1]))

    def test_python_versions(self):
        system.check_python((3, 11, 2))
        for version in ((3, 9, 1), (3, 13, 0)):
            with self.assertRaises(StepError):
                system.check_python(version)

"""Python's own mail server, which writes down what it is told and can behave badly.

`python3 -W ignore mail_server.py FILE BEHAVIOUR`: each connection that ends adds a line of JSON to FILE,
which exists as soon as the server listens.
"""

from __future__ import annotations

import asyncore  # pylint: disable=deprecated-module
import contextlib
import json
import pathlib
import smtpd  # pylint: disable=deprecated-module
import sys

PORT = 25
BUSY_CONNECTIONS = 2


def serve(path: pathlib.Path, behaviour: str) -> None:
    class Channel(smtpd.SMTPChannel):
        """Writes down what it hears before it answers."""

        def __init__(self, *arguments: object) -> None:
            self.commands: list[str] = []
            self.letter: list[str] = []
            super().__init__(*arguments)

        def push(self, text: str) -> None:
            if behaviour != "silent":
                super().push(text)

        def found_terminator(self) -> None:
            heard = b"".join(self.received_lines).decode(errors="replace")
            if self.smtp_state == self.DATA:
                self.letter = heard.split("\r\n")
            else:
                self.commands.append(heard)
            super().found_terminator()

        def smtp_RCPT(self, arg: str) -> None:  # pylint: disable=invalid-name
            if behaviour == "refusing":
                self.push("550 nobody of that name")
            else:
                super().smtp_RCPT(arg)

        def close(self) -> None:
            super().close()
            with path.open("a") as record:
                record.write(json.dumps({"commands": self.commands, "letter": self.letter}) + "\n")

    class Server(smtpd.SMTPServer):
        """Keeps no letter: the channel has it."""

        channel_class = Channel
        connections = 0

        def handle_accepted(self, conn: object, addr: object) -> None:
            self.connections += 1
            if behaviour == "busy" and self.connections <= BUSY_CONNECTIONS:
                with contextlib.suppress(OSError):
                    conn.sendall(b"421 too busy\r\n")  # type: ignore[attr-defined]
                conn.close()  # type: ignore[attr-defined]
                return
            super().handle_accepted(conn, addr)

        def process_message(self, *_arguments: object, **_options: object) -> None:
            return None

    Server(("0.0.0.0", PORT), None)
    path.touch()
    asyncore.loop()


if __name__ == "__main__":
    serve(pathlib.Path(sys.argv[1]), sys.argv[2])

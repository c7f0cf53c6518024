"""A mail server on the loopback interface that takes every mail and counts them: `python -m … PORT FILE`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path


class Sink:
    """Speaks as much SMTP (RFC 5321) as a sender needs; writes each message's `Message-ID` to a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one conversation."""
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            if verb == b"DATA":
                writer.write(b"354 go\r\n")
                self.keep(await reader.readuntil(b"\r\n.\r\n"))
            writer.write(b"250 ok\r\n")
            await writer.drain()
        writer.close()

    def keep(self, message: bytes) -> None:
        """Write down which message came."""
        for line in message.split(b"\r\n"):
            if line.lower().startswith(b"message-id:"):
                with self.file.open("ab") as file:
                    file.write(line.split(b":", 1)[1].strip() + b"\n")
                return


async def main(port: int, file: Path) -> None:
    """Serve until stopped."""
    server = await asyncio.start_server(Sink(file).serve, "127.0.0.1", port, limit=20_000_000)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))

"""The real `aws` command line, kept loaded: each call is a fork of one process, which spares it a second of importing.

    python tests/deploy/aws_kept.py SOCKET SERVICE...

serves until it is ended. `CLIENT` is the program to put on the path in the place of `aws`.
"""

import array
import json
import os
import socket
import sys
from contextlib import suppress

# Hands its arguments, folder, environment and three streams over, and ends as the command did. Without Python's site
# packages it starts in a hundredth of a second.
CLIENT = """#!{python} -ISs
import array, json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({socket!r})
    told = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    streams = array.array("i", [0, 1, 2])
    server.sendmsg([len(told).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    server.sendall(told)
    said = server.recv(1)
sys.exit(said[0] if said else 255)
"""


def serve(address: str, services: list[str]) -> None:
    from awscli.clidriver import create_clidriver

    driver = create_clidriver()
    loader = driver.session.get_component("data_loader")
    for service in services:
        # Commands that are no service of their own have no model.
        with suppress(Exception):
            loader.load_service_model(service, "service-2")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        print("ready", flush=True)
        while True:
            call, _ = listening.accept()
            if os.fork() == 0:
                answer(call, driver)
            call.close()
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def answer(call: socket.socket, driver) -> None:
    """One call, in a process of its own, which ends with it."""
    code = 255
    try:
        streams = array.array("i")
        length, ancillary, *_ = call.recvmsg(4, socket.CMSG_SPACE(3 * streams.itemsize))
        streams.frombytes(ancillary[0][2])
        told = b""
        while len(told) < int.from_bytes(length, "big"):
            told += call.recv(1 << 16)
        arguments, folder, environment = json.loads(told)
        for place, stream in enumerate(streams):
            os.dup2(stream, place)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["aws", *arguments]
        try:
            code = driver.main(arguments)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        with suppress(OSError):
            call.sendall(bytes([code & 255]))
        os._exit(0)


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2:])

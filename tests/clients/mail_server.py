"""A mail server for tests: aiosmtpd on a free port of this machine. It prints its port, then each message that it has taken as a line of JSON."""

import argparse
import asyncio
import email
import email.policy
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, default=0)
arguments.add_argument("--refuse", nargs=2, action="append", default=[], metavar=("ADDRESS", "ANSWER"))
arguments.add_argument("--starttls", nargs=2, metavar=("CERTIFICATE", "KEY"))
arguments.add_argument("--sign-in", nargs=2, metavar=("USER", "PASSWORD"))
arguments = arguments.parse_args()
refused = dict(arguments.refuse)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in refused:
            return refused[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        headers = {name.lower(): str(value) for name, value in message.items()}
        text = message.get_body(preferencelist=("plain",)).get_content().replace("\r\n", "\n")
        contents = [(part.get_filename(), part.get_content_type(), part.get_content()) for part in message.iter_attachments()]
        files = [{"name": name, "kind": kind, "bytes": len(content), "begins": content[:5].decode("latin-1")} for name, kind, content in contents]
        line = {"to": envelope.rcpt_tos, "headers": headers, "text": text, "files": files, "encrypted": session.ssl is not None}
        print(json.dumps(line), flush=True)
        return "250 2.0.0 Ok: queued as TEST"


def authenticate(server, session, envelope, mechanism, data):
    login, password = (part.decode() for part in (data.login, data.password))
    return AuthResult(success=[login, password] == arguments.sign_in, handled=False)


def connection():
    options = {"hostname": "mail.test", "enable_SMTPUTF8": True}
    if arguments.starttls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*arguments.starttls)
        options |= {"tls_context": context, "require_starttls": True}
    if arguments.sign_in:
        options |= {"authenticator": authenticate, "auth_required": True}
    return SMTP(Handler(), **options)


async def main():
    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", arguments.port)
    print("smtp", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())

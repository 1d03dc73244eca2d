"""A mail server for tests: python3 smtp.py PORT [CERTIFICATE] [USER:PASSWORD]. Writes the port, then each mail as a line of JSON. It knows no nobody@."""
import email, json, ssl, sys
from email import policy
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Inbox:
    # RFC 4954 has names of mechanisms in capitals; the platform's client writes them small, and real servers do not mind.
    async def auth_login(self, server, args):
        return await server.auth_LOGIN(server, args)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.original_content or envelope.content, policy=policy.default)
        body = lambda kind: (part := mail.get_body((kind,))) and part.get_content() or ""
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": mail["Subject"],
            "headers": {name: str(mail[name]) for name in ("Message-ID", "In-Reply-To", "References", "Auto-Submitted") if mail[name]},
            "text": body("plain"),
            "html": body("html"),
            "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
        }), flush=True)
        return "250 taken"


port = int(sys.argv[1])
options = {}
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2])
    options = {"tls_context": context, "require_starttls": True}
if len(sys.argv) > 3:
    user, password = sys.argv[3].split(":")
    options |= {
        "auth_required": True,
        "authenticator": lambda server, session, envelope, mechanism, data: AuthResult(
            success=isinstance(data, LoginPassword) and data.login == user.encode() and data.password == password.encode(), handled=False, auth_data=data),
    }

if port == 0:
    import socket
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
controller = Controller(Inbox(), hostname="127.0.0.1", port=port, **options)
controller.start()
print(port, flush=True)
sys.stdin.read()
controller.stop()

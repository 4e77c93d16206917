"""From a letter to a message: words in its reader's language, as text and as HTML, safe headers."""

from __future__ import annotations

from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flask import current_app
from flask_babel import force_locale

from sp4n import clock
from sp4n.jobs.registry import NeverPossible
from sp4n.notices.letters import Letter
from sp4n.notices.words import words_of

LONGEST_HEADER = 150


@dataclass(frozen=True)
class Sender:
    """The site that writes: an agency's, or the national one. `address` is ours, never theirs;
    `signature`: lines of their own above the foot; `reply_to`: where answers are read, or "";
    `own_texts`: their own words in letters, as `notices.own_texts` keeps them."""

    name: str
    short_name: str
    colour: str
    address: str
    signature: str = ""
    reply_to: str = ""
    own_texts: str = ""


def compose(
    letter: Letter, *, sender: Sender, link: str, message_id: str, unsubscribe: str = ""
) -> EmailMessage:
    """`message_id`: without the domain; the same at every attempt, so that a mail sent twice can be
    told from two mails."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(one_line(sender.short_name), addr_spec=sender.address)
    message["To"] = recipient(letter.to)
    if sender.reply_to:
        message["Reply-To"] = recipient(sender.reply_to)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{message_id}@{sender.address.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if unsubscribe:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    with force_locale(letter.language):
        words = words_of(letter, sender.name, sender.own_texts)
        about = {"words": words, "sender": sender, "link": link, "language": letter.language}
        about["unsubscribe"] = unsubscribe
        message["Subject"] = one_line(words.subject)
        message.set_content(rendered("message.txt", about))
        message.add_alternative(rendered("message.html", about), subtype="html")
    message["Content-Language"] = letter.language
    return message


def rendered(name: str, about: dict[str, object]) -> str:
    # Not render_template: what a request adds to its pages has no place in a mail.
    return current_app.jinja_env.get_template(f"notices/{name}").render(about)


def one_line(text: str) -> str:
    """For a header: no line breaks, nor other characters that do not show."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.split())[:LONGEST_HEADER]


def recipient(address: str) -> Address:
    try:
        parsed = Address(addr_spec=address)
    except (MessageError, ValueError, IndexError) as error:
        raise NeverPossible("not an address") from error
    if not parsed.domain or not address.isprintable():
        raise NeverPossible("not an address")
    return parsed

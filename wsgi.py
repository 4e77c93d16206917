"""The WSGI application, for a server of your own; `sp4n web` brings one along."""

from sp4n.app import create_app

app = create_app()

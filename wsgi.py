"""The WSGI application, for a server of your own; `sp4n web` brings one along.

`flask db` finds it here, too, and here alone: what writes migrations weighs on no other process.
"""

from flask_migrate import Migrate

from sp4n.app import create_app
from sp4n.db import db

app = create_app()
Migrate(app, db)

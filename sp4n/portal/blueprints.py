"""The two blueprints of the citizens' door: an agency's own site, and the national one."""

from flask import Blueprint

agency = Blueprint("portal", __name__)
national_site = Blueprint("portal_national", __name__)

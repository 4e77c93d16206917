"""Imports every room's tables, so that the metadata is whole: for migrations and the rule tests."""

from sp4n.accounts import models as accounts
from sp4n.action_plans import models as action_plans
from sp4n.audit import models as audit
from sp4n.cases import escalation_models as escalations
from sp4n.cases import handover_models as handovers
from sp4n.cases import link_models as links
from sp4n.cases import looking_models as looks
from sp4n.cases import models as cases
from sp4n.cases import ombudsman_models as ombudsman
from sp4n.cases import parts_models as parts
from sp4n.cases import public_models as of_the_public
from sp4n.cases import publicity_models as publicity
from sp4n.cases import recount_models as recounts
from sp4n.cases import sms_models as sms
from sp4n.configuration import models as configuration
from sp4n.decrees import models as decrees
from sp4n.documents import models as documents
from sp4n.exports import models as exports
from sp4n.figures import models as figures
from sp4n.files import models as files
from sp4n.jobs import models as jobs
from sp4n.notices import models as notices
from sp4n.organisation import models as organisation
from sp4n.policies import models as policies
from sp4n.privacy import models as privacy
from sp4n.reporters import models as reporters
from sp4n.seals import models as seals
from sp4n.settings import models as settings
from sp4n.tenants import models as tenants
from sp4n.workbench import models as workbench

__all__ = [
    "accounts",
    "action_plans",
    "audit",
    "cases",
    "configuration",
    "decrees",
    "documents",
    "escalations",
    "exports",
    "figures",
    "files",
    "handovers",
    "jobs",
    "links",
    "looks",
    "notices",
    "of_the_public",
    "ombudsman",
    "organisation",
    "parts",
    "policies",
    "privacy",
    "publicity",
    "recounts",
    "reporters",
    "seals",
    "settings",
    "sms",
    "tenants",
    "workbench",
]

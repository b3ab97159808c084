"""The use cases of the graph."""

from instagram_core.graph.service.blocking import Blocking
from instagram_core.graph.service.following import Following
from instagram_core.graph.service.lists import PeopleLists
from instagram_core.graph.service.personal_lists import PersonalLists
from instagram_core.graph.service.profiles import Me, Profile, Profiles

__all__ = ["Blocking", "Following", "Me", "PeopleLists", "PersonalLists", "Profile", "Profiles"]

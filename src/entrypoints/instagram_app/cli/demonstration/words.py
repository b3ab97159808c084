"""What people of the demonstration are called and say."""

from typing import Final

FIRST_NAMES: Final = (
    *("Mara", "Tomasz", "Aiko", "Samuel", "Leila", "Jonas", "Priya", "Mateo", "Hanna", "Kwame"),
    *("Ingrid", "Youssef", "Chloe", "Dmitri", "Noor", "Rafael", "Sunniva", "Emre", "Zoe", "Bao"),
    *("Elena", "Oskar", "Amara", "Luca", "Freya", "Ravi", "Camila", "Anders", "Mei", "Nadia"),
    *("Paulo", "Signe", "Tariq", "Julia", "Hiro", "Bianca", "Felix", "Alma", "Ciaran", "Sofia"),
    *("Viktor", "Isla", "Omar", "Greta", "Diego", "Yuki", "Anneke", "Malik", "Rosa", "Ezra"),
)
LAST_NAMES: Final = (
    *("Lindqvist", "Nowak", "Tanaka", "Okafor", "Haddad", "Brandt", "Raman", "Herrera", "Vogel"),
    *("Mensah", "Solberg", "Amrani", "Marchand", "Petrov", "Rahimi", "Costa", "Dahl", "Yilmaz"),
    *("Nguyen", "Moreau", "Fischer", "Diallo", "Ricci", "Larsen", "Iyer", "Silva", "Berg", "Chen"),
    *("Kovacs", "Sato", "Murphy", "Weber", "Rossi", "Hansen", "Ahmed", "Novak", "Walsh", "Kim"),
)
BIOS: Final = (
    "Mostly mountains, sometimes people.",
    "Architect by day. Film on weekends.",
    "Slow travel, strong coffee.",
    "I walk a lot and stop often.",
    "Light, lines, leftovers.",
    "Two dogs, one camera.",
    "Learning to see the ordinary.",
    "Sea person, living inland.",
    "Night trains and early markets.",
    "Baking bread, breaking lenses.",
    "Looking for fog.",
    "Gardens, greenhouses, rain.",
    "Trail runner. Bad knees, good views.",
    "City edges after dark.",
    "Everything here is unedited. Almost.",
    "",
)
PLACES: Final = (
    *("Lofoten, Norway", "Kyoto, Japan", "Lisbon, Portugal", "Zakopane, Poland", "Accra, Ghana"),
    *("Oaxaca, Mexico", "Tromsø, Norway", "Essaouira, Morocco", "Ljubljana, Slovenia"),
    *("Hokkaido, Japan", "Cape Town, South Africa", "Porto, Portugal", "Isle of Skye, Scotland"),
    *("Ladakh, India", "Valparaíso, Chile", "Tbilisi, Georgia", "Dolomites, Italy", "", "", "", ""),
)
CAPTIONS: Final = {
    "mountains": (
        "Up before everyone else.",
        "The last ridge before the hut.",
        "Four layers of nothing but air.",
        "We missed the bus and got this instead.",
        "Thin air, loud heart.",
        "Somewhere behind the third one there is soup.",
    ),
    "sea": (
        "Low tide, no plans.",
        "The ferry was late. Nobody minded.",
        "Salt on everything, including the lens.",
        "Stayed until it was properly dark.",
        "The horizon does most of the work.",
        "First swim of the year. Short one.",
    ),
    "city": (
        "Someone is always awake on the eleventh floor.",
        "Blue hour from the roof, before they locked the door.",
        "Counting lit windows instead of sheep.",
        "The quiet after the last tram.",
        "Home looks different from across the river.",
        "Rain would have made it perfect.",
    ),
    "dunes": (
        "Footprints last about a minute here.",
        "Wind drew this, I only stood there.",
        "Sand in the shoes, the bag and the sandwich.",
        "No shade for an hour in any direction.",
        "Everything moves, slowly.",
    ),
    "forest": (
        "Fog until noon.",
        "You could hear the drops, nothing else.",
        "Lost the path, found the light.",
        "The forest behind my parents' house.",
        "Smells of resin and wet dog.",
    ),
    "lights": (
        "Out of focus on purpose this time.",
        "Market street, waiting for dumplings.",
        "Glasses off.",
        "Every one of these is a lamp somebody forgot.",
        "Friday.",
    ),
}
ENDINGS: Final = (
    "",
    "",
    "",
    " #light",
    " #nofilter",
    " #weekend",
    " 🌿",
    " ☕",
    " #slowtravel",
    " ✨",
)
ALT_TEXTS: Final = {
    "mountains": "Rows of mountains fading into a coloured sky",
    "sea": "The sea under a low sun",
    "city": "A city at dusk with lit windows",
    "dunes": "Sand dunes in evening light",
    "forest": "Tree trunks in fog",
    "lights": "Blurred lights in the dark",
    "photo": "",
}

"""The conditions that handwriting comes in, by name."""

from collections.abc import Mapping

from paper.camera import Camera
from paper.condition import Condition
from paper.light import Light
from paper.pens import BLACK, BLUE, COLOURED, Pen
from paper.ruling import GREYS, Ruling
from paper.sensor import SCREEN, Sensor
from paper.surface import CREAM, SCREEN_BLACK, SCREEN_WHITE, SLATE, WHITE, Surface
from paper.table import lid
from paper.writing import Hand

_NONE = (0, 0)
_INK_ONLY = {"density": (1, 1), "pressure": _NONE, "grain": _NONE, "bleed": _NONE}
_EVEN = {"tooth": _NONE, "clouds": _NONE, "fibres": _NONE, "specks": _NONE}

_SCREEN_WHITE = Surface(SCREEN_WHITE, **_EVEN)
_SCREEN_BLACK = Surface(SCREEN_BLACK, **_EVEN)

_SCANNED = Surface(tooth=(0.001, 0.006))

_BALLPOINT = Pen(BLUE, width=(0.05, 0.075), density=(0.75, 0.95), pressure=(0.1, 0.3), grain=(0.04, 0.15))
_INK_PEN = Pen(BLACK + BLUE, width=(0.06, 0.09))
_PENCIL = Pen(
    ((70, 70, 74), (60, 60, 62)), width=(0.045, 0.08), density=(0.35, 0.7), pressure=(0.2, 0.45), grain=(0.25, 0.5),
    bleed=(0.5, 1.0),
)  # fmt: skip
_FAINT_PENCIL = Pen(
    ((85, 85, 88),), width=(0.045, 0.065), density=(0.25, 0.4), pressure=(0.2, 0.4), grain=(0.2, 0.4), bleed=(0.5, 1.0)
)
_MARKER = Pen(BLACK + BLUE + COLOURED, width=(0.12, 0.18), pressure=(0, 0.06), grain=(0, 0.05), bleed=(0.3, 0.6))
_CHALK = Pen(
    ((235, 235, 228), (238, 232, 190), (235, 200, 205)), width=(0.08, 0.13), density=(0.85, 1), pressure=(0.1, 0.3),
    grain=(0.4, 0.7), bleed=(0.4, 0.8),
)  # fmt: skip
_BOARD_MARKER = Pen(BLACK + BLUE + COLOURED, width=(0.07, 0.11), density=(0.75, 0.95), grain=(0.02, 0.08))

_DAYLIGHT = Light(gradient=(0.05, 0.25), vignette=(0.05, 0.2), tint=(0, 0.06))
_HAND_HELD = Camera(fill=(1.2, 1.4), roll=(-4, 4), tilt=(0, 14))
_PHONE = Sensor(exposure=(0.7, 0.92))
_FLATBED = Camera(fill=(1.01, 1.04), roll=(-1.2, 1.2), tables=(lid,))
_SCANNER = Sensor(
    exposure=(0.98, 1.03), blur=(0.4, 0.7), sharpening=(0, 0.4), noise=(0.002, 0.008), cast=(-0.01, 0.02),
    quality=(75, 95),
)  # fmt: skip

_ALL = (
    Condition("clean", hand=Hand(unsteadiness=(0, 0)), pen=Pen(((0, 0, 0),), width=None, **_INK_ONLY),
              surface=_SCREEN_WHITE, sensor=SCREEN),
    Condition("scan", pen=_INK_PEN, surface=_SCANNED, camera=_FLATBED, sensor=_SCANNER),
    Condition("phone photo", pen=_INK_PEN, surface=Surface(WHITE + CREAM), light=_DAYLIGHT, camera=_HAND_HELD,
              sensor=_PHONE),
    Condition("sheet on a table", margin=0.14, pen=_INK_PEN, surface=Surface(creases=(0, 2)), light=_DAYLIGHT,
              camera=Camera(fill=(0.8, 0.95), roll=(-8, 8), tilt=(0, 18)), sensor=_PHONE),
    Condition("shadow", pen=_INK_PEN, light=Light(gradient=(0, 0.2), shadow=(0.3, 0.6)), camera=_HAND_HELD,
              sensor=_PHONE),
    Condition("dim corner", pen=_INK_PEN, light=Light(gradient=(0.4, 0.7), vignette=(0.3, 0.6), tint=(0, 0.15)),
              camera=_HAND_HELD, sensor=Sensor(exposure=(0.55, 0.75), noise=(0.02, 0.05), blur=(0.8, 1.6))),
    Condition("flash", pen=_INK_PEN, light=Light(flash=(0.4, 0.7)), camera=_HAND_HELD,
              sensor=Sensor(exposure=(0.95, 1.1))),
    Condition("webcam", frame=(480, 640), margin=0.06, hand=Hand(height=(0.2, 0.35)),
              pen=Pen(BLACK, width=(0.07, 0.1)),
              light=Light(gradient=(0.2, 0.45), vignette=(0.1, 0.3), tint=(0.2, 0.5)), camera=_HAND_HELD,
              sensor=Sensor(exposure=(0.65, 0.85), blur=(1.5, 3), sharpening=(0.4, 1.0), noise=(0.01, 0.03))),
    Condition("ruled", pen=_INK_PEN, ruling=Ruling("lined", margin=True), light=_DAYLIGHT, camera=_HAND_HELD,
              sensor=_PHONE),
    Condition("squared", pen=_BALLPOINT, ruling=Ruling("squared", pitch=(0.45, 0.75)), light=_DAYLIGHT,
              camera=_HAND_HELD, sensor=_PHONE),
    Condition("digit a square", pen=_INK_PEN, ruling=Ruling("squared", pitch=(1.1, 1.5)), light=_DAYLIGHT,
              camera=_HAND_HELD, sensor=_PHONE),
    Condition("form boxes", pen=_BALLPOINT, ruling=Ruling("boxes", pitch=(1.1, 1.5), colours=GREYS),
              surface=_SCANNED, camera=_FLATBED, sensor=_SCANNER),
    Condition("pencil", pen=_PENCIL, surface=Surface(WHITE + CREAM), light=_DAYLIGHT, camera=_HAND_HELD, sensor=_PHONE),
    Condition("faint pencil", pen=_FAINT_PENCIL, light=_DAYLIGHT, camera=_HAND_HELD, sensor=_PHONE),
    Condition("ballpoint blue", pen=_BALLPOINT, surface=Surface(WHITE + CREAM), light=_DAYLIGHT, camera=_HAND_HELD,
              sensor=_PHONE),
    Condition("coloured pen", pen=Pen(COLOURED, width=(0.06, 0.1)), light=_DAYLIGHT, camera=_HAND_HELD, sensor=_PHONE),
    Condition("hairline", pen=Pen(BLACK + BLUE, width=(0.018, 0.03), bleed=(0.1, 0.3)), light=_DAYLIGHT,
              camera=_HAND_HELD, sensor=_PHONE),
    Condition("marker", hand=Hand(height=(0.15, 0.25)), pen=_MARKER, light=_DAYLIGHT, camera=_HAND_HELD, sensor=_PHONE),
    Condition("very thick", hand=Hand(height=(0.2, 0.3), gap=(0.12, 0.35)),
              pen=Pen(BLACK + COLOURED, width=(0.18, 0.24), pressure=(0, 0.05), grain=(0, 0.04), bleed=(0.3, 0.6)),
              light=_DAYLIGHT, camera=_HAND_HELD, sensor=_PHONE),
    Condition("whiteboard", hand=Hand(height=(0.12, 0.2)), pen=_BOARD_MARKER,
              surface=Surface(((238, 241, 243),), tooth=_NONE, fibres=_NONE, smears=(-0.08, -0.02)),
              light=Light(gradient=(0.1, 0.3), flash=(0.05, 0.3)), camera=_HAND_HELD, sensor=_PHONE),
    Condition("chalkboard", hand=Hand(height=(0.12, 0.2)), pen=_CHALK,
              surface=Surface(SLATE, tooth=(0.02, 0.06), fibres=_NONE, specks=_NONE, smears=(0.03, 0.1)),
              light=Light(gradient=(0.1, 0.4), vignette=(0.1, 0.3)), camera=_HAND_HELD, sensor=_PHONE),
    Condition("drawing", frame=(420, 900), margin=0.06, hand=Hand(height=(0.3, 0.5), unsteadiness=(0.8, 1.6)),
              pen=Pen(((0, 0, 0),), width=(0.03, 0.12), hard=True), surface=_SCREEN_WHITE, sensor=SCREEN),
    Condition("drawing, light on dark", frame=(256, 640), margin=0.06, hand=Hand(height=(0.4, 0.6)),
              pen=Pen(((255, 255, 255),), width=(0.08, 0.16), **_INK_ONLY), surface=_SCREEN_BLACK, sensor=SCREEN),
    Condition("icon", frame=(28, 28), margin=0.1, hand=Hand(height=(0.6, 0.8)),
              pen=Pen(((0, 0, 0),), width=(0.05, 0.18), **_INK_ONLY), surface=_SCREEN_WHITE, sensor=SCREEN),
    Condition("icon, light on dark", frame=(28, 28), margin=0.1, hand=Hand(height=(0.6, 0.8)),
              pen=Pen(((255, 255, 255),), width=(0.05, 0.18), **_INK_ONLY), surface=_SCREEN_BLACK, sensor=SCREEN),
    Condition("small on a large sheet", hand=Hand(height=(0.022, 0.035)), pen=_BALLPOINT, light=_DAYLIGHT,
              camera=_HAND_HELD, sensor=_PHONE),
    Condition("twelve megapixels", frame=(4032, 3024), margin=0.12, hand=Hand(height=(0.04, 0.08)), pen=_INK_PEN,
              surface=Surface(WHITE + CREAM, tooth=(0.01, 0.03)),
              light=Light(gradient=(0.1, 0.3), shadow=(0, 0.4), vignette=(0.05, 0.2)),
              camera=Camera(fill=(0.9, 1.3), roll=(-5, 5), tilt=(0, 12)), sensor=_PHONE),
    Condition("low resolution", frame=(200, 400), margin=0.06, hand=Hand(height=(0.35, 0.5)), pen=_INK_PEN,
              surface=Surface(WHITE + CREAM), ruling=Ruling("lined", colours=GREYS), light=_DAYLIGHT,
              camera=_HAND_HELD,
              sensor=Sensor(coarse=(1.2, 1.8), quality=(30, 60), noise=(0.01, 0.03), cast=(-0.1, 0.1))),
    Condition("background removed", frame=(563, 1000), pen=_BALLPOINT, light=_DAYLIGHT, camera=_HAND_HELD,
              sensor=Sensor(cleaned=True, quality=(75, 95))),
)  # fmt: skip

CONDITIONS: Mapping[str, Condition] = {condition.name: condition for condition in _ALL}

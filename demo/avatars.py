"""Draws the personas' pictures: a head and shoulders, flat colours, always the same."""

import base64
import io

from PIL import Image, ImageDraw

SIZE = 256
# Drawn four times as large and shrunk, which smooths the edges.
SCALE = 4
INK = "#2B2B33"


def avatar(look):
    """Return a PNG picture as base64 text.

    :param look: dict of colours ``background``, ``skin``, ``hair``, ``shirt``;
        ``style`` of the hair (short, long, bun, beard); ``glasses`` true or false
    """
    image = Image.new("RGB", (SIZE * SCALE, SIZE * SCALE), look["background"])
    pen = _Pen(ImageDraw.Draw(image))
    if look["style"] == "long":
        pen.ellipse(72, 48, 184, 200, look["hair"])
    if look["style"] == "bun":
        pen.ellipse(102, 22, 154, 74, look["hair"])
    pen.ellipse(40, 186, 216, 340, look["shirt"])
    pen.ellipse(106, 150, 150, 206, look["skin"])
    pen.ellipse(80, 58, 176, 178, look["skin"])
    if look["style"] == "beard":
        pen.pie(80, 62, 176, 182, 20, 160, look["hair"])
        pen.ellipse(108, 138, 148, 154, look["skin"])
    pen.pie(78, 50, 178, 150, 180, 360, look["hair"])
    for left in (104, 142):
        pen.ellipse(left, 112, left + 10, 124, INK)
    pen.arc(110, 128, 146, 154, 20, 160)
    if look["glasses"]:
        pen.ring(94, 104, 124, 132)
        pen.ring(132, 104, 162, 132)
        pen.line(124, 117, 132, 117)
    buffer = io.BytesIO()
    image.resize((SIZE, SIZE), Image.LANCZOS).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


class _Pen:
    """Draws in the small picture's coordinates."""

    def __init__(self, draw):
        self.draw = draw

    @staticmethod
    def _box(*corners):
        return [corner * SCALE for corner in corners]

    def ellipse(self, left, top, right, bottom, colour):
        self.draw.ellipse(self._box(left, top, right, bottom), fill=colour)

    def pie(self, left, top, right, bottom, start, end, colour):
        box = self._box(left, top, right, bottom)
        self.draw.pieslice(box, start, end, fill=colour)

    def arc(self, left, top, right, bottom, start, end):
        box = self._box(left, top, right, bottom)
        self.draw.arc(box, start, end, fill=INK, width=3 * SCALE)

    def ring(self, left, top, right, bottom):
        box = self._box(left, top, right, bottom)
        self.draw.ellipse(box, outline=INK, width=3 * SCALE)

    def line(self, left, top, right, bottom):
        box = self._box(left, top, right, bottom)
        self.draw.line(box, fill=INK, width=3 * SCALE)

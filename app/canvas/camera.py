"""Camera: which part of the canvas is seen, and how large."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, QVariantAnimation, Signal

from app.look import theme

SMALLEST, LARGEST = 0.002, 4.0
_STEP = 1.25


class Camera(QObject):
    """Turns canvas units into pixels of the view: `pixel = (unit - origin) * scale`, by the view's own device ratio.

    Everything is immediate but `show`, which moves for a moment so that the eye can follow.
    """

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scale = 1.0
        self.origin = QPointF(0.0, 0.0)
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(theme.MOTION)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.valueChanged.connect(self._advance)
        self._way = (self.scale, self.origin, self.scale, self.origin)

    @property
    def is_moving(self) -> bool:
        """Whether a movement that `show` began is still going on."""
        return self._motion.state() == QVariantAnimation.State.Running

    def to_canvas(self, pixel: QPointF) -> QPointF:
        """The canvas's point under a pixel."""
        return pixel / self.scale + self.origin

    def to_view(self, point: QPointF) -> QPointF:
        """The pixel at which a point of the canvas is seen."""
        return (point - self.origin) * self.scale

    def rect_to_view(self, rect: QRectF) -> QRectF:
        """Where a rectangle of the canvas is seen, in pixels."""
        return QRectF(self.to_view(rect.topLeft()), rect.size() * self.scale)

    def rect_to_canvas(self, rect: QRectF) -> QRectF:
        """The part of the canvas that is seen in a rectangle of pixels."""
        return QRectF(self.to_canvas(rect.topLeft()), rect.size() / self.scale)

    def pan(self, pixels: QPointF) -> None:
        """Move what is seen by so many pixels, as the hand drags it."""
        self._set(self.scale, self.origin - pixels / self.scale)

    def zoom(self, factor: float, pixel: QPointF) -> None:
        """Make everything larger or smaller; what is under `pixel` stays there."""
        scale = min(max(self.scale * factor, SMALLEST), LARGEST)
        self._set(scale, self.to_canvas(pixel) - pixel / scale)

    def zoom_steps(self, steps: float, pixel: QPointF) -> None:
        """Zoom by so many notches of a wheel."""
        self.zoom(_STEP**steps, pixel)

    def set_scale(self, scale: float, pixel: QPointF) -> None:
        """Show everything at this scale; what is under `pixel` stays there."""
        self.zoom(scale / self.scale, pixel)

    def centre_on(self, point: QPointF, view: QSizeF) -> None:
        """Bring a point of the canvas to the middle of a view of this size."""
        self._set(self.scale, point - QPointF(view.width(), view.height()) / (2 * self.scale))

    def fitted(self, rect: QRectF, view: QRectF, largest: float = 1.0) -> tuple[float, QPointF]:
        """Scale and origin that show all of `rect` in the middle of the part `view` of the view."""
        across = view.width() / max(rect.width(), 1.0)
        scale = min(max(min(across, view.height() / max(rect.height(), 1.0)), SMALLEST), largest)
        return scale, rect.center() - view.center() / scale

    @property
    def goal(self) -> tuple[float, QPointF]:
        """The scale and origin that there will be when the movement has ended."""
        return self._way[2:] if self.is_moving else (self.scale, self.origin)

    def arrive(self) -> None:
        """End a movement at its goal, now."""
        self._set(*self.goal)

    def aims_at(self, scale: float, origin: QPointF) -> bool:
        """Whether this is what is seen, or will be when the movement has ended; to a thousandth of a pixel."""
        own_scale, own_origin = self.goal
        return abs(own_scale - scale) < 1e-6 and (own_origin - origin).manhattanLength() * scale < 1e-3

    def show(self, rect: QRectF, view: QRectF, animated: bool, largest: float = 1.0) -> None:
        """Show all of a rectangle, at most at `largest` times its size."""
        scale, origin = self.fitted(rect, view, largest)
        if not animated:
            self._set(scale, origin)
            return
        self._motion.stop()
        self._way = (self.scale, self.origin, scale, origin)
        self._motion.start()

    def _advance(self, share: float) -> None:
        scale, origin, to_scale, to_origin = self._way
        ease = share * (2 - share)
        # Scale by equal factors and the origin along with it, so that the movement looks straight.
        now = scale * (to_scale / scale) ** ease
        part = ease if abs(to_scale - scale) < 1e-9 else (1 / now - 1 / scale) / (1 / to_scale - 1 / scale)
        self._apply(now, origin + (to_origin - origin) * part)

    def _set(self, scale: float, origin: QPointF) -> None:
        self._motion.stop()
        self._apply(scale, origin)

    def _apply(self, scale: float, origin: QPointF) -> None:
        if scale != self.scale or origin != self.origin:
            self.scale, self.origin = scale, origin
            self.moved.emit()

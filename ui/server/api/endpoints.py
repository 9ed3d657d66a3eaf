"""What the interface answers."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ser_core import audio
from ser_core.config import Settings
from ser_core.errors import AudioError, ModelError, NoSpeechError
from ser_core.labels import Emotion
from ser_core.models.card import list_models
from ser_core.models.listing import listed
from ser_core.practice.told import tell_delivery
from ser_core.recognition.analyse import analyse, no_speech_dict, report_dict
from ser_core.recognition.recogniser import Recogniser
from ui.server import watch
from ui.server.api.door import MOST_AT_ONCE, NOT_KEPT, refused
from ui.server.api.forms import Form, FormError, receive
from ui.server.turns import BusyError, Urgency, turns_for

CHANNELS = {"left": 0, "right": 1}
ANALYSE_FILES, ANALYSE_VALUES = ("file",), ("model", "channel", "timeline")
DELIVERY_FILES, DELIVERY_VALUES = ("file", "enrolment"), ("target", "model")


class Endpoints:
    """The endpoints. What they compute runs in threads, in turns with what the pages compute."""

    def __init__(self, settings: Settings, recogniser_of: Callable[[str | None], Recogniser]) -> None:
        self._settings, self._recogniser_of = settings, recogniser_of
        # Who waits for a turn holds a thread: none is missing as long as the door lets no more in.
        self._threads = CapacityLimiter(MOST_AT_ONCE)

    async def models(self, request: Request) -> Response:
        """GET /models."""
        return await self._answered(partial(listed, self._settings))

    async def analyse(self, request: Request) -> Response:
        """POST /analyse."""
        return await self._of_form(receive(request, ANALYSE_FILES, ANALYSE_VALUES), self._analyse)

    async def delivery(self, request: Request) -> Response:
        """POST /delivery."""
        return await self._of_form(receive(request, DELIVERY_FILES, DELIVERY_VALUES), self._delivery)

    async def _of_form(self, receiving: Awaitable[Form], work: Callable[[Form], Any]) -> Response:
        try:
            form = await receiving
            return await self._answered(partial(work, form))
        except FormError as error:
            return refused(400, str(error))
        except TimeoutError:
            return refused(408, "The file arrived too slowly.")

    async def _answered(self, work: Callable[[], Any]) -> Response:
        try:
            return JSONResponse(await run_sync(work, limiter=self._threads), headers=NOT_KEPT)
        except AudioError as error:
            return refused(422, str(error))
        except BusyError:
            return refused(503, "Too many recordings are waiting. Ask again in a minute.", {"Retry-After": "60"})
        except ModelError as error:
            return refused(503, str(error))

    def _analyse(self, form: Form) -> dict[str, Any]:
        name, recording = form.files["file"]
        channel = form.choice("channel", CHANNELS)
        timeline = form.flag("timeline", default=True)
        recogniser = self._recogniser(form)
        try:
            with watch.analysis("api", recording) as watched, _turn(recording):
                report = analyse(
                    recording,
                    name=name,
                    recogniser=recogniser,
                    timeline=timeline,
                    channel=None if channel is None else CHANNELS[channel],
                )
                watched.duration_s = report.duration_s
        except NoSpeechError as error:
            return no_speech_dict(name, error.duration_s, recogniser.name) | ({"timeline": []} if timeline else {})
        return report_dict(report, timeline=timeline)

    def _delivery(self, form: Form) -> dict[str, Any]:
        name, recording = form.files["file"]
        target = form.choice("target", [emotion.value for emotion in Emotion])
        recogniser = self._recogniser(form)
        _, enrolment = form.files.get("enrolment", ("", None))
        with watch.analysis("api_delivery", recording) as watched, _turn(recording):
            content, _ = tell_delivery(recording, name, Emotion(target) if target else None, recogniser, enrolment)
            watched.duration_s = content["duration_s"]
            return content

    def _recogniser(self, form: Form) -> Recogniser:
        return self._recogniser_of(form.choice("model", list_models(self._settings.models_dir)))


def _turn(recording: bytes) -> AbstractContextManager[None]:
    """Inside this context it is a recording's turn to be heard. Raises AudioError, or BusyError when too many wait."""
    return turns_for(audio.probe(recording).duration_s).turn(Urgency.ANSWER, lambda place: None)

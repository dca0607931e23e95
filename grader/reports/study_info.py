"""What produced a calibration study, and the whole study as JSON."""

import json
from datetime import datetime

from grader.calibration.study import Study
from grader.domain.base import Value


class StudyInfo(Value):
    """What produced a study."""

    created: datetime
    """UTC."""
    version: str
    """Of this program."""
    python: str
    numpy: str
    scikit_learn: str
    scipy: str
    statsmodels: str
    command: str


def study_json(study: Study, info: StudyInfo) -> str:
    """Everything that the report shows, as JSON with sorted keys; figures are not rounded."""
    content = {
        "calibration_digest": study.calibration.digest,
        "info": info.model_dump(mode="json"),
        "study": study.model_dump(mode="json"),
    }
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

"""The datasets that come with the program: what the window can say of them without reading them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_CELL = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
    "fractal dimension",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A dataset in `resources/datasets`. `shape` is that of one sample; `classes` is empty for regression.

    `settings`: how its table is read, where it is one as a person would bring it; each may be chosen otherwise.
    """

    name: str
    title: str
    files: tuple[str, ...]
    samples: int
    shape: tuple[int, ...]
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    target: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


BUILT_IN = {
    dataset.name: dataset
    for dataset in (
        BuiltIn(
            "digits",
            "Handwritten digits, 8 × 8 pixels",
            ("digits.csv.gz",),
            samples=1797,
            shape=(1, 8, 8),
            classes=tuple("0123456789"),
            target="digit",
        ),
        BuiltIn(
            "mnist",
            "10,000 handwritten digits of MNIST, 28 × 28 pixels",
            ("mnist10k-images-idx3-ubyte.gz", "mnist10k-labels-idx1-ubyte.gz"),
            samples=10_000,
            shape=(1, 28, 28),
            classes=tuple("0123456789"),
            target="digit",
        ),
        BuiltIn(
            "iris",
            "Three species of iris by their petals and sepals",
            ("iris.csv",),
            samples=150,
            shape=(4,),
            classes=("setosa", "versicolor", "virginica"),
            columns=("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
            target="species",
        ),
        BuiltIn(
            "wine",
            "Three cultivars of wine by chemical analysis",
            ("wine_data.csv",),
            samples=178,
            shape=(13,),
            classes=("class_0", "class_1", "class_2"),
            columns=(
                "alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids",
                "nonflavanoid phenols", "proanthocyanins", "color intensity", "hue", "OD280/OD315 of diluted wines",
                "proline",
            ),
            target="cultivar",
        ),
        BuiltIn(
            "breast_cancer",
            "Benign and malignant tumours by the shape of their cells",
            ("breast_cancer.csv",),
            samples=569,
            shape=(30,),
            classes=("malignant", "benign"),
            columns=tuple(f"{kind} {measure}" for kind in ("mean", "error of", "worst") for measure in _CELL),
            target="diagnosis",
        ),
        BuiltIn(
            "diabetes",
            "How far diabetes progresses within a year, a number",
            ("diabetes_data_raw.csv.gz", "diabetes_target.csv.gz"),
            samples=442,
            shape=(10,),
            columns=("age", "sex", "body mass index", "blood pressure", "s1", "s2", "s3", "s4", "s5", "s6"),
            target="progression",
        ),
        BuiltIn(
            "co2",
            "Carbon dioxide in the air over Mauna Loa, week by week, to be forecast",
            ("co2.csv",),
            samples=2187,
            shape=(52, 1),
            columns=("co2",),
            target="co2",
            settings={
                "samples": "windows", "target": "co2", "ignored": ("date",), "window": 52, "horizon": 4,
                "missing": "interpolate", "task": "regression",
            },
        ),
        BuiltIn(
            "weather",
            "Days of Seattle's weather: which of five kinds, by the measures of three days",
            ("seattle_weather.csv",),
            samples=1459,
            shape=(3, 4),
            classes=("drizzle", "fog", "rain", "snow", "sun"),
            columns=("precipitation", "temp_max", "temp_min", "wind"),
            target="weather",
            settings={
                "samples": "windows", "target": "weather", "ignored": ("date",), "window": 3, "horizon": 0,
                "split": "time",
            },
        ),
        BuiltIn(
            "names",
            "First names of women and men, by their letters",
            ("first_names.csv",),
            samples=5055,
            shape=(11,),
            classes=("female", "male"),
            target="kind",
            settings={"samples": "text", "target": "kind", "standardise": False},
        ),
    )
}  # fmt: skip

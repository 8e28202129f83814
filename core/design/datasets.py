"""The datasets that come with the program: what the window can say of them without reading them."""

from __future__ import annotations

from dataclasses import dataclass

_CELL = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
    "fractal dimension",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A dataset in `resources/datasets`. `shape` is that of one sample; `classes` is empty for regression."""

    name: str
    title: str
    files: tuple[str, ...]
    samples: int
    shape: tuple[int, ...]
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    target: str = ""


BUILT_IN = {
    dataset.name: dataset
    for dataset in (
        BuiltIn(
            "digits",
            "Handwritten digits, pictures of 8 × 8 pixels",
            ("digits.csv.gz",),
            samples=1797,
            shape=(1, 8, 8),
            classes=tuple("0123456789"),
            target="digit",
        ),
        BuiltIn(
            "mnist",
            "10,000 handwritten digits of MNIST, pictures of 28 × 28 pixels",
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
            "How diabetes goes on within a year, a number to predict",
            ("diabetes_data_raw.csv.gz", "diabetes_target.csv.gz"),
            samples=442,
            shape=(10,),
            columns=("age", "sex", "body mass index", "blood pressure", "s1", "s2", "s3", "s4", "s5", "s6"),
            target="progression",
        ),
    )
}  # fmt: skip

"""The field's classic models, each as a recipe with its source."""

from dataclasses import dataclass
from pathlib import Path

from ser_core.augment import check_augmentations, noise_files
from ser_core.errors import SerError
from ser_core.features.feature_sets import get_feature_set
from ser_core.language import N_
from ser_core.recipes.recipe import Recipe

# Share of test clips in the random splits of the tutorials that made some of these models known.
_QUARTER = 0.25


@dataclass(frozen=True, kw_only=True)
class ClassicRecipe(Recipe):
    """A model on the values of a feature set: one vector, sequence or image for a whole clip.

    Attributes:
        features: name of its feature set.
        augment: augmentations of the training clips; each makes one copy of each clip.
        noise_dir: folder of noises in MS-SNSD's layout; None generates white noise, pink noise and babble.
        select: number of values kept by recursive feature elimination; None keeps all.
        pca: number of principal components computed from the values; None keeps the values.

    Raises SerError for an unknown feature set or augmentation, or for more values than there are.
    """

    features: str
    augment: tuple[str, ...] = ()
    noise_dir: Path | None = None
    select: int | None = None
    pca: int | None = None

    def __post_init__(self) -> None:
        known = get_feature_set(self.features)
        check_augmentations(self.augment)
        if self.noise_dir is not None:
            noise_files(self.noise_dir)
        n = len(known.columns)
        if self.select is not None and known.steps is not None:
            raise SerError("Values can be selected only from a vector; this recipe uses a sequence or an image.")
        if self.select is not None and self.select > n:
            raise SerError("{select} of {n} values cannot be selected.", select=self.select, n=n)
        if self.pca is not None and self.pca > (self.select or n):
            raise SerError(
                "{pca} components cannot be computed from {value} values.", pca=self.pca, value=self.select or n
            )


@dataclass(frozen=True, kw_only=True)
class NetworkRecipe(ClassicRecipe):
    """A classic network.

    Attributes:
        net: name of its Keras architecture.
        epochs: passes over the training clips; the weights of the last one are kept.
        batch_size: clips per step.
        learning_rate: Adam's initial rate; it falls to zero along a cosine, so that nobody has to choose an epoch.
        half_precision: whether layers compute in bfloat16 during training.
    """

    net: str
    epochs: int
    batch_size: int = 32
    learning_rate: float = 1e-3
    half_precision: bool = False


@dataclass(frozen=True, kw_only=True)
class EstimatorRecipe(ClassicRecipe):
    """A classical classifier.

    Attributes:
        estimator: its name in `ser_core.estimators`, which has its settings.
    """

    estimator: str


CLASSIC: tuple[ClassicRecipe, ...] = (
    EstimatorRecipe(
        name="mlp",
        summary=N_("Multi-layer perceptron on the means of 40 MFCC, 12 chroma and 128 mel bands"),
        source=N_("the RAVDESS tutorials with scikit-learn, of which most student projects are copies"),
        features="mfcc-chroma-mel",
        estimator="mlp",
        random_test=_QUARTER,
    ),
    EstimatorRecipe(
        name="mlp-contrast",
        summary=N_("The same perceptron with spectral contrast and tonnetz beside"),
        source=N_("the same tutorials, with the longer vector that came from urban sounds"),
        features="mfcc-chroma-mel-contrast-tonnetz",
        estimator="mlp",
        random_test=_QUARTER,
    ),
    NetworkRecipe(
        name="lstm-tess",
        summary=N_("LSTM over the means of 40 MFCC, read as a sequence"),
        source=N_("the notebooks on TESS; published 0.92 accuracy and macro F1 on a random fifth"),
        features="mfcc",
        net="lstm",
        epochs=50,
    ),
    NetworkRecipe(
        name="gru-tess",
        summary=N_("GRU over the means of 40 MFCC, read as a sequence"),
        source=N_("the notebooks on TESS, with the lighter recurrent layer"),
        features="mfcc",
        net="gru",
        epochs=50,
    ),
    NetworkRecipe(
        name="cnn1d-shallow",
        summary=N_("One convolution of 64 channels over 181 means"),
        source=N_("student projects on RAVDESS"),
        features="zcr-chroma-mfcc-mel",
        net="cnn1d-shallow",
        epochs=50,
    ),
    NetworkRecipe(
        name="cnn1d",
        summary=N_("Three convolutions over the means of 13 MFCC and 128 mel bands"),
        source=N_("the classifier on RAVDESS and TESS; published accuracy 0.7602, F1 0.7697, 8 emotions, random fifth"),
        features="mfcc-mel",
        net="cnn1d",
        epochs=50,
    ),
    NetworkRecipe(
        name="cnn1d-deep",
        summary=N_("Eight convolutions over 162 means, trained with noise, stretch, shift and pitch"),
        source=N_("the notebooks on four English corpora; 1,283,591 parameters for 7 emotions"),
        features="zcr-chroma-mfcc-rms-mel",
        net="cnn1d-deep",
        epochs=10,
        batch_size=64,
        half_precision=True,
        augment=("noise", "stretch", "shift", "pitch"),
    ),
    NetworkRecipe(
        name="cnn2d-vgg",
        summary=N_("VGG-16 without its last two blocks, over the log-mel as an image"),
        source=N_("Simonyan and Zisserman 2015, arXiv 1409.1556, cut to the size of speech corpora"),
        features="log-mel-image",
        net="cnn2d-vgg",
        epochs=12,
        half_precision=True,
        # Without normalisation between so many layers, a rate of 0.001 can kill all their units.
        learning_rate=3e-4,
    ),
    EstimatorRecipe(
        name="svm",
        summary=N_("Support vector machine with radial kernels on 181 means"),
        source=N_("Cortes and Vapnik 1995, the classifier of emotion research before networks"),
        features="zcr-chroma-mfcc-mel",
        estimator="svm",
    ),
    EstimatorRecipe(
        name="xgboost",
        summary=N_("Boosted trees on 181 means"),
        source=N_("Chen and Guestrin 2016, arXiv 1603.02754"),
        features="zcr-chroma-mfcc-mel",
        estimator="xgboost",
    ),
    EstimatorRecipe(
        name="random-forest",
        summary=N_("Random forest on 181 means"),
        source=N_("Breiman 2001, doi 10.1023/A:1010933404324"),
        features="zcr-chroma-mfcc-mel",
        estimator="random-forest",
    ),
    EstimatorRecipe(
        name="gmm",
        summary=N_("Gaussian mixtures, one an emotion, on 40 components of 181 means"),
        source=N_("Reynolds and Rose 1995, doi 10.1109/89.365379, from speaker recognition"),
        features="zcr-chroma-mfcc-mel",
        estimator="gmm",
        pca=40,
    ),
    EstimatorRecipe(
        name="hmm",
        summary=N_("Hidden Markov models, one an emotion, over 24 components of the 181 values in 16 stretches"),
        source=N_("Schuller, Rigoll and Lang 2003, doi 10.1109/ICASSP.2003.1202279"),
        features="zcr-chroma-mfcc-mel-steps",
        estimator="hmm",
        pca=24,
    ),
)

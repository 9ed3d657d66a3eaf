"""The models by which people know this field, each as a recipe, with where it comes from."""

from dataclasses import dataclass

# Parts of test clips with which the tutorials that made these models known were split, at random.
_QUARTER, _FIFTH = 0.25, 0.2


@dataclass(frozen=True)
class ClassicRecipe:
    """How a classic model is made.

    Attributes:
        name: how commands call it.
        summary: one sentence.
        source: where it comes from.
        features: name of its feature set.
        net: name of its Keras architecture, or None.
        estimator: name of its classical classifier, or None; a recipe has one of the two.
        epochs: passes of a network over the training clips; None for a classical classifier.
        batch_size: clips a step of a network.
        learning_rate: where Adam starts.
        half_precision: whether a network's layers compute in bfloat16 while they learn.
        augment: what is done to copies of the training clips, one copy each.
        pca: principal components the features are turned into; None keeps them.
        random_test: share of test clips in the random split with which it was published.
    """

    name: str
    summary: str
    source: str
    features: str
    net: str | None = None
    estimator: str | None = None
    epochs: int | None = None
    batch_size: int = 32
    learning_rate: float = 1e-3
    half_precision: bool = False
    augment: tuple[str, ...] = ()
    pca: int | None = None
    random_test: float = _FIFTH


CLASSIC = (
    ClassicRecipe(
        "mlp",
        "Multi-layer perceptron on the means of 40 MFCC, 12 chroma and 128 mel bands",
        "the RAVDESS tutorials with scikit-learn, of which most student projects are copies",
        features="mfcc-chroma-mel",
        estimator="mlp",
        random_test=_QUARTER,
    ),
    ClassicRecipe(
        "mlp-contrast",
        "The same perceptron with spectral contrast and tonnetz beside",
        "the same tutorials, with the longer vector that came from urban sounds",
        features="mfcc-chroma-mel-contrast-tonnetz",
        estimator="mlp",
        random_test=_QUARTER,
    ),
    ClassicRecipe(
        "lstm-tess",
        "LSTM over the means of 40 MFCC, read as a sequence",
        "the notebooks on TESS; published 0.92 accuracy and macro F1 on a random fifth",
        features="mfcc",
        net="lstm",
        epochs=50,
    ),
    ClassicRecipe(
        "gru-tess",
        "GRU over the means of 40 MFCC, read as a sequence",
        "the notebooks on TESS, with the lighter recurrent layer",
        features="mfcc",
        net="gru",
        epochs=50,
    ),
    ClassicRecipe(
        "cnn1d-shallow",
        "One convolution of 64 channels over 181 means",
        "student projects on RAVDESS",
        features="zcr-chroma-mfcc-mel",
        net="cnn1d-shallow",
        epochs=50,
    ),
    ClassicRecipe(
        "cnn1d",
        "Three convolutions over the means of 13 MFCC and 128 mel bands",
        "the classifier on RAVDESS and TESS; published accuracy 0.7602, F1 0.7697, 8 emotions, random fifth",
        features="mfcc-mel",
        net="cnn1d",
        epochs=50,
    ),
    ClassicRecipe(
        "cnn1d-deep",
        "Eight convolutions over 162 means, trained with noise, stretch, shift and pitch",
        "the notebooks on four English corpora; 1,283,591 parameters for 7 emotions",
        features="zcr-chroma-mfcc-rms-mel",
        net="cnn1d-deep",
        epochs=10,
        batch_size=64,
        half_precision=True,
        augment=("noise", "stretch", "shift", "pitch"),
    ),
    ClassicRecipe(
        "cnn2d-vgg",
        "VGG-16 without its last two blocks, over the log-mel as an image",
        "Simonyan and Zisserman 2015, arXiv 1409.1556, cut to the size of speech corpora",
        features="log-mel-image",
        net="cnn2d-vgg",
        epochs=12,
        half_precision=True,
        # Without normalisation between so many layers, 0.001 can leave all of them dead.
        learning_rate=3e-4,
    ),
    ClassicRecipe(
        "svm",
        "Support vector machine with radial kernels on 181 means",
        "Cortes and Vapnik 1995, the classifier of emotion research before networks",
        features="zcr-chroma-mfcc-mel",
        estimator="svm",
    ),
    ClassicRecipe(
        "xgboost",
        "Boosted trees on 181 means",
        "Chen and Guestrin 2016, arXiv 1603.02754",
        features="zcr-chroma-mfcc-mel",
        estimator="xgboost",
    ),
    ClassicRecipe(
        "random-forest",
        "Random forest on 181 means",
        "Breiman 2001, doi 10.1023/A:1010933404324",
        features="zcr-chroma-mfcc-mel",
        estimator="random-forest",
    ),
    ClassicRecipe(
        "gmm",
        "Gaussian mixtures, one an emotion, on 40 components of 181 means",
        "Reynolds and Rose 1995, doi 10.1109/89.365379, from speaker recognition",
        features="zcr-chroma-mfcc-mel",
        estimator="gmm",
        pca=40,
    ),
    ClassicRecipe(
        "hmm",
        "Hidden Markov models, one an emotion, over 24 components of the 181 values in 16 stretches",
        "Schuller, Rigoll and Lang 2003, doi 10.1109/ICASSP.2003.1202279",
        features="zcr-chroma-mfcc-mel-steps",
        estimator="hmm",
        pca=24,
    ),
)

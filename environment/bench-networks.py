"""Trains and runs the paper's networks in Keras or PyTorch, at the word of `bench`, and times it.

    python bench-networks.py keras|pytorch SEED

First answer: {"name": …, "parameters": {"cnn": …, "lstm": …}}, or {"missing": …} without the
library. Then "run cnn train 20" on standard input gives {"ms": …}: wall time of 20 steps, in ms a
step. A step is 32 segments of 130 x 13 random normal values, prepared beforehand. CPU, with the
library's own choice of threads. "fit cnn FEATURES SPLIT EPOCHS" (Keras alone) reads a features JSON and
a split, trains with validation after each epoch, tests, saves the model, and gives {"ms": …} of it all.
Answers are JSON, one a line.
"""

import json
import os
import platform
import sys
import time

BATCH = 32
FRAMES = 130
COEFFICIENTS = 13
CLASSES = 10
LEARNING_RATE = 1e-4


class Data:
    def __init__(self, seed):
        self.seed = seed
        self.prepared = {}

    def segments(self, steps):
        """Values [steps * 32, 130, 13] and labels of so many steps."""
        import numpy as np

        if steps not in self.prepared:
            random = np.random.default_rng(self.seed)
            count = steps * BATCH
            values = random.standard_normal((count, FRAMES, COEFFICIENTS), dtype=np.float32)
            self.prepared = {steps: (values, random.integers(0, CLASSES, count))}
        return self.prepared[steps]


class Keras:
    """As a Keras user trains: fit over the prepared array, and predict."""

    def __init__(self, data):
        os.environ["KERAS_BACKEND"] = "tensorflow"
        import keras
        import tensorflow

        self.data = data
        self.name = f"Keras {keras.__version__} on TensorFlow {tensorflow.__version__}"
        keras.utils.set_random_seed(data.seed)
        self.networks = {"cnn": self.cnn(keras.layers), "lstm": self.lstm(keras.layers)}
        for network in self.networks.values():
            network.compile(keras.optimizers.Adam(LEARNING_RATE), "sparse_categorical_crossentropy")

    @staticmethod
    def cnn(layers):
        import keras

        def block(filters, kernel, pool):
            return [
                layers.Conv2D(filters, kernel, activation="relu"),
                layers.MaxPooling2D(pool, strides=2, padding="same"),
                layers.BatchNormalization(),
            ]

        return keras.Sequential(
            [
                keras.Input((FRAMES, COEFFICIENTS, 1)),
                *block(128, 3, 3),
                *block(64, 3, 3),
                *block(64, 2, 2),
                layers.Flatten(),
                layers.Dense(64, activation="relu"),
                layers.Dropout(0.2),
                layers.Dense(CLASSES, activation="softmax"),
            ]
        )

    @staticmethod
    def lstm(layers):
        import keras

        return keras.Sequential(
            [
                keras.Input((FRAMES, COEFFICIENTS)),
                layers.LSTM(128, return_sequences=True),
                layers.LSTM(64, return_sequences=True),
                layers.LSTM(64),
                layers.Dense(64, activation="relu"),
                layers.Dropout(0.3),
                layers.Dense(CLASSES, activation="softmax"),
            ]
        )

    def parameters(self, network):
        return sum(w.numpy().size for w in self.networks[network].trainable_weights)

    def prepare(self, network, steps):
        values, labels = self.data.segments(steps)
        return (values[..., None] if network == "cnn" else values), labels

    def train(self, network, values, labels):
        self.networks[network].fit(values, labels, batch_size=BATCH, epochs=1, verbose=0)

    def infer(self, network, values, labels):
        self.networks[network].predict(values, batch_size=BATCH, verbose=0)

    def fit(self, network, features, split, epochs):
        import numpy as np

        with open(features, encoding="utf-8") as file:
            features = json.load(file)
        with open(split, encoding="utf-8") as file:
            part_of = {(row["track"], row["segment"]): row["part"] for row in json.load(file)}
        values = np.array(features["mfcc"], dtype=np.float32)[..., None]
        labels = np.array(features["labels"])
        parts = np.array([part_of.get(of) for of in zip(features["tracks"], features["segments"])])
        train, validation, test = (parts == name for name in ("train", "validation", "test"))
        model = self.networks[network]
        model.fit(
            values[train],
            labels[train],
            batch_size=BATCH,
            epochs=int(epochs),
            validation_data=(values[validation], labels[validation]),
            verbose=0,
        )
        accuracy = (model.predict(values[test], verbose=0).argmax(1) == labels[test]).mean()
        print(f"test accuracy {accuracy:.4f}", file=sys.stderr)
        model.save("keras-model.keras")


class PyTorch:
    """As a PyTorch user trains: the loop over batches with Adam, and eval with no_grad."""

    def __init__(self, data):
        import torch

        self.data = data
        self.torch = torch
        self.name = f"PyTorch {torch.__version__}"
        torch.manual_seed(data.seed)
        self.networks = {"cnn": self.cnn(torch.nn), "lstm": self.lstm(torch.nn)}
        self.optimizers = {
            name: torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
            for name, network in self.networks.items()
        }
        self.loss = torch.nn.CrossEntropyLoss()

    @staticmethod
    def cnn(nn):
        def block(before, filters, kernel, pooling):
            return [
                nn.Conv2d(before, filters, kernel),
                nn.ReLU(),
                pooling,
                nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01),
            ]

        return nn.Sequential(
            # sizes as of Keras's "same"
            *block(1, 128, 3, nn.MaxPool2d(3, 2, padding=1)),
            *block(128, 64, 3, nn.MaxPool2d(3, 2, padding=1)),
            *block(64, 64, 2, nn.MaxPool2d(2, 2, ceil_mode=True)),
            nn.Flatten(),
            nn.Linear(15 * 64, 64),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(64, CLASSES),
        )

    @staticmethod
    def lstm(nn):
        class Lstm(nn.Module):
            def __init__(self):
                super().__init__()
                self.lstm1 = nn.LSTM(COEFFICIENTS, 128, batch_first=True)
                self.lstm2 = nn.LSTM(128, 64, batch_first=True)
                self.lstm3 = nn.LSTM(64, 64, batch_first=True)
                self.top = nn.Sequential(
                    nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, CLASSES)
                )

            def forward(self, x):
                x, _ = self.lstm1(x)
                x, _ = self.lstm2(x)
                x, _ = self.lstm3(x)
                return self.top(x[:, -1])

        return Lstm()

    def parameters(self, network):
        # PyTorch's LSTM has its bias twice
        named = self.networks[network].named_parameters()
        return sum(p.numel() for name, p in named if "bias_hh" not in name)

    def prepare(self, network, steps):
        values, labels = self.data.segments(steps)
        values = self.torch.from_numpy(values)
        return values[:, None] if network == "cnn" else values, self.torch.from_numpy(labels)

    def train(self, network, values, labels):
        model, optimizer = self.networks[network], self.optimizers[network]
        model.train()
        for x, y in zip(values.split(BATCH), labels.split(BATCH)):
            optimizer.zero_grad()
            self.loss(model(x), y).backward()
            optimizer.step()

    def infer(self, network, values, labels):
        model = self.networks[network]
        model.eval()
        with self.torch.no_grad():
            for x in values.split(BATCH):
                self.torch.softmax(model(x), 1).numpy()


def main():
    peer, seed = sys.argv[1], int(sys.argv[2])
    # what libraries print is no answer
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(**what):
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        library = {"keras": Keras, "pytorch": PyTorch}[peer](Data(seed))
    except ImportError as error:
        answer(missing=str(error).splitlines()[0])
        return
    try:
        answer(
            name=f"{library.name}, Python {platform.python_version()}",
            parameters={network: int(library.parameters(network)) for network in ("cnn", "lstm")},
        )
        for line in sys.stdin:
            order, network, *words = line.split()
            if order == "fit":
                begin = time.perf_counter()
                library.fit(network, *words)
                answer(ms=1000 * (time.perf_counter() - begin))
                continue
            measure, steps = words
            prepared = library.prepare(network, int(steps))
            begin = time.perf_counter()
            getattr(library, measure)(network, *prepared)
            answer(ms=1000 * (time.perf_counter() - begin) / int(steps))
    except Exception as error:  # whatever it is, bench tells it
        answer(error=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")


if __name__ == "__main__":
    main()

"""Computes librosa's MFCCs or log-mel spectra of a folder of wavs, at the word of `bench`, and times it.

    python bench-features.py librosa SEED

First answer: {"name": …}, or {"missing": …} without the library. Then "run mfcc FOLDER" or "run
logmel FOLDER" on standard input gives {"ms": …, "segments": …, "seconds": …}: wall time of the whole
work on the folder's wav files (sorted, below it too), the segments of 3 s in it and their seconds of
audio; "run mp3 FOLDER" gives those of the MFCCs of its mp3 files, a track a thread on all processors. The work: each track loaded by librosa.load at 22,050 Hz, whole segments cut, their MFCCs (13)
or levels in dB (128 mel bands) at librosa's defaults, kept as lists. "write mfcc FOLDER FILE" does
the same and writes the features JSON too. CPU, with the library's own choice of threads; the seed is
not used. Answers are JSON, one a line.
"""

import concurrent.futures
import json
import os
import pathlib
import platform
import sys
import time

RATE = 22050
SAMPLES = 3 * RATE
COEFFICIENTS = 13


class Librosa:
    """As a librosa user extracts features: load, slice, call, collect."""

    def __init__(self):
        import librosa
        import numpy

        self.librosa = librosa
        self.name = f"librosa {librosa.__version__} on NumPy {numpy.__version__}"

    def mfcc(self, segment):
        return self.librosa.feature.mfcc(y=segment, sr=RATE, n_mfcc=COEFFICIENTS)

    def logmel(self, segment):
        return self.librosa.power_to_db(self.librosa.feature.melspectrogram(y=segment, sr=RATE))

    def segments(self, extract, track):
        """A list a segment of the track."""
        samples, _ = self.librosa.load(track, sr=RATE)
        return [
            extract(samples[place * SAMPLES : (place + 1) * SAMPLES]).T.tolist()
            for place in range(len(samples) // SAMPLES)
        ]

    def extract(self, what, folder):
        key = "mfcc" if what == "mp3" else what
        extract = {"mfcc": self.mfcc, "logmel": self.logmel}[key]
        tracks = sorted(pathlib.Path(folder).rglob("*.mp3" if what == "mp3" else "*.wav"))
        features = {"mapping": [], "labels": [], key: [], "tracks": [], "segments": []}
        features["mapping"] = sorted({track.parent.name for track in tracks})
        threads = os.cpu_count() if what == "mp3" else 1
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            found = pool.map(lambda track: self.segments(extract, track), tracks)
            for track, segments in zip(tracks, found):
                features[key] += segments
                features["labels"] += [features["mapping"].index(track.parent.name)] * len(segments)
                features["tracks"] += [track.stem] * len(segments)
                features["segments"] += range(len(segments))
        return features


def main():
    # what libraries print is no answer
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(**what):
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    try:
        library = {"librosa": Librosa}[sys.argv[1]]()
    except ImportError as error:
        answer(missing=str(error).splitlines()[0])
        return
    try:
        answer(name=f"{library.name}, Python {platform.python_version()}")
        for line in sys.stdin:
            order, key, rest = line.rstrip("\n").split(" ", 2)
            # the file's name is the last word: a folder's may hold spaces
            folder, file = rest.rsplit(" ", 1) if order == "write" else (rest, None)
            begin = time.perf_counter()
            features = library.extract(key, folder)
            if file:
                with open(file, "w", encoding="utf-8") as out:
                    json.dump(features, out)
            ms = 1000 * (time.perf_counter() - begin)
            count = len(features["labels"])
            answer(ms=ms, segments=count, seconds=count * SAMPLES / RATE)
    except Exception as error:  # whatever it is, bench tells it
        answer(error=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")


if __name__ == "__main__":
    main()

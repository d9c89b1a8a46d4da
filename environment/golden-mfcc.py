"""Writes data/golden/mfcc-librosa.json: librosa's log-mel spectra and MFCCs of four test signals.

MfccTest makes the same signals by the same formulas and compares. Run it again only to move to
another librosa; from the project's folder, in a virtual environment of its own:

    python3 -m venv .venv && .venv/bin/pip install librosa==0.11.0 && .venv/bin/python environment/golden-mfcc.py
"""

import json
import pathlib
import platform
import re

import librosa
import numpy as np
import scipy

RATE = 22050
SAMPLES = 3 * RATE
FRAMES = [0, 1, 64, 128, 129]
LOGMEL_FRAME = 64
COEFFICIENTS = 13


def chirp():
    """A sine from 50 Hz to 10,050 Hz, rising linearly, amplitude 0.5."""
    t = np.arange(SAMPLES) / RATE
    return 0.5 * np.sin(2 * np.pi * (50 * t + 10000 / (2 * 3) * t * t))


def noise():
    """Uniform noise in [-0.25, 0.25): a 32-bit linear congruential generator, seed 1."""
    values = np.empty(SAMPLES)
    state = 1
    for i in range(SAMPLES):
        state = (state * 1664525 + 1013904223) % 2**32
        values[i] = (state / 2**32 - 0.5) * 0.5
    return values


def chord():
    """A major triad (220, 275, 330 Hz) that decays by 40 dB a second: 80 dB down within the segment."""
    t = np.arange(SAMPLES) / RATE
    tones = sum(np.sin(2 * np.pi * hz * t) for hz in (220, 275, 330))
    return 0.25 * tones * 10 ** (-2 * t)


def silence():
    return np.zeros(SAMPLES)


def features(signal, window):
    y = signal.astype(np.float32)
    logmel = librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=RATE, window=window))
    mfcc = librosa.feature.mfcc(y=y, sr=RATE, n_mfcc=COEFFICIENTS, window=window)
    return {
        "mfcc": [[round(float(v), 4) for v in mfcc[:, frame]] for frame in FRAMES],
        "logmel": [round(float(v), 3) for v in logmel[:, LOGMEL_FRAME]],
    }


def main():
    signals = {"chirp": chirp(), "noise": noise(), "chord": chord(), "silence": silence()}
    golden = {
        "librosa": librosa.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "python": platform.python_version(),
        "rate": RATE,
        "samples": SAMPLES,
        "frames": FRAMES,
        "logmelFrame": LOGMEL_FRAME,
        "signals": {
            name: {window: features(signal, window) for window in ("hann", "hamming")}
            for name, signal in signals.items()
        },
    }
    out = pathlib.Path(__file__).resolve().parent.parent / "data" / "golden" / "mfcc-librosa.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(golden, indent=1)
    # a row of numbers a line
    text = re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda m: "[" + " ".join(m[1].split()) + "]", text)
    out.write_text(text + "\n", encoding="utf-8")
    print(f"{out}: librosa {librosa.__version__}, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()

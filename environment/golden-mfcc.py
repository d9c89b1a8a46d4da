"""Writes data/golden/mfcc-librosa.json: librosa's log-mel spectra, MFCCs and deltas of test signals.

MfccTest makes the same signals by the same formulas and compares. The clip of the demo corpus is
rendered by `environment/jbang demo`; its checksum goes along, so that the test notices when the demo
has changed. Run it again for that, or to move to another librosa; from the project's folder, in a
virtual environment of its own (bench-requirements-features.txt pins librosa and what it needs):

    python3 -m venv .venv && .venv/bin/pip install -r environment/bench-requirements-features.txt && .venv/bin/python environment/golden-mfcc.py
"""

import hashlib
import json
import pathlib
import platform
import re
import subprocess
import tempfile
import warnings

import librosa
import numpy as np
import scipy
import soundfile
import soxr

HOME = pathlib.Path(__file__).resolve().parent.parent
RATE = 22050
SAMPLES = 3 * RATE
COEFFICIENTS = 13
DEMO_TRACK = "jazz/jazz.00000.wav"


def chirp():
    """A sine from 50 Hz to 10,050 Hz, rising linearly, amplitude 0.5."""
    t = np.arange(SAMPLES) / RATE
    return 0.5 * np.sin(2 * np.pi * (50 * t + 10000 / (2 * 3) * t * t))


def noise(samples=SAMPLES):
    """Uniform noise in [-0.25, 0.25): a 32-bit linear congruential generator, seed 1."""
    values = np.empty(samples)
    state = 1
    for i in range(samples):
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


def clipped():
    """A sine of 440 Hz and amplitude 3, cut off at -1 and 1."""
    t = np.arange(SAMPLES) / RATE
    return np.clip(3 * np.sin(2 * np.pi * 440 * t), -1, 1)


def offset():
    """A quiet sine of 1 kHz on a constant of 0.5."""
    t = np.arange(SAMPLES) / RATE
    return 0.5 + 0.01 * np.sin(2 * np.pi * 1000 * t)


def short():
    """Shorter than a frame: the noise's first 700 samples."""
    return noise(700)


def swells():
    """At 44.1 kHz: forty partials from 60 Hz to 16 kHz that swell at their own pace, and noise."""
    rate = 2 * RATE
    t = np.arange(2 * SAMPLES) / rate
    sound = 0.1 * noise(2 * SAMPLES)
    for p in range(40):
        hz = 60 * (16000 / 60) ** (p / 39)
        pace = 0.3 + 0.05 * p
        sound += 0.04 / (1 + p % 7) * np.sin(np.pi * pace * t + p) ** 2 * np.sin(2 * np.pi * hz * t)
    return sound


def demo():
    """A track of the demo corpus, and the SHA-256 of its wav file."""
    with tempfile.TemporaryDirectory() as folder:
        command = [HOME / "environment" / "jbang", "demo", "--out", folder]
        subprocess.run([*command, "--tracks", "1", "--seconds", "3", "--seed", "1"], check=True)
        wav = pathlib.Path(folder) / DEMO_TRACK
        samples, rate = soundfile.read(wav, dtype="float32")
        assert rate == RATE and samples.shape == (SAMPLES,)
        return samples, hashlib.sha256(wav.read_bytes()).hexdigest()


def features(signal, window="hann", n_fft=2048, hop=512, mels=128, centre=True):
    """Some frames' MFCCs and deltas, and one frame's levels, dB."""
    y = signal.astype(np.float32)
    mel = librosa.feature.melspectrogram(
        y=y, sr=RATE, window=window, n_fft=n_fft, hop_length=hop, n_mels=mels, center=centre
    )
    logmel = librosa.power_to_db(mel)
    # with S as librosa makes it itself, where all else is its default
    mfcc = librosa.feature.mfcc(S=logmel, n_mfcc=COEFFICIENTS)
    count = mfcc.shape[1]
    frames = sorted({f for f in (0, 1, 3, 4, 5, count // 2, count - 5, count - 2, count - 1) if 0 <= f < count})
    case = {
        "window": window,
        "nFft": n_fft,
        "hop": hop,
        "mels": mels,
        "centre": centre,
        "count": count,
        "frames": frames,
        "mfcc": [[round(float(v), 4) for v in mfcc[:, frame]] for frame in frames],
        "logmelFrame": count // 2,
        "logmel": [round(float(v), 4) for v in logmel[:, count // 2]],
    }
    if count >= 9:
        delta = librosa.feature.delta(mfcc)
        case["delta"] = [[round(float(v), 5) for v in delta[:, frame]] for frame in frames]
    return case


def main():
    warnings.simplefilter("ignore")  # of frames longer than the signal, and of empty bands: meant
    clip, checksum = demo()
    signals = {
        "chirp": chirp(),
        "noise": noise(),
        "chord": chord(),
        "silence": silence(),
        "clipped": clipped(),
        "offset": offset(),
        "short": short(),
        "demo": clip,
    }
    cases = [
        {"signal": name, **features(signal, window)}
        for name, signal in signals.items()
        for window in ("hann", "hamming")
    ]
    for name in ("chirp", "demo"):
        others = {"n_fft": 1024, "hop": 256, "mels": 64, "centre": False}
        cases.append({"signal": name, **features(signals[name], "hann", **others)})
        cases.append({"signal": name, **features(signals[name], "hamming", **others)})
        # bands narrower than a bin, some of them empty
        cases.append({"signal": name, **features(signals[name], "hann", n_fft=512, hop=441)})
    at_44100 = swells().astype(np.float32)
    resampled = librosa.resample(at_44100, orig_sr=2 * RATE, target_sr=RATE)
    mfcc = librosa.feature.mfcc(y=resampled, sr=RATE, n_mfcc=COEFFICIENTS)
    golden = {
        "librosa": librosa.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "soxr": soxr.__version__,
        "python": platform.python_version(),
        "rate": RATE,
        "demoSha256": checksum,
        "cases": cases,
        "resampled": {
            "signal": "swells",
            "from": 2 * RATE,
            "mfcc": [[round(float(v), 3) for v in frame] for frame in mfcc.T],
        },
    }
    out = HOME / "data" / "golden" / "mfcc-librosa.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(golden, indent=1)
    # a row of numbers a line
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + " ".join(m[1].split()) + "]", text)
    out.write_text(text + "\n", encoding="utf-8")
    print(f"{out}: librosa {librosa.__version__}, {len(cases)} cases, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()

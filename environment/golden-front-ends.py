"""Writes data/golden/front-ends.json: the inputs of YAMNet, VGGish and MusiCNN, of test signals.

From the models' published definitions, with NumPy and librosa:

- VGGish and YAMNet (tensorflow/models, research/audioset, mel_features.py and yamnet/features.py):
  16 kHz, periodic Hann windows of 400 samples every 160, FFT of 512, magnitudes, 64 bands from 125 to
  7500 Hz whose triangles are straight over HTK's mel, natural logarithm of the bands + 0.01 (VGGish)
  or + 0.001 (YAMNet); frames are not centred. Patches of 96 frames, every 96 (VGGish) or 48 (YAMNet).
- MusiCNN (jordipons/musicnn, extractor.py): librosa.feature.melspectrogram at 16 kHz with n_fft 512,
  hop 256 and 96 bands, log10(10000 x + 1). Its rounding of x to 16-bit floats is left out, as in
  Essentia's version. Patches of 187 frames.

PretrainedTest makes the same signals by the same formulas and compares. Run it again to move to
another librosa; from the project's folder, in a virtual environment of its own:

    python3 -m venv .venv && .venv/bin/pip install -r environment/bench-requirements-features.txt && .venv/bin/python environment/golden-front-ends.py
"""

import json
import pathlib
import re

import librosa
import numpy as np

HOME = pathlib.Path(__file__).resolve().parent.parent
RATE = 16000
SAMPLES = 3 * RATE + 1000


def chirp():
    """A sine from 50 Hz to 7,550 Hz, rising linearly over 3 s, amplitude 0.5."""
    t = np.arange(SAMPLES) / RATE
    return 0.5 * np.sin(2 * np.pi * (50 * t + 7500 / (2 * 3) * t * t))


def noise():
    """Uniform noise in [-0.25, 0.25): a 32-bit linear congruential generator, seed 1."""
    values = np.empty(SAMPLES)
    state = 1
    for i in range(SAMPLES):
        state = (state * 1664525 + 1013904223) % 2**32
        values[i] = (state / 2**32 - 0.5) * 0.5
    return values


def silence():
    return np.zeros(SAMPLES)


def htk_mel(hertz):
    return 1127 * np.log(1 + hertz / 700)


def audioset(signal, offset):
    """log-mel spectrum, frames × 64."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    count = 1 + (len(signal) - 400) // 160
    frames = np.stack([signal[160 * f : 160 * f + 400] * window for f in range(count)])
    magnitudes = np.abs(np.fft.rfft(frames, 512))
    bins = htk_mel(np.linspace(0, RATE / 2, 257))
    edges = np.linspace(htk_mel(125.0), htk_mel(7500.0), 66)
    lower, centre, upper = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins[:, None] - lower) / (centre - lower)
    falling = (upper - bins[:, None]) / (upper - centre)
    weights = np.maximum(0, np.minimum(rising, falling))
    weights[0] = 0
    return np.log(magnitudes @ weights + offset)


def musicnn(signal):
    mel = librosa.feature.melspectrogram(
        y=signal.astype(np.float32), sr=RATE, n_fft=512, hop_length=256, n_mels=96
    )
    return np.log10(10000 * mel.T + 1)


def patches(values, length, hop):
    return np.stack([values[p : p + length] for p in range(0, len(values) - length + 1, hop)])


def case(model, name, values, length, hop):
    cut = patches(values, length, hop)
    last = len(cut) - 1
    return {
        "model": model,
        "signal": name,
        "patches": len(cut),
        "length": length,
        "frames": [
            {"patch": p, "frame": f, "values": [round(float(v), 4) for v in cut[p, f]]}
            for p, f in ((0, 0), (last, length // 2), (last, length - 1))
        ],
    }


def main():
    signals = {"chirp": chirp(), "noise": noise(), "silence": silence()}
    cases = []
    for name, signal in signals.items():
        cases.append(case("vggish", name, audioset(signal, 0.01), 96, 96))
        cases.append(case("yamnet", name, audioset(signal, 0.001), 96, 48))
        cases.append(case("musicnn", name, musicnn(signal), 187, 187))
    golden = {"librosa": librosa.__version__, "numpy": np.__version__, "rate": RATE, "cases": cases}
    text = json.dumps(golden, indent=1)
    # a row of numbers a line
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + " ".join(m[1].split()) + "]", text)
    out = HOME / "data" / "golden" / "front-ends.json"
    out.write_text(text + "\n", encoding="utf-8")
    print(f"{out}: librosa {librosa.__version__}, {len(cases)} cases, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()

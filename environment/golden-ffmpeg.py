"""Writes chirps that only ffmpeg reads to data/golden/audio, and samples of each as librosa loads them.

FfmpegTest compares. Run it again only to move to another librosa; from the project's folder, with
ffmpeg on PATH, in the virtual environment of golden-mfcc.py with audioread:

    .venv/bin/python environment/golden-ffmpeg.py
"""

import json
import pathlib
import subprocess
import warnings

import librosa
import numpy as np
import soundfile

RATE, SECONDS = 44100, 0.5
LOADED_RATE, FIRST, COUNT = 22050, 5000, 40
ENCODERS = {"m4a": "aac", "opus": "libopus", "wma": "wmav2", "ac3": "ac3"}


def chirp(highest):
    """A sine from 100 Hz to highest Hz, rising linearly, amplitude 0.5."""
    t = np.arange(int(RATE * SECONDS)) / RATE
    return 0.5 * np.sin(2 * np.pi * (100 * t + (highest - 100) / (2 * SECONDS) * t * t))


def main():
    warnings.simplefilter("ignore")  # librosa's of audioread
    folder = pathlib.Path(__file__).resolve().parent.parent / "data" / "golden" / "audio"
    source = folder / "source.wav"
    soundfile.write(source, np.stack([chirp(6000), chirp(3000)], axis=1), RATE)
    golden = {"librosa": librosa.__version__, "rate": LOADED_RATE, "first": FIRST, "files": {}}
    for ending, encoder in ENCODERS.items():
        file = folder / f"chirp.{ending}"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-i", source, "-c:a", encoder, "-b:a", "96k", "-bitexact", file],
            check=True,
        )
        samples, _ = librosa.load(file, sr=LOADED_RATE)
        golden["files"][file.name] = {
            "length": len(samples),
            "samples": [round(float(v), 7) for v in samples[FIRST : FIRST + COUNT]],
        }
        print(f"{file.name}: {file.stat().st_size} bytes, {len(samples)} samples")
    source.unlink()
    rows = ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in golden["files"].items())
    head = json.dumps({k: v for k, v in golden.items() if k != "files"})[1:-1]
    (folder / "librosa-ffmpeg.json").write_text(
        f'{{{head},\n"files": {{\n{rows}\n}}}}\n', encoding="utf-8"
    )


if __name__ == "__main__":
    main()

"""Writes data/golden/audio: a chirp as flac, ogg and mp3, and samples of each as librosa loads them.

AudioTest makes the same chirp by the same formula and compares. Run it again only to move to
another librosa; from the project's folder, in the virtual environment of golden-mfcc.py:

    .venv/bin/python environment/golden-audio.py
"""

import json
import pathlib

import librosa
import numpy as np
import soundfile

FIRST, COUNT = 5000, 40


def chirp(rate, seconds, highest):
    """A sine from 100 Hz to highest Hz, rising linearly, amplitude 0.5, as 16-bit integers."""
    t = np.arange(int(rate * seconds)) / rate
    signal = 0.5 * np.sin(2 * np.pi * (100 * t + (highest - 100) / (2 * seconds) * t * t))
    return np.floor(signal * 32768 + 0.5).astype(np.int16)


def main():
    folder = pathlib.Path(__file__).resolve().parent.parent / "data" / "golden" / "audio"
    folder.mkdir(parents=True, exist_ok=True)
    mono = chirp(22050, 1, 6000)
    left, right = chirp(44100, 1, 6000), chirp(44100, 1, 3000)
    stereo = np.stack([left, right], axis=1)
    soundfile.write(folder / "mono-22050.flac", mono, 22050)
    soundfile.write(folder / "stereo-44100.flac", stereo[:11025], 44100)
    soundfile.write(folder / "stereo-44100.ogg", stereo, 44100, format="OGG", subtype="VORBIS")
    # as floats: libsndfile 1.2.2 garbles 16-bit stereo on its way to LAME
    soundfile.write(folder / "stereo-44100.mp3", stereo / 32768, 44100, format="MP3")
    soundfile.write(folder / "mono-22050.mp3", mono / 32768, 22050, format="MP3", compression_level=0.2)

    golden = {"librosa": librosa.__version__, "libsndfile": soundfile.__libsndfile_version__}
    golden |= {"first": FIRST, "files": {}}
    for file in sorted(folder.glob("[ms]*-*.[fom]*")):
        samples, rate = librosa.load(file, sr=None)
        golden["files"][file.name] = {
            "rate": rate,
            "length": len(samples),
            "samples": [round(float(v), 7) for v in samples[FIRST : FIRST + COUNT]],
        }
        print(f"{file.name}: {file.stat().st_size} bytes, {len(samples)} samples")
    rows = ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in golden["files"].items())
    head = json.dumps({k: v for k, v in golden.items() if k != "files"})[1:-1]
    (folder / "librosa.json").write_text(f'{{{head},\n"files": {{\n{rows}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()

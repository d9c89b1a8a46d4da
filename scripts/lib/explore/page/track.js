'use strict';

/*
 * The present segment and its track: player, genre probabilities over time, features. Features come
 * by a script for each track, when they are first needed.
 */
(() => {
  const { element, view } = explore;
  const sound = document.getElementById('sound');
  const timeline = document.getElementById('timeline');

  // --- features

  const loaded = new Map(); // track → promise of { scale, images }
  const waiting = new Map(); // track → what settles it

  /** Called by a track's script of features, with images by segment number. */
  explore.features = (track, scale, images) => {
    waiting.get(track)?.({ scale, images });
  };

  const load = (track) => {
    if (!loaded.has(track)) {
      loaded.set(track, new Promise((settle) => {
        const script = element('script', { src: `features/${track}.js` });
        waiting.set(track, settle);
        script.addEventListener('load', () => script.remove());
        script.addEventListener('error', () => settle(null));
        document.head.append(script);
      }));
    }
    return loaded.get(track);
  };

  /** Draws a segment's features once they are there; not if another is wanted by then. */
  const drawFeatures = async (canvas, i) => {
    canvas.dataset.wanted = i;
    const { track, segment } = explore.model.run.segments;
    const found = await load(track[i]);
    const image = found?.images[segment[i]];
    if (Number(canvas.dataset.wanted) !== i || image === undefined) {
      return null;
    }
    explore.drawFeatures(canvas, found.scale, image);
    canvas.classList.add('drawn');
    return found.scale;
  };

  /** Fills the card that stands beside a point. */
  explore.describe = (card, i) => {
    const canvas = element('canvas', { width: 1, height: 1 });
    card.replaceChildren(
      element('strong', {}, explore.trackOf(i).track),
      element('span', {}, explore.timeOf(i)),
      element('span', {}, explore.verdict(i)),
      canvas);
    drawFeatures(canvas, i);
  };

  // --- sound

  let playing = -1; // the segment that is being played
  let watch = 0;

  const stop = () => {
    cancelAnimationFrame(watch);
    sound.pause();
    playing = -1;
    timeline.querySelectorAll('.playing').forEach((each) => each.classList.remove('playing'));
  };

  /** Stops at the segment's end; each frame, since the element's own events come too seldom. */
  const stopAtEnd = () => {
    const { start, seconds } = explore.model.run.segments;
    if (playing < 0 || sound.paused) {
      return;
    }
    if (sound.currentTime >= start[playing] + seconds[playing]) {
      stop();
    } else {
      watch = requestAnimationFrame(stopAtEnd);
    }
  };

  const showPlayer = (i) => {
    const { audio } = explore.trackOf(i);
    sound.hidden = audio === null;
    const silence = document.getElementById('silence');
    silence.hidden = audio !== null;
    silence.textContent = audio === null ? 'There is no audio of this track here.' : '';
    if (audio !== null && sound.dataset.file !== audio) {
      stop();
      sound.dataset.file = audio;
      sound.src = audio;
    }
  };

  /** Shows a segment, and plays it from its beginning to its end where its audio is there. */
  explore.play = (i) => {
    view.set({ segment: i });
    showPlayer(i);
    if (explore.trackOf(i).audio === null) {
      return;
    }
    stop();
    playing = i;
    const begin = () => {
      if (playing !== i) {
        return;
      }
      sound.currentTime = explore.model.run.segments.start[i];
      timeline.querySelector(`[data-column="${i}"]`)?.classList.add('playing');
      sound.play().then(stopAtEnd, () => {});
    };
    if (sound.readyState >= HTMLMediaElement.HAVE_METADATA) {
      begin();
    } else {
      sound.addEventListener('loadedmetadata', begin, { once: true });
      sound.load();
    }
  };

  /** Stops; tells whether anything was being played. */
  explore.silence = () => {
    const was = !sound.paused;
    stop();
    return was;
  };

  sound.addEventListener('error', () => {
    document.getElementById('silence').hidden = false;
    document.getElementById('silence').textContent = 'This browser can’t play the track’s audio.';
  });

  // --- genre probabilities over time

  const column = (i) => {
    const made = element('button', { type: 'button', title: `Segment ${explore.timeOf(i)}` },
      explore.model.run.segments.start[i] === null
        ? String(explore.model.run.segments.segment[i])
        : explore.clock(explore.model.run.segments.start[i]));
    made.setAttribute('aria-label',
      `${explore.trackOf(i).audio === null ? '' : 'Play '}${explore.timeOf(i)}: ${explore.verdict(i)}`);
    made.addEventListener('click', () => explore.play(i));
    const head = element('th', { scope: 'col' }, made);
    head.dataset.column = i;
    return head;
  };

  const cell = (i, c) => {
    const { network, place, predicted } = explore.model;
    if (!explore.isTested(i)) {
      return element('td', { className: 'untested', title: 'not in the test part' });
    }
    const share = network.probabilities[place[i] + c] / 1000;
    const made = element('td', {
      className: network.classes[c] === predicted[i] ? 'likeliest' : '',
      title: `${explore.genreName(network.classes[c])}, ${explore.timeOf(i)}: ${(100 * share).toFixed(1)} %`,
    }, share >= 0.095 ? String(Math.round(100 * share)) : '');
    made.dataset.share = share;
    return made;
  };

  const paint = () => {
    for (const each of timeline.querySelectorAll('[data-share]')) {
      const ground = explore.shade(Number(each.dataset.share));
      each.style.background = ground;
      each.style.color = explore.inkOn(ground);
    }
  };

  const build = (segment) => {
    const { network, byTrack, genre, run } = explore.model;
    const own = byTrack[run.segments.track[segment]];
    const head = element('tr', {}, element('th', { scope: 'col' }, run.segments.start[segment] === null ? 'segment' : 'from'));
    own.forEach((i) => head.append(column(i)));
    const table = element('table', {},
      element('caption', {},
        network === null
          ? 'Segments of the track'
          : `${network.title}: probabilities over time, %; framed: the likeliest; hatched: not tested`),
      element('thead', {}, head));
    const body = element('tbody');
    (network?.classes ?? []).forEach((g, c) => {
      const is = g === genre[segment];
      const line = element('tr', { className: is ? 'truth' : '' },
        element('th', { scope: 'row' }, is ? `● ${explore.genreName(g)}` : explore.genreName(g)));
      own.forEach((i) => line.append(cell(i, c)));
      body.append(line);
    });
    table.append(body);
    timeline.replaceChildren(table);
    paint();
  };

  const markColumn = (segment) => {
    for (const head of timeline.querySelectorAll('[data-column]')) {
      head.classList.toggle('current', Number(head.dataset.column) === segment);
    }
  };

  const show = async (segment) => {
    const track = explore.trackOf(segment);
    document.getElementById('track-title').textContent = track.track;
    document.getElementById('track-text').textContent =
      `${track.artist === '' ? '' : `${track.artist} · `}${explore.timeOf(segment)} · ${explore.verdict(segment)}`;
    showPlayer(segment);
    const figure = document.getElementById('features');
    const scale = await drawFeatures(document.getElementById('image'), segment);
    if (scale !== null) {
      document.getElementById('image-text').textContent =
        `${explore.timeOf(segment)}. ${explore.featuresText(scale)}.`;
    }
    if (view.state.segment === segment) {
      figure.hidden = scale === null;
    }
  };

  let shown = '';

  view.listen((state, changed) => {
    if (!changed.has('segment') && !changed.has('network')) {
      return;
    }
    document.getElementById('track').classList.toggle('empty', state.segment < 0);
    if (state.segment < 0) {
      stop();
      shown = '';
      sound.hidden = true;
      timeline.replaceChildren();
      document.getElementById('features').hidden = true;
      document.getElementById('track-title').textContent = 'Track';
      document.getElementById('track-text').textContent =
        'Choose a segment, on the map or from a list, to see its track over time.';
      return;
    }
    const key = `${explore.model.network?.name} ${explore.model.run.segments.track[state.segment]}`;
    if (key !== shown) {
      shown = key;
      build(state.segment);
    }
    markColumn(state.segment);
    show(state.segment);
  });
  explore.whenColoursChange(paint);
})();

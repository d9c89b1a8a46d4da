'use strict';

/*
 * What the page knows of the run, and what follows from it for one network. A segment is named by
 * its index; every array of the model has one entry a segment unless it says otherwise.
 */
const explore = {};

/** Called by run.js with the object that data/schemas/explore.schema.json describes. */
explore.load = (run) => {
  const segments = run.segments;
  const size = segments.track.length;
  const byTrack = run.tracks.map(() => []);
  segments.track.forEach((track, i) => byTrack[track].push(i));
  byTrack.forEach((own) => own.sort((a, b) => segments.segment[a] - segments.segment[b]));
  explore.model = {
    run,
    size,
    byTrack,
    genre: segments.track.map((track) => run.tracks[track].genre),
    trackNamed: new Map(run.tracks.map((track, t) => [track.track, t])),
    audible: run.tracks.filter((track) => track.audio !== null).length,
    ...explore.predictions(run, null),
  };
};

/**
 * A network's predictions by segment.
 *
 * @param name its folder; the run's first where there is no such network
 * @return network (null where the run has none), predicted (index of a genre, −1 where the segment
 *     was not tested), confidence (probability of the predicted genre, 0 to 1), place (of the
 *     segment's first probability)
 */
explore.predictions = (run, name) => {
  const network = run.networks.find((each) => each.name === name) ?? run.networks[0] ?? null;
  const size = run.segments.track.length;
  const predicted = new Int32Array(size).fill(-1);
  const confidence = new Float32Array(size);
  const place = new Int32Array(size).fill(-1);
  if (network !== null) {
    const classes = network.classes.length;
    network.rows.forEach((i, row) => {
      predicted[i] = network.predicted[row];
      place[i] = row * classes;
      const likeliest = network.classes.indexOf(network.predicted[row]);
      confidence[i] = network.probabilities[row * classes + likeliest] / 1000;
    });
  }
  return { network, predicted, confidence, place };
};

/** Takes another network's predictions. */
explore.useNetwork = (name) => {
  Object.assign(explore.model, explore.predictions(explore.model.run, name));
};

explore.isTested = (i) => explore.model.predicted[i] >= 0;

explore.isMistake = (i) =>
  explore.isTested(i) && explore.model.predicted[i] !== explore.model.genre[i];

explore.trackOf = (i) => explore.model.run.tracks[explore.model.run.segments.track[i]];

/** Counts of true × predicted genre, both as the network's classes. */
explore.confusion = () => {
  const { network, genre, predicted } = explore.model;
  const place = new Map(network.classes.map((g, c) => [g, c]));
  const counts = network.classes.map(() => network.classes.map(() => 0));
  network.rows.forEach((i) => counts[place.get(genre[i])][place.get(predicted[i])]++);
  return counts;
};

/** A segment of a track by its number; −1 where there is none. */
explore.segmentNamed = (track, number) => {
  const t = explore.model.trackNamed.get(track);
  const own = t === undefined ? [] : explore.model.byTrack[t];
  return own.find((i) => explore.model.run.segments.segment[i] === number) ?? -1;
};

// --- in words

explore.genreName = (g) => explore.model.run.genres[g];

explore.percent = (share) => `${Math.round(100 * share)} %`;

/** Seconds as m:ss. */
explore.clock = (seconds) => {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

/** Where a segment lies in its track, e.g. "0:03–0:06", or "segment 1" where no manifest tells. */
explore.timeOf = (i) => {
  const { start, seconds, segment } = explore.model.run.segments;
  return start[i] === null
    ? `segment ${segment[i]}`
    : `${explore.clock(start[i])}–${explore.clock(start[i] + seconds[i])}`;
};

/** What the network said, e.g. "blues, taken for rock, 83 %". */
explore.verdict = (i) => {
  const { genre, predicted, confidence } = explore.model;
  const truth = explore.genreName(genre[i]);
  if (!explore.isTested(i)) {
    return explore.model.network === null ? truth : `${truth}, not tested`;
  }
  const said = predicted[i] === genre[i] ? 'right' : `taken for ${explore.genreName(predicted[i])}`;
  return `${truth}, ${said}, ${explore.percent(confidence[i])}`;
};

/** An element with text, never markup: names of tracks and genres come from others. */
explore.element = (name, properties = {}, ...content) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes('-') || key === 'role' || key === 'scope') {
      element.setAttribute(key, value);
    } else {
      element[key] = value;
    }
  }
  element.append(...content);
  return element;
};

'use strict';

/*
 * What is looked at: the state of the page, which is the address's part behind #, so that a link or
 * a bookmark is a view. Parts of the page change it by set() and are told of changes.
 */
(() => {
  const BEGINNING = {
    network: '',
    colour: 'genre',
    cell: null, // [true genre, predicted genre], indices
    show: [], // names of the legend's groups; none for all
    search: '',
    lasso: null, // polygon in the map's coordinates
    segment: -1,
    list: 'mistakes',
    zoom: null, // [factor, x, y of the middle]
  };

  const COLOURS = ['genre', 'cluster', 'correct', 'confidence'];
  const LISTS = ['mistakes', 'all'];
  const FILTERS = ['cell', 'show', 'search', 'lasso'];
  const listeners = [];
  let state = { ...BEGINNING };

  const short = (number) => Number(number.toPrecision(5));

  const toHash = () => {
    const { run, network } = explore.model;
    const words = new URLSearchParams();
    if (network !== null && network !== run.networks[0]) {
      words.set('network', network.name);
    }
    if (state.colour !== BEGINNING.colour) {
      words.set('colour', state.colour);
    }
    if (state.cell !== null) {
      words.set('true', explore.genreName(state.cell[0]));
      words.set('predicted', explore.genreName(state.cell[1]));
    }
    state.show.forEach((name) => words.append('show', name));
    if (state.search !== '') {
      words.set('search', state.search);
    }
    if (state.lasso !== null) {
      words.set('lasso', state.lasso.flat().map(short).join(','));
    }
    if (state.segment >= 0) {
      words.set('track', explore.trackOf(state.segment).track);
      words.set('segment', run.segments.segment[state.segment]);
    }
    if (state.list !== BEGINNING.list) {
      words.set('list', state.list);
    }
    if (state.zoom !== null) {
      words.set('zoom', state.zoom.map(short).join(','));
    }
    return `#${words}`;
  };

  const numbers = (text) => (text ?? '').split(',').map(Number);

  /** What the address says; what it can't mean is left out. */
  const fromHash = () => {
    const words = new URLSearchParams(location.hash.slice(1));
    const { genres, networks } = explore.model.run;
    const read = { ...BEGINNING, show: words.getAll('show'), search: words.get('search') ?? '' };
    if (networks.some((network) => network.name === words.get('network'))) {
      read.network = words.get('network');
    }
    if (COLOURS.includes(words.get('colour'))) {
      read.colour = words.get('colour');
    }
    if (LISTS.includes(words.get('list'))) {
      read.list = words.get('list');
    }
    const cell = [genres.indexOf(words.get('true')), genres.indexOf(words.get('predicted'))];
    if (cell.every((g) => g >= 0)) {
      read.cell = cell;
    }
    const corners = numbers(words.get('lasso'));
    if (corners.length >= 6 && corners.length % 2 === 0 && corners.every(Number.isFinite)) {
      read.lasso = d3.range(0, corners.length, 2).map((c) => [corners[c], corners[c + 1]]);
    }
    const zoom = numbers(words.get('zoom'));
    if (zoom.length === 3 && zoom.every(Number.isFinite) && zoom[0] > 0) {
      read.zoom = zoom;
    }
    read.segment = explore.segmentNamed(words.get('track'), Number(words.get('segment') ?? NaN));
    return read;
  };

  const tell = (changed) => {
    if (changed.has('network')) {
      explore.useNetwork(state.network);
    }
    listeners.forEach((listener) => listener(state, changed));
  };

  explore.view = {
    /** The state; to be changed by set() alone. */
    get state() {
      return state;
    },

    /** Lets a part of the page know of changes: it is given the state and the keys that changed. */
    listen(listener) {
      listeners.push(listener);
    },

    /** As listen(), before all others. */
    first(listener) {
      listeners.unshift(listener);
    },

    /**
     * Changes the state.
     *
     * @param silent whether the browser's Back should skip this change, as for zooming
     */
    set(changes, silent = false) {
      const keys = Object.keys(changes).filter(
        (key) => JSON.stringify(changes[key]) !== JSON.stringify(state[key]));
      if (keys.length === 0) {
        return;
      }
      state = { ...state, ...changes };
      const changed = new Set(keys);
      tell(changed);
      history[silent ? 'replaceState' : 'pushState'](null, '', toHash());
    },

    /** Takes the state from the address: at the beginning, and when the user edits it. */
    read() {
      state = fromHash();
      tell(new Set(Object.keys(BEGINNING)));
    },

    hasFilters: () => FILTERS.some((key) => (state[key] ?? '').length > 0),

    clearFilters() {
      explore.view.set(Object.fromEntries(FILTERS.map((key) => [key, BEGINNING[key]])));
    },
  };

  window.addEventListener('popstate', () => explore.view.read());

  // --- which segments pass all filters

  /** The filters that the state sets, as tests of a segment. */
  const tests = () => {
    const { run, genre, predicted } = explore.model;
    const { segments, tracks } = run;
    const all = [];
    if (state.cell !== null) {
      const [truth, said] = state.cell;
      all.push((i) => genre[i] === truth && predicted[i] === said);
    }
    if (state.show.length > 0) {
      const { names, of } = explore.groups;
      const shown = names.map((name) => state.show.includes(name));
      all.push((i) => shown[of[i]]);
    }
    if (state.search !== '') {
      const part = state.search.toLowerCase();
      const found = tracks.map((track) => track.track.toLowerCase().includes(part));
      all.push((i) => found[segments.track[i]]);
    }
    if (state.lasso !== null) {
      const [left, right] = d3.extent(state.lasso, (corner) => corner[0]);
      all.push(
        (i) =>
          segments.x[i] !== null &&
          segments.x[i] >= left &&
          segments.x[i] <= right &&
          d3.polygonContains(state.lasso, [segments.x[i], segments.y[i]]));
    }
    return all;
  };

  /** Whether each segment passes all filters. */
  explore.passing = new Uint8Array(0);

  /** Sets explore.passing anew. */
  explore.filter = () => {
    const all = tests();
    explore.passing = new Uint8Array(explore.model.size);
    for (let i = 0; i < explore.model.size; i++) {
      explore.passing[i] = all.every((test) => test(i)) ? 1 : 0;
    }
  };
})();

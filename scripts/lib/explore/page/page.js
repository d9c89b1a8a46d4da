'use strict';

/* Puts the page together: headings, controls, keys, and the order in which things begin. */
(() => {
  const { run, size, audible } = explore.model;
  const { view } = explore;
  const byId = (id) => document.getElementById(id);
  const count = (number) => number.toLocaleString('en');

  const title = `Map of segments: ${run.run}`;
  document.title = run.synthetic ? `${title} (SYNTHETIC demo corpus)` : title;
  byId('title').textContent = title;

  const mapped = run.segments.x.filter((x) => x !== null).length;
  byId('lead').textContent = [
    `${count(mapped)} segments of ${count(run.tracks.length)} tracks by t-SNE, which keeps neighbourhoods, not distances.`,
    mapped < size ? `${count(size - mapped)} tested segments have no place on the map; they stand in the lists.` : '',
    audible === 0
      ? 'There is no audio here, so there is no player: segments.json names no file that is in place, or the page was exported without --audio.'
      : audible < run.tracks.length ? `Audio of ${count(audible)} tracks is here.` : '',
  ].filter((sentence) => sentence !== '').join(' ');

  if (run.synthetic !== false) {
    byId('synthetic').hidden = false;
    byId('synthetic').textContent = run.synthetic
      ? 'SYNTHETIC demo corpus: these sounds were computed. They say nothing of music.'
      : 'It is not known here whether the corpus is synthetic: the features’ file is missing.';
  }

  // --- controls

  run.networks.forEach((network) =>
    byId('network').append(explore.element('option', { value: network.name }, network.title)));
  byId('network').closest('label').hidden = run.networks.length === 0;
  if (run.networks.length === 0) {
    byId('colour').querySelectorAll('[value=correct], [value=confidence]').forEach((each) => each.remove());
  }
  if (run.segments.cluster.every((cluster) => cluster < 0)) {
    byId('colour').querySelector('[value=cluster]').remove();
  }
  byId('network').addEventListener('change', () => view.set({ network: byId('network').value }));
  byId('colour').addEventListener('change', () => view.set({ colour: byId('colour').value, show: [] }));
  byId('search').addEventListener('input', () => view.set({ search: byId('search').value, list: 'all' }, true));
  byId('controls').addEventListener('submit', (event) => {
    event.preventDefault(); // Enter in the search: its first segment
    const first = explore.passing.indexOf(1);
    if (first >= 0 && view.state.search !== '') {
      view.set({ segment: first });
    }
  });

  document.addEventListener('keydown', (event) => {
    const typing = event.target.matches('input, select');
    if (event.key === '/' && !typing) {
      event.preventDefault();
      byId('search').focus();
    } else if (event.key === 'Escape') {
      // one thing at a time: lasso, sound, filters, the present segment
      if (!explore.leaveLasso() && !explore.silence()) {
        if (view.hasFilters()) {
          view.clearFilters();
        } else {
          view.set({ segment: -1 });
        }
      }
    }
  });

  // the first to be told of changes is this part: groups and filters are what others draw
  view.first((state, changed) => {
    if (changed.has('network') || changed.has('colour')) {
      explore.group(state.colour);
    }
    explore.filter();
    byId('network').value = explore.model.network?.name ?? '';
    byId('colour').value = state.colour;
    if (byId('search').value !== state.search) {
      byId('search').value = state.search;
    }
    const shown = explore.passing.reduce((sum, passes) => sum + passes, 0);
    byId('status').textContent =
      state.segment >= 0 && changed.has('segment')
        ? `${explore.trackOf(state.segment).track}, ${explore.timeOf(state.segment)}: ${explore.verdict(state.segment)}`
        : view.hasFilters() ? `${count(shown)} of ${count(size)} segments pass the filters` : '';
  });

  view.read();
  explore.startMap();
})();

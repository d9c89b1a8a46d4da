'use strict';

/* The lists of mistakes and of segments that pass the filters, the legend and the filters' names. */
(() => {
  const place = document.getElementById('list');
  const { element, view } = explore;
  const PIECE = 100; // items that are listed at once

  // --- lists

  const items = (list) => {
    const { confidence, size } = explore.model;
    const all = d3.range(size).filter((i) => explore.passing[i]);
    return list === 'mistakes'
      ? all.filter(explore.isMistake).sort((a, b) => confidence[b] - confidence[a] || a - b)
      : all;
  };

  const item = (i) => {
    const { genre, predicted, confidence } = explore.model;
    const audible = explore.trackOf(i).audio !== null;
    const made = element('button', { type: 'button', className: 'segment', tabIndex: -1 },
      element('span', { className: 'play', 'aria-hidden': 'true' }, audible ? '▶' : ''),
      element('span', { className: 'name' }, explore.trackOf(i).track),
      element('span', { className: 'time' }, explore.timeOf(i)),
      element('span', { className: 'genres' },
        explore.isMistake(i)
          ? `${explore.genreName(genre[i])} → ${explore.genreName(predicted[i])}`
          : explore.genreName(genre[i])),
      element('span', { className: 'confidence' },
        explore.isTested(i) ? explore.percent(confidence[i]) : ''));
    made.setAttribute('aria-label',
      `${audible ? 'Play ' : ''}${explore.trackOf(i).track}, ${explore.timeOf(i)}: ${explore.verdict(i)}`);
    made.dataset.segment = i;
    made.addEventListener('click', () => explore.play(i));
    return element('li', {}, made);
  };

  const fill = () => {
    const { list, segment } = view.state;
    const all = items(list);
    const { network } = explore.model;
    const rows = element('ol', {});
    const more = element('button', { type: 'button', className: 'more' });
    const extend = () => {
      const from = rows.childElementCount;
      rows.append(...all.slice(from, from + PIECE).map(item));
      const left = all.length - rows.childElementCount;
      more.hidden = left === 0;
      more.textContent = `${Math.min(PIECE, left)} more of ${left.toLocaleString('en')}`;
    };
    more.addEventListener('click', extend);
    extend();
    const none = list === 'mistakes' && network === null
      ? 'No predictions: the run has no tested network.'
      : `No ${list === 'mistakes' ? 'mistakes' : 'segments'} pass the filters.`;
    place.replaceChildren(...(all.length === 0 ? [element('p', {}, none)] : [rows, more]));
    const first = rows.querySelector('button');
    if (first !== null) {
      first.tabIndex = 0;
    }
    mark(segment);
    count();
  };

  const count = () => {
    const passing = items('all').length;
    const wrong = items('mistakes').length;
    document.getElementById('tab-all').textContent = `Segments (${passing.toLocaleString('en')})`;
    document.getElementById('tab-mistakes').textContent = `Mistakes (${wrong.toLocaleString('en')})`;
  };

  const mark = (segment) => {
    for (const each of place.querySelectorAll('button.segment')) {
      const is = Number(each.dataset.segment) === segment;
      each.classList.toggle('current', is);
      each.setAttribute('aria-current', String(is));
    }
    for (const tab of document.querySelectorAll('#tabs button')) {
      const is = tab.dataset.list === view.state.list;
      tab.setAttribute('aria-selected', String(is));
      tab.tabIndex = is ? 0 : -1;
    }
  };

  place.addEventListener('keydown', (event) => {
    const all = [...place.querySelectorAll('button')].filter((each) => !each.hidden);
    const from = all.indexOf(document.activeElement);
    const places = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: all.length - 1 };
    const to = all[places[event.key]];
    if (from < 0 || to === undefined) {
      return;
    }
    all[from].tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
    event.preventDefault();
  });

  const tabs = document.getElementById('tabs');
  tabs.addEventListener('click', (event) => {
    if (event.target.dataset.list) {
      view.set({ list: event.target.dataset.list });
    }
  });
  tabs.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      view.set({ list: view.state.list === 'all' ? 'mistakes' : 'all' });
      tabs.querySelector('[aria-selected=true]').focus();
    }
  });

  // --- legend

  const legend = () => {
    const { names, marks, of } = explore.groups;
    const counts = names.map(() => 0);
    of.forEach((group) => counts[group]++);
    const { show } = view.state;
    const focused = document.activeElement?.dataset?.group;
    document.getElementById('legend').replaceChildren(
      ...names.map((name, group) => {
        const { image, side } = explore.sprite(marks[group], 6);
        image.style.width = image.style.height = `${side}px`;
        const made = element('button', { type: 'button', 'aria-pressed': String(show.includes(name)) },
          image, element('span', {}, name), element('span', { className: 'count' }, counts[group].toLocaleString('en')));
        made.dataset.group = name;
        made.disabled = counts[group] === 0;
        made.addEventListener('click', () =>
          view.set({ show: show.includes(name) ? show.filter((each) => each !== name) : [...show, name] }));
        return made;
      }));
    if (focused !== undefined) {
      [...document.querySelectorAll('#legend button')].find((each) => each.dataset.group === focused)?.focus();
    }
  };

  // --- filters

  const chip = (text, cleared) => {
    const made = element('button', { type: 'button', title: 'Remove this filter' }, text, ' ×');
    made.addEventListener('click', () => view.set(cleared));
    return element('li', {}, made);
  };

  const filters = () => {
    const { cell, show, search, lasso } = view.state;
    const chips = [];
    if (cell !== null) {
      chips.push(chip(`${explore.genreName(cell[0])} taken for ${explore.genreName(cell[1])}`, { cell: null }));
    }
    if (show.length > 0) {
      chips.push(chip(show.join(', '), { show: [] }));
    }
    if (search !== '') {
      chips.push(chip(`track “${search}”`, { search: '' }));
    }
    if (lasso !== null) {
      chips.push(chip('lasso', { lasso: null }));
    }
    document.getElementById('filters').replaceChildren(...chips);
  };

  view.listen((state, changed) => {
    const filtered = ['network', 'colour', 'cell', 'show', 'search', 'lasso'].some((key) => changed.has(key));
    if (filtered) {
      legend();
      filters();
    }
    if (filtered || changed.has('list')) {
      fill();
    } else if (changed.has('segment')) {
      mark(state.segment);
    }
  });
  explore.whenColoursChange(legend);
})();

'use strict';

/* The confusion matrix: each cell is a button that filters the map. */
(() => {
  const place = document.getElementById('matrix');
  const { element } = explore;

  const share = (count, row) => count / Math.max(1, d3.sum(row));

  const button = (truth, said, count, row) => {
    const cell = [explore.model.network.classes[truth], explore.model.network.classes[said]];
    const names = cell.map(explore.genreName);
    const made = element('button', {
      type: 'button',
      tabIndex: -1,
      title: `${names[0]} taken for ${names[1]}: ${count} (${explore.percent(share(count, row))} of ${names[0]})`,
      className: count === 0 ? 'none' : '',
      'aria-pressed': 'false',
    }, String(count));
    made.addEventListener('click', () => {
      const same = JSON.stringify(explore.view.state.cell) === JSON.stringify(cell);
      explore.view.set({ cell: same ? null : cell });
    });
    made.dataset.cell = cell.join();
    made.dataset.share = share(count, row);
    return made;
  };

  const paint = () => {
    for (const cell of place.querySelectorAll('button')) {
      const ground = explore.shade(Number(cell.dataset.share));
      cell.style.background = ground;
      cell.style.color = cell.className === 'none' ? '' : explore.inkOn(ground);
    }
  };

  const build = () => {
    const { network } = explore.model;
    place.replaceChildren();
    document.getElementById('confusion').hidden = network === null;
    if (network === null) {
      return;
    }
    const names = network.classes.map(explore.genreName);
    const counts = explore.confusion();
    const right = d3.sum(counts, (row, c) => row[c]);
    const total = d3.sum(counts, (row) => d3.sum(row));
    document.getElementById('tested').textContent =
      `${network.title}: ${total.toLocaleString('en')} test segments, ` +
      `${(100 * right / Math.max(1, total)).toFixed(1)} % right` +
      (network.split === '' ? '.' : `, split by ${network.split}.`) +
      (network.split === 'segment' ? ' Tracks of the test may be in training too.' : '');
    const head = element('tr', {}, element('th', { scope: 'col', className: 'corner' }, 'true ↓ predicted →'));
    names.forEach((name) => head.append(element('th', { scope: 'col' }, element('span', { title: name }, name))));
    const body = element('tbody');
    counts.forEach((row, truth) => {
      const line = element('tr', {}, element('th', { scope: 'row', title: names[truth] }, names[truth]));
      row.forEach((count, said) =>
        line.append(element('td', { className: truth === said ? 'right' : '' }, button(truth, said, count, row))));
      body.append(line);
    });
    place.append(element('table', {}, element('thead', {}, head), body));
    place.querySelector('button').tabIndex = 0; // the others by arrow keys
    paint();
  };

  const press = (cell) => {
    for (const each of place.querySelectorAll('button')) {
      const pressed = cell !== null && each.dataset.cell === cell.join();
      each.setAttribute('aria-pressed', String(pressed));
    }
  };

  place.addEventListener('keydown', (event) => {
    const rows = explore.model.network.classes.length;
    const all = [...place.querySelectorAll('button')];
    const from = all.indexOf(document.activeElement);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -rows, ArrowDown: rows }[event.key];
    const over = step !== undefined && Math.abs(step) === 1 && Math.floor((from + step) / rows) !== Math.floor(from / rows);
    const to = all[from + step];
    if (from < 0 || step === undefined || over || to === undefined) {
      return;
    }
    all[from].tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
    event.preventDefault();
  });

  explore.view.listen((state, changed) => {
    if (changed.has('network')) {
      build();
    }
    if (changed.has('cell') || changed.has('network')) {
      press(state.cell);
    }
  });
  explore.whenColoursChange(paint);
})();

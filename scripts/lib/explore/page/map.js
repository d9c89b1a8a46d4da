'use strict';

/*
 * The map: points on a canvas, with zoom, hover, click, lasso and keys. Points that no filter
 * leaves out are drawn above the others, which stay as faint dots.
 */
(() => {
  const canvas = document.getElementById('points');
  const plane = document.getElementById('plane');
  const drawn = d3.select('#drawn');
  const card = document.getElementById('card');
  const points = explore.pointCanvas(canvas);
  const MARGIN = 24;
  const MOST_ZOOM = 60;
  const MOST_CORNERS = 60;
  const NEAR = 14; // pixels within which a point is met

  /** Places of the points on the unzoomed canvas; NaN for segments without a point. */
  let baseX = new Float64Array(0);
  let baseY = new Float64Array(0);
  let scaleX = d3.scaleLinear();
  let scaleY = d3.scaleLinear();
  let order = new Int32Array(0);
  let layerOf = new Uint8Array(0); // 0: filtered out, 1: faint, 2: above all
  let shown = 0; // how many points pass the filters
  let near = null; // quadtree over the points that pass the filters
  let transform = d3.zoomIdentity;
  let hovered = -1;
  let frame = 0;
  let path = null; // corners of the lasso while it is drawn, pixels
  let lassoing = false;

  const width = () => plane.clientWidth;
  const height = () => plane.clientHeight;

  // --- places

  /**
   * The range of coordinates that the whole map shows. Points that t-SNE has thrown far from all
   * others would leave the others a dot: where the middle 96 % take less than a third of the range,
   * as in the report's figure, those far outside lie beyond the map's edge.
   */
  const range = (values) => {
    const sorted = Float64Array.from(values.filter((value) => value !== null)).sort();
    const [low, high] = [d3.quantileSorted(sorted, 0.02), d3.quantileSorted(sorted, 0.98)];
    const [least, most] = d3.extent(sorted);
    const spare = (high - low) / 2;
    return 3 * (high - low) > most - least
      ? [least, most]
      : [Math.max(least, low - spare), Math.min(most, high + spare)];
  };

  /** All points on the canvas, with one scale for both axes. */
  const layOut = () => {
    const { x, y } = explore.model.run.segments;
    const [left, right] = range(x);
    const [bottom, top] = range(y);
    const unit = Math.min(
      (width() - 2 * MARGIN) / (right - left || 1), (height() - 2 * MARGIN) / (top - bottom || 1));
    const midX = (left + right) / 2;
    const midY = (bottom + top) / 2;
    scaleX = d3.scaleLinear([midX - 1, midX + 1], [width() / 2 - unit, width() / 2 + unit]);
    scaleY = d3.scaleLinear([midY - 1, midY + 1], [height() / 2 + unit, height() / 2 - unit]);
    baseX = Float64Array.from(x, (value) => (value === null ? NaN : scaleX(value)));
    baseY = Float64Array.from(y, (value) => (value === null ? NaN : scaleY(value)));
    if (order.length === 0) {
      // shuffled, the same each time, so that no genre covers all of another
      order = Int32Array.from(
        d3.shuffler(d3.randomLcg(0.5))(d3.range(x.length).filter((i) => x[i] !== null)));
    }
  };

  /** What is drawn above what, and what the mouse finds. */
  const findable = () => {
    const { marks, of } = explore.groups;
    layerOf = explore.passing.map((passes, i) => (passes === 0 ? 0 : marks[of[i]].faint ? 1 : 2));
    const passing = [...order].filter((i) => explore.passing[i]);
    shown = passing.length;
    near = d3.quadtree(passing, (i) => baseX[i], (i) => baseY[i]);
  };

  const at = ([px, py]) => {
    const [x, y] = transform.invert([px, py]);
    return near.find(x, y, NEAR / transform.k) ?? -1;
  };

  const screen = (i) => transform.apply([baseX[i], baseY[i]]);

  // --- drawing

  const draw = () => {
    frame = 0;
    points.draw({ order, layerOf, baseX, baseY, transform, shown });
    drawOver();
  };

  /** What lies over the points: the lasso, the present track and segment. */
  const drawOver = () => {
    const { segment, lasso } = explore.view.state;
    const corners = path ?? lasso?.map(([x, y]) => transform.apply([scaleX(x), scaleY(y)]));
    drawn.selectAll('path.lasso').data(corners ? [corners] : [])
      .join('path').attr('class', 'lasso').attr('d', (all) => `M${all.map((c) => c.join()).join('L')}Z`);
    const own = segment < 0 ? [] :
      explore.model.byTrack[explore.model.run.segments.track[segment]].filter((i) => !isNaN(baseX[i]));
    drawn.selectAll('path.track').data(own.length > 1 ? [own] : [])
      .join('path').attr('class', 'track').attr('d', (all) => `M${all.map((i) => screen(i).join()).join('L')}`);
    drawn.selectAll('circle.current').data(own.filter((i) => i === segment))
      .join('circle').attr('class', 'current').attr('r', explore.radius(shown, transform.k) + 5)
      .attr('cx', (i) => screen(i)[0]).attr('cy', (i) => screen(i)[1]);
  };

  const redraw = () => {
    if (frame === 0) {
      frame = requestAnimationFrame(draw);
    }
  };

  const resize = () => {
    if (width() === 0) {
      return;
    }
    points.resize(width(), height());
    layOut();
    findable();
    zoom.extent([[0, 0], [width(), height()]]);
    toZoom(explore.view.state.zoom);
    draw(); // at once: a canvas is empty after a change of its size
  };

  // --- zoom

  const zoom = d3.zoom()
    .scaleExtent([0.7, MOST_ZOOM])
    .filter((event) => !lassoing && !event.shiftKey && !event.button && event.type !== 'dblclick')
    .on('zoom', (event) => {
      transform = event.transform;
      hide();
      redraw();
      if (event.sourceEvent) {
        remember();
      }
    });

  let timer = 0;
  const remember = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const [x, y] = transform.invert([width() / 2, height() / 2]);
      const whole = transform.k === 1 && transform.x === 0 && transform.y === 0;
      explore.view.set({ zoom: whole ? null : [transform.k, scaleX.invert(x), scaleY.invert(y)] }, true);
    }, 250);
  };

  /** Shows what an address says: a factor and the middle, or all. */
  const toZoom = (wanted) => {
    const selection = d3.select(canvas);
    if (wanted === null) {
      selection.call(zoom.transform, d3.zoomIdentity);
      return;
    }
    const [k, x, y] = wanted;
    selection.call(zoom.transform, d3.zoomIdentity
      .translate(width() / 2, height() / 2).scale(Math.min(k, MOST_ZOOM))
      .translate(-scaleX(x), -scaleY(y)));
  };

  const zoomBy = (factor) => {
    d3.select(canvas).call(zoom.scaleBy, factor);
    remember();
  };

  /** Moves the map if a point is not on it. */
  const bringIn = (i) => {
    const [x, y] = screen(i);
    if (x < 0 || y < 0 || x > width() || y > height()) {
      d3.select(canvas).call(zoom.translateTo, baseX[i], baseY[i]);
      remember();
    }
  };

  // --- hover and click

  const hide = () => {
    hovered = -1;
    card.hidden = true;
  };

  const hover = (event) => {
    const place = d3.pointer(event, canvas);
    const i = path === null ? at(place) : -1;
    canvas.classList.toggle('on-point', i >= 0);
    if (i === hovered) {
      return;
    }
    if (i < 0) {
      hide();
      return;
    }
    hovered = i;
    explore.describe(card, i);
    card.hidden = false;
    const [x, y] = screen(i);
    card.classList.toggle('left', x > width() / 2);
    card.style.left = `${x > width() / 2 ? x - 12 : x + 12}px`;
    card.style.top = `${Math.max(4, Math.min(y - 20, height() - card.offsetHeight - 4))}px`;
  };

  canvas.addEventListener('pointermove', hover);
  canvas.addEventListener('pointerleave', hide);
  canvas.addEventListener('click', (event) => {
    const i = lassoing || event.shiftKey ? -1 : at(d3.pointer(event, canvas));
    if (i >= 0) {
      explore.play(i);
    }
  });

  // --- lasso

  const setLassoing = (is) => {
    lassoing = is;
    canvas.classList.toggle('lassoing', is);
    document.getElementById('lasso').setAttribute('aria-pressed', String(is));
  };

  /** As many corners as an address can carry, on the map. */
  const polygon = (corners) => {
    const step = Math.max(1, Math.ceil(corners.length / MOST_CORNERS));
    return corners.filter((_, c) => c % step === 0).map((corner) => {
      const [x, y] = transform.invert(corner);
      return [scaleX.invert(x), scaleY.invert(y)].map((value) => Number(value.toPrecision(5)));
    });
  };

  canvas.addEventListener('pointerdown', (event) => {
    if ((lassoing || event.shiftKey) && event.button === 0) {
      canvas.setPointerCapture(event.pointerId);
      path = [d3.pointer(event, canvas)];
      hide();
    }
  });
  canvas.addEventListener('pointermove', (event) => {
    if (path !== null) {
      path.push(d3.pointer(event, canvas));
      drawOver();
    }
  });
  canvas.addEventListener('pointerup', () => {
    if (path !== null) {
      const lasso = path.length > 3 ? polygon(path) : null;
      path = null;
      setLassoing(false);
      explore.view.set({ lasso, list: lasso === null ? explore.view.state.list : 'all' });
      drawOver();
    }
  });
  document.getElementById('lasso').addEventListener('click', () => setLassoing(!lassoing));
  document.getElementById('whole').addEventListener('click', () => explore.view.set({ zoom: null }));

  // --- keys

  const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  /** The nearest point within 45° of a direction; the one nearest the middle to begin with. */
  const next = ([dx, dy]) => {
    const from = explore.view.state.segment;
    const known = from >= 0 && !isNaN(baseX[from]);
    const [x, y] = known ? [baseX[from], baseY[from]] : transform.invert([width() / 2, height() / 2]);
    let best = -1;
    let least = Infinity;
    for (const i of order) {
      const along = (baseX[i] - x) * dx + (baseY[i] - y) * dy;
      const across = Math.abs((baseX[i] - x) * dy) + Math.abs((baseY[i] - y) * dx);
      const far = known ? along + 2 * across : Math.abs(along) + across;
      if (explore.passing[i] && i !== from && far < least && (!known || along > across)) {
        best = i;
        least = far;
      }
    }
    return best;
  };

  canvas.addEventListener('keydown', (event) => {
    const { segment } = explore.view.state;
    if (event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (event.key in DIRECTIONS) {
      const i = next(DIRECTIONS[event.key]);
      if (i >= 0) {
        explore.view.set({ segment: i }, true);
        bringIn(i);
      }
    } else if ((event.key === 'Enter' || event.key === ' ') && segment >= 0) {
      explore.play(segment);
    } else if (event.key === '+' || event.key === '=') {
      zoomBy(1.5);
    } else if (event.key === '-') {
      zoomBy(1 / 1.5);
    } else if (event.key === '0') {
      explore.view.set({ zoom: null });
      toZoom(null);
    } else {
      return;
    }
    event.preventDefault();
  });

  /** Leaves the lasso; tells whether there was one to leave. */
  explore.leaveLasso = () => {
    const was = lassoing || path !== null;
    path = null;
    setLassoing(false);
    drawOver();
    return was;
  };

  explore.view.listen((state, changed) => {
    if (['cell', 'show', 'search', 'lasso', 'network', 'colour'].some((key) => changed.has(key))) {
      hide();
      findable();
    }
    if (changed.has('zoom') && (state.zoom === null || timer === 0)) {
      toZoom(state.zoom);
    }
    timer = 0;
    redraw();
  });

  explore.whenColoursChange(redraw);

  /** Where a segment's point lies on the canvas, CSS pixels. */
  explore.placeOf = screen;

  /** Begins to draw; to be called when the state is there. */
  explore.startMap = () => {
    d3.select(canvas).call(zoom).on('dblclick.zoom', null);
    new ResizeObserver(resize).observe(plane);
    resize();
  };
})();

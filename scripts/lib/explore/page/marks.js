'use strict';

/*
 * How segments are marked: groups of a colouring, each with a colour and a shape or size of its
 * own, so that no legend needs colours to be told apart; and the colours of heat maps.
 */
(() => {
  /** As the report's figures (lib/figures/Theme.java): Paul Tol's "muted" scheme, with a grey. */
  const COLOURS = [
    '#332288', '#ddaa33', '#117733', '#cc6677', '#88ccee',
    '#882255', '#44aa99', '#999933', '#aa4499', '#555555',
  ];

  const SHAPES = [
    'circle', 'up', 'square', 'diamond', 'down', 'cross', 'plus', 'rectangle', 'oval', 'trapezoid',
  ];

  const dark = window.matchMedia('(prefers-color-scheme: dark)');

  /** ColorBrewer's Blues; from the ground to what stands out. */
  const SEQUENTIAL = d3.interpolateRgbBasis(['#deebf7', '#9ecae1', '#4292c6', '#2171b5', '#08306b']);

  /** The groups of the present colouring: names, marks, and the group of each segment. */
  explore.groups = { names: [], marks: [], of: new Int32Array(0) };

  const mark = (place, size = 1) => ({
    colour: COLOURS[place % COLOURS.length],
    // past the tenth, colours come again with other shapes
    shape: SHAPES[(place + Math.floor(place / COLOURS.length)) % SHAPES.length],
    size,
  });

  const faint = { colour: '#888888', shape: 'circle', size: 0.55, faint: true };

  const byCluster = () => {
    const { cluster } = explore.model.run.segments;
    const numbers = [...new Set(cluster)].sort((a, b) => a - b);
    const place = new Map(numbers.map((number, c) => [number, c]));
    return {
      names: numbers.map((number) => (number < 0 ? 'no cluster' : `cluster ${number}`)),
      marks: numbers.map((number) => (number < 0 ? faint : mark(number))),
      of: Int32Array.from(cluster, (number) => place.get(number)),
    };
  };

  const byCorrect = () => ({
    names: ['right', 'wrong', 'not tested'],
    marks: [
      { colour: '#4477aa', shape: 'circle', size: 0.9 },
      { colour: '#cc3311', shape: 'cross', size: 1.15 },
      faint,
    ],
    of: Int32Array.from({ length: explore.model.size }, (_, i) =>
      !explore.isTested(i) ? 2 : explore.isMistake(i) ? 1 : 0),
  });

  const byConfidence = () => {
    const steps = 5;
    const ordered = d3.range(steps);
    return {
      names: [...ordered.map((s) => `${20 * s}–${20 * (s + 1)} %`), 'not tested'],
      marks: [
        ...ordered.map((s) => ({
          colour: SEQUENTIAL(dark.matches ? 0.55 - 0.13 * s : 0.35 + 0.16 * s),
          shape: 'circle',
          size: 0.65 + 0.18 * s,
        })),
        { ...faint, shape: 'cross', size: 0.6 },
      ],
      of: Int32Array.from({ length: explore.model.size }, (_, i) =>
        explore.isTested(i) ? Math.min(steps - 1, Math.floor(steps * explore.model.confidence[i])) : steps),
    };
  };

  const byGenre = () => ({
    names: explore.model.run.genres,
    marks: explore.model.run.genres.map((_, g) => mark(g)),
    of: Int32Array.from(explore.model.genre),
  });

  let colouring = 'genre';

  /** Groups the segments for a colouring. */
  explore.group = (colour) => {
    colouring = colour;
    const made = { genre: byGenre, cluster: byCluster, correct: byCorrect, confidence: byConfidence };
    explore.groups = made[colour]();
  };

  dark.addEventListener('change', () => explore.group(colouring)); // before others draw them
  explore.isDark = () => dark.matches;
  explore.whenColoursChange = (listener) => dark.addEventListener('change', listener);

  /** Relative luminance as WCAG defines it. */
  const luminance = (colour) => {
    const { r, g, b } = d3.rgb(colour);
    const [red, green, blue] = [r, g, b].map((c) =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  /** Black or white, whichever stands out more on a colour. */
  explore.inkOn = (colour) => (luminance(colour) > 0.179 ? '#111111' : '#ffffff');

  /** A colour that stands out from a dark ground by 3 : 1 at least; on light ground, as it is. */
  const onGround = (colour) => {
    let lighter = d3.rgb(colour);
    while (dark.matches && luminance(lighter) < 0.13) {
      lighter = d3.rgb(d3.interpolateRgb(lighter, '#ffffff')(0.1));
    }
    return lighter.formatHex();
  };

  const polygon = (context, radius, corners) => {
    corners.forEach(([x, y], c) => context[c === 0 ? 'moveTo' : 'lineTo'](radius * x, radius * y));
    context.closePath();
  };

  const OUTLINES = {
    circle: (context, r) => context.arc(0, 0, 0.9 * r, 0, 2 * Math.PI),
    oval: (context, r) => context.ellipse(0, 0, 1.2 * r, 0.65 * r, 0, 0, 2 * Math.PI),
    up: (context, r) => polygon(context, r, [[0, -1.1], [1.05, 0.75], [-1.05, 0.75]]),
    down: (context, r) => polygon(context, r, [[0, 1.1], [1.05, -0.75], [-1.05, -0.75]]),
    square: (context, r) => polygon(context, r, [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]]),
    rectangle: (context, r) => polygon(context, r, [[-1.1, -0.6], [1.1, -0.6], [1.1, 0.6], [-1.1, 0.6]]),
    diamond: (context, r) => polygon(context, r, [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]]),
    trapezoid: (context, r) => polygon(context, r, [[-0.6, -0.7], [0.6, -0.7], [1.15, 0.7], [-1.15, 0.7]]),
  };

  const arms = (context, r, turned) => {
    context.rotate(turned ? Math.PI / 4 : 0);
    context.lineWidth = 0.55 * r;
    context.moveTo(-1.1 * r, 0);
    context.lineTo(1.1 * r, 0);
    context.moveTo(0, -1.1 * r);
    context.lineTo(0, 1.1 * r);
  };

  /** Draws a mark around the context's origin. */
  const draw = (context, { colour, shape, size }, radius) => {
    const fill = onGround(colour);
    const r = radius * size;
    context.beginPath();
    if (shape === 'cross' || shape === 'plus') {
      arms(context, r, shape === 'cross');
      context.strokeStyle = fill;
      context.stroke();
      return;
    }
    OUTLINES[shape](context, r);
    context.fillStyle = fill;
    context.fill();
    // an edge, so that neighbours stay apart and pale colours are seen
    context.lineWidth = 0.7;
    context.strokeStyle = d3.rgb(fill)[dark.matches ? 'brighter' : 'darker'](0.9).formatHex();
    context.stroke();
  };

  /**
   * A mark as an image.
   *
   * @param radius in CSS pixels
   * @return the image, its side in CSS pixels
   */
  explore.sprite = (each, radius) => {
    const side = Math.ceil(2 * (1.3 * radius * Math.max(1, each.size) + 1));
    const ratio = window.devicePixelRatio || 1;
    const image = document.createElement('canvas');
    image.width = image.height = Math.ceil(side * ratio);
    const context = image.getContext('2d');
    context.scale(ratio, ratio);
    context.translate(side / 2, side / 2);
    draw(context, each, radius);
    return { image, side: image.width / ratio };
  };

  /**
   * A mark as pixels, to be laid over an image many times; places are relative to its middle.
   *
   * @param width of that image, device pixels
   * @return half: how far the pixels reach; solid, colours: places and colours (alpha, blue, green,
   *     red) of opaque pixels; edge: places of the others, redBlue and green: their colours times
   *     alpha, rest: what alpha leaves of the pixel below, of 128
   */
  explore.stamp = (each, radius, width) => {
    const { image } = explore.sprite(each, radius);
    const side = image.width;
    const { data } = image.getContext('2d').getImageData(0, 0, side, side);
    const words = new Uint32Array(data.buffer);
    const half = Math.ceil(side / 2);
    const place = (p) => (Math.floor(p / side) - half) * width + (p % side) - half;
    const alpha = (p) => words[p] >>> 25;
    const all = d3.range(words.length);
    const solid = all.filter((p) => alpha(p) > 123);
    const edge = all.filter((p) => alpha(p) > 4 && alpha(p) <= 123);
    return {
      half,
      solid: Int32Array.from(solid, place),
      colours: Uint32Array.from(solid, (p) => (words[p] | 0xff000000) >>> 0),
      edge: Int32Array.from(edge, place),
      redBlue: Int32Array.from(edge, (p) => (words[p] & 0xff00ff) * alpha(p)),
      green: Int32Array.from(edge, (p) => ((words[p] >>> 8) & 255) * alpha(p)),
      rest: Int32Array.from(edge, (p) => 128 - alpha(p)),
    };
  };

  /** A share of a heat map's scale, 0 to 1, as the cell's ground. */
  explore.shade = (share) =>
    dark.matches
      ? d3.interpolateRgb('#1b1f24', '#9ecae1')(share)
      : d3.interpolateRgbBasis(['#ffffff', '#c6dbef', '#6baed6', '#2171b5', '#084594'])(share);

  /**
   * Draws a segment's features: time to the right, the lowest coefficient or band below. MFCCs are
   * blue below a coefficient's mean and red above, decibels dark to bright.
   *
   * @param scale key, frames, values, low and high of the bytes
   * @param encoded a byte a value, frame by frame, in base64
   */
  explore.drawFeatures = (canvas, scale, encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
    const colours = scale.key === 'mfcc' ? (t) => d3.interpolateRdBu(1 - t) : d3.interpolateCividis;
    const table = d3.range(256).map((b) => d3.rgb(colours(b / 255)));
    canvas.width = scale.frames;
    canvas.height = scale.values;
    const context = canvas.getContext('2d');
    const pixels = context.createImageData(scale.frames, scale.values);
    bytes.forEach((byte, at) => {
      const frame = Math.floor(at / scale.values);
      const row = scale.values - 1 - (at % scale.values);
      const { r, g, b } = table[byte];
      pixels.data.set([r, g, b, 255], 4 * (row * scale.frames + frame));
    });
    context.putImageData(pixels, 0, 0);
  };

  /** What the colours of drawFeatures mean. */
  explore.featuresText = ({ key, values, low, high }) =>
    key === 'mfcc'
      ? `${values} MFCCs, the lowest below; blue below the coefficient’s mean over the run, red ` +
        `above, −${high} to ${high} standard deviations`
      : `Log-mel spectrum, the lowest band below; dark ${low} dB to bright ${high} dB`;
})();

'use strict';

/*
 * The canvas of the map: ten thousand marks, sixty times a second. They are written into the
 * canvas's image pixel by pixel: drawImage() takes ten times as long where no graphics card draws.
 */
(() => {
  /** Of the mark of one among so many at a zoom, CSS pixels. */
  explore.radius = (count, zoom) => {
    const base = count > 4000 ? 2.6 : count > 600 ? 3.6 : 5;
    return Math.min(9, base * zoom ** 0.4);
  };

  explore.pointCanvas = (canvas) => {
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    let ratio = 1; // device pixels a CSS pixel
    let pixels = null; // the canvas's image, and the same as one number a pixel
    let words = new Uint32Array(0);
    let stamps = [];
    let dot = null; // of points that a filter leaves out
    let stampKey = '';

    /** Makes the marks anew where size, colours or groups are others. */
    const makeStamps = (shown, all, zoom) => {
      const [r, least] = [shown, all].map((count) => Math.round(4 * explore.radius(count, zoom)) / 4);
      const { state } = explore.view;
      const key =
        [r, least, canvas.width, explore.isDark(), state.colour, explore.model.network?.name].join();
      if (key !== stampKey) {
        stampKey = key;
        const filtered = { colour: explore.isDark() ? '#3d444b' : '#d5d8dc', shape: 'plus', size: 0.55 };
        stamps = explore.groups.marks.map((mark) => explore.stamp(mark, r, canvas.width));
        dot = explore.stamp(filtered, least, canvas.width);
      }
    };

    /** Copies the marks of one layer's points to their places. */
    const putAll = (layer, points, stampOf) => {
      const { order, layerOf, baseX, baseY, transform } = points;
      const { width, height } = pixels;
      const k = transform.k * ratio;
      const dx = transform.x * ratio;
      const dy = transform.y * ratio;
      for (let o = 0; o < order.length; o++) {
        const i = order[o];
        if (layerOf[i] !== layer) {
          continue;
        }
        const { half, solid, colours, edge, redBlue, green, rest } = stampOf(i);
        const x = Math.round(k * baseX[i] + dx);
        const y = Math.round(k * baseY[i] + dy);
        if (x < half || y < half || x >= width - half || y >= height - half) {
          continue;
        }
        const place = y * width + x;
        for (let p = 0; p < solid.length; p++) {
          words[place + solid[p]] = colours[p];
        }
        for (let p = 0; p < edge.length; p++) {
          const below = words[place + edge[p]];
          words[place + edge[p]] =
            0xff000000 |
            (((redBlue[p] + Math.imul(below & 0xff00ff, rest[p])) >>> 7) & 0xff00ff) |
            (((green[p] + Math.imul((below >>> 8) & 255, rest[p])) << 1) & 0xff00);
        }
      }
    };

    return {
      /** Takes a size in CSS pixels; what was drawn is gone. */
      resize(width, height) {
        ratio = devicePixelRatio;
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
        pixels = context.createImageData(canvas.width, canvas.height);
        words = new Uint32Array(pixels.data.buffer);
      },

      /**
       * Draws all points.
       *
       * @param points order (of drawing), layerOf each (0: filtered out, 1: faint, 2: above all),
       *     baseX and baseY (places without zoom), transform, and how many are shown
       */
      draw(points) {
        const { of } = explore.groups;
        makeStamps(points.shown, points.order.length, points.transform.k);
        words.fill(explore.isDark() ? 0xff1b1816 : 0xffffffff); // the page's own ground, explore.css
        putAll(0, points, () => dot);
        putAll(1, points, (i) => stamps[of[i]]);
        putAll(2, points, (i) => stamps[of[i]]);
        context.putImageData(pixels, 0, 0);
      },
    };
  };
})();

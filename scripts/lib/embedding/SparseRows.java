package genrelab.embedding;

import elki.projection.AffinityMatrix;
import java.util.Arrays;

/**
 * A sparse square matrix by rows (CSR): the columns and values of row i lie from {@code starts[i]}
 * to before {@code starts[i + 1]}.
 */
record SparseRows(int[] starts, int[] columns, double[] values) {

  static SparseRows of(AffinityMatrix matrix) {
    int size = matrix.size();
    int[] starts = new int[size + 1];
    for (int i = 0; i < size; i++) {
      starts[i + 1] = starts[i];
      for (int at = matrix.iter(i); matrix.iterValid(i, at); at = matrix.iterAdvance(i, at)) {
        starts[i + 1]++;
      }
    }
    var rows = new SparseRows(starts, new int[starts[size]], new double[starts[size]]);
    int to = 0;
    for (int i = 0; i < size; i++) {
      for (int at = matrix.iter(i); matrix.iterValid(i, at); at = matrix.iterAdvance(i, at)) {
        rows.columns[to] = matrix.iterDim(i, at);
        rows.values[to++] = matrix.iterValue(i, at);
      }
    }
    return rows;
  }

  int size() {
    return starts.length - 1;
  }

  /** Rows and columns exchanged; the columns of a row are in ascending order. */
  SparseRows transposed() {
    int[] to = new int[starts.length];
    for (int column : columns) {
      to[column + 1]++;
    }
    Arrays.parallelPrefix(to, Integer::sum);
    var other = new SparseRows(to.clone(), new int[columns.length], new double[columns.length]);
    for (int i = 0; i < size(); i++) {
      for (int at = starts[i]; at < starts[i + 1]; at++) {
        int place = to[columns[at]]++;
        other.columns[place] = i;
        other.values[place] = values[at];
      }
    }
    return other;
  }

  /** What is in either of two matrices with ascending columns; this one's value where in both. */
  SparseRows or(SparseRows other) {
    int[] ends = new int[starts.length];
    int[] union = new int[columns.length + other.columns.length];
    double[] of = new double[union.length];
    int to = 0;
    for (int i = 0; i < size(); i++) {
      int a = starts[i];
      int b = other.starts[i];
      while (a < starts[i + 1] || b < other.starts[i + 1]) {
        int column = a < starts[i + 1] ? columns[a] : Integer.MAX_VALUE;
        int otherColumn = b < other.starts[i + 1] ? other.columns[b] : Integer.MAX_VALUE;
        union[to] = Math.min(column, otherColumn);
        of[to++] = column <= otherColumn ? values[a] : other.values[b];
        a += column <= otherColumn ? 1 : 0;
        b += otherColumn <= column ? 1 : 0;
      }
      ends[i + 1] = to;
    }
    return new SparseRows(ends, Arrays.copyOf(union, to), Arrays.copyOf(of, to));
  }
}

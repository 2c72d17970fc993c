// The ways of edges as pieces that edges share, so that what runs along together is drawn once.

export interface Tracks {
  /** Pieces: x, y, x, y. Pieces that climb are curves, all others straight lines. */
  pieces: Float32Array;
  /** The pieces of edge n are `list[start[n]]` to `list[start[n + 1] - 1]`. */
  start: Int32Array;
  list: Int32Array;
}

const GRID = 4;
const ROWS = 2 ** 25;

/** Collects pieces. */
export class TrackLayer {
  private readonly points = new Map<number, number>();
  private readonly px: number[] = [];
  private readonly py: number[] = [];
  private readonly known = new Map<number, number>();
  private readonly pieces: number[] = [];
  private readonly start: number[] = [0];
  private readonly list: number[] = [];

  private point(x: number, y: number): number {
    const key = Math.round(x * GRID) * ROWS + Math.round(y * GRID) + ROWS / 2;
    let point = this.points.get(key);
    if (point === undefined) {
      this.points.set(key, (point = this.px.length));
      this.px.push(x);
      this.py.push(y);
    }
    return point;
  }

  /** Adds the way of the next edge: points from its beginning to its end. */
  add(way: readonly number[]): void {
    let before = this.point(way[0]!, way[1]!);
    for (let n = 2; n < way.length; n += 2) {
      const point = this.point(way[n]!, way[n + 1]!);
      if (point === before) continue;
      const key = before * ROWS + point;
      let piece = this.known.get(key);
      if (piece === undefined) {
        this.known.set(key, (piece = this.pieces.length / 4));
        this.pieces.push(this.px[before]!, this.py[before]!, this.px[point]!, this.py[point]!);
      }
      this.list.push(piece);
      before = point;
    }
    this.start.push(this.list.length);
  }

  finish(): Tracks {
    return { pieces: Float32Array.from(this.pieces), start: Int32Array.from(this.start), list: Int32Array.from(this.list) };
  }
}

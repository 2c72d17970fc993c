// What wishes to stand level with what, in the layers before and behind.

/** Which neighbours of an item count: those in the layer before, or in the one behind. */
export type Side = "before" | "behind";

export class Links {
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  private readonly weight: number[] = [];
  /** How far below the top of the first the top of the second wishes to be. */
  private readonly drop: number[] = [];
  private before = new Int32Array(0);
  private behind = new Int32Array(0);
  private startBefore = new Int32Array(1);
  private startBehind = new Int32Array(1);

  add(from: number, fromPort: number, to: number, toPort: number, weight = 1): void {
    this.from.push(from);
    this.to.push(to);
    this.weight.push(weight);
    this.drop.push(fromPort - toPort);
  }

  /** Sorts the links by item, when all are there. */
  seal(count: number): void {
    [this.startBefore, this.before] = sorted(count, this.to);
    [this.startBehind, this.behind] = sorted(count, this.from);
  }

  /** Where an item wishes to be for the sake of its neighbours on one side; NaN if there are none. */
  wish(item: number, side: Side, y: Float64Array): number {
    const isBefore = side === "before";
    const start = isBefore ? this.startBefore : this.startBehind;
    const list = isBefore ? this.before : this.behind;
    let [sum, weights] = [0, 0];
    for (let n = start[item]!; n < start[item + 1]!; n++) {
      const link = list[n]!;
      const weight = this.weight[link]!;
      sum += (isBefore ? y[this.from[link]!]! + this.drop[link]! : y[this.to[link]!]! - this.drop[link]!) * weight;
      weights += weight;
    }
    return sum / weights;
  }

  /** How far the links of an item climb in all to what is behind it, and how many they are. */
  climb(item: number, y: Float64Array): [number, number] {
    let climb = 0;
    const [first, end] = [this.startBehind[item]!, this.startBehind[item + 1]!];
    for (let n = first; n < end; n++) {
      const link = this.behind[n]!;
      climb += Math.abs(y[this.to[link]!]! - this.drop[link]! - y[item]!);
    }
    return [climb, end - first];
  }
}

function sorted(count: number, items: number[]): [start: Int32Array<ArrayBuffer>, list: Int32Array<ArrayBuffer>] {
  const start = new Int32Array(count + 1);
  for (const item of items) start[item + 1]!++;
  for (let n = 0; n < count; n++) start[n + 1]! += start[n]!;
  const next = start.slice();
  const list = new Int32Array(items.length);
  items.forEach((item, link) => (list[next[item]!++] = link));
  return [start, list];
}

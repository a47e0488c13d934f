/** Two things measured in turn, since the speed of the machine drifts: what counts is the ratio of each pair. */

/** What something cost: seconds on the clock, and of the processor in the process that did it. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
}
export interface Pair {
  readonly ours: Cost;
  readonly theirs: Cost;
}

/** What work of this process cost. */
export async function spent(work: () => Promise<unknown>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  await work();
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1e6 };
}

/** So many pairs; one more before them only warms up. */
export async function pairs(count: number, ours: () => Promise<Cost>, theirs: () => Promise<Cost>): Promise<Pair[]> {
  const measured: Pair[] = [];
  for (let i = 0; i <= count; i++) {
    const pair = { ours: await ours(), theirs: await theirs() };
    if (i > 0) measured.push(pair);
  }
  return measured;
}

export function median(values: readonly number[]): number {
  const middle = [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}

/** Both sides' medians, the median of the pairs' ratios, and the ratios. */
export function summary(measured: readonly Pair[], of: keyof Cost, ratio: (ours: number, theirs: number) => number) {
  const ratios = measured.map(({ ours, theirs }) => ratio(ours[of], theirs[of]));
  return {
    ours: median(measured.map(({ ours }) => ours[of])),
    theirs: median(measured.map(({ theirs }) => theirs[of])),
    ratio: median(ratios),
    ratios: ratios.map((value) => value.toFixed(2)).join(" "),
  };
}

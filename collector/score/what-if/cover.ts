// The cheapest set of measures: each room needs all measures of one of its ways, and a measure counts once for all rooms.
//
// Rooms that share no measure are solved apart. Each such group is searched by branch and bound: at a node every room that is
// left costs at least what it would if each of its measures were shared with all rooms that could use it. Beyond so many
// nodes the search stops, and the best set so far is answered together with what any set must cost.

export interface CoverProblem {
  /** By room: the ways, each a set of measures by their numbers; a room without a way cannot be helped. */
  rooms: readonly (readonly (readonly number[])[])[];
  /** Of each measure; above 0. */
  costs: readonly number[];
}

export interface CoverSolution {
  /** Numbers of the chosen measures, ascending. */
  measures: number[];
  cost: number;
  /** No set costs less than this; equal to `cost` when the set is known to be the cheapest. */
  atLeast: number;
}

const MAX_NODES = 20_000;

/** Of sets that cost the same, the smaller one; then the one whose measures have the lower numbers. */
export function cheapestCover({ rooms, costs }: CoverProblem, maxNodes = MAX_NODES): CoverSolution {
  const asked = rooms.filter((ways) => ways.length > 0 && !ways.some((way) => way.length === 0));
  const total: CoverSolution = { measures: [], cost: 0, atLeast: 0 };
  for (const group of groupsOf(asked, costs.length)) {
    const { measures, cost, atLeast } = new Search(group, costs, maxNodes).run();
    total.measures.push(...measures);
    total.cost += cost;
    total.atLeast += atLeast;
  }
  total.measures.sort((a, b) => a - b);
  return total;
}

type Ways = readonly (readonly number[])[];

/** Rooms in groups that share no measure, in the order of their first rooms. */
function groupsOf(rooms: readonly Ways[], measures: number): Ways[][] {
  const parent = Array.from({ length: measures }, (_, i) => i);
  const root = (of: number): number => {
    let at = of;
    while (parent[at] !== undefined && parent[at] !== at) at = parent[at] ?? at;
    return at;
  };
  for (const ways of rooms) {
    const [first, ...others] = ways.flat();
    if (first !== undefined) for (const other of others) parent[root(other)] = root(first);
  }
  const groups = new Map<number, Ways[]>();
  for (const ways of rooms) {
    const key = root(ways[0]?.[0] ?? 0);
    const group = groups.get(key);
    if (group) group.push(ways);
    else groups.set(key, [ways]);
  }
  return [...groups.values()];
}

class Search {
  readonly #rooms: readonly Ways[];
  readonly #costs: readonly number[];
  readonly #maxNodes: number;
  #nodes = 0;
  #best: { measures: number[]; cost: number };

  constructor(rooms: readonly Ways[], costs: readonly number[], maxNodes: number) {
    this.#rooms = rooms;
    this.#costs = costs;
    this.#maxNodes = maxNodes;
    this.#best = this.#greedy();
  }

  run(): CoverSolution {
    const chosen = new Set<number>();
    const atLeast = Math.min(this.#bound(chosen, this.#left(chosen)), this.#best.cost);
    this.#branch(chosen, 0);
    const isProven = this.#nodes <= this.#maxNodes;
    return { ...this.#best, atLeast: isProven ? this.#best.cost : atLeast };
  }

  #branch(chosen: Set<number>, cost: number): void {
    this.#nodes += 1;
    if (this.#nodes > this.#maxNodes) return;
    const left = this.#left(chosen);
    if (left.length === 0) {
      this.#offer(
        [...chosen].sort((a, b) => a - b),
        cost,
      );
      return;
    }
    if (cost + this.#bound(chosen, left) > this.#best.cost) return;
    // The room with the fewest ways first: it leaves least to try.
    const room = left.reduce((fewest, ways) => (ways.length < fewest.length ? ways : fewest));
    const ways = [...room].sort((a, b) => this.#added(a, chosen) - this.#added(b, chosen));
    for (const way of ways) {
      const added = way.filter((measure) => !chosen.has(measure));
      for (const measure of added) chosen.add(measure);
      this.#branch(chosen, cost + this.#costOf(added));
      for (const measure of added) chosen.delete(measure);
    }
  }

  #offer(measures: number[], cost: number): void {
    const best = this.#best;
    const isBetter =
      cost < best.cost ||
      (cost === best.cost &&
        (measures.length < best.measures.length ||
          (measures.length === best.measures.length && isBefore(measures, best.measures))));
    if (isBetter) this.#best = { measures, cost };
  }

  #left(chosen: ReadonlySet<number>): Ways[] {
    return this.#rooms.filter((ways) => !ways.some((way) => way.every((measure) => chosen.has(measure))));
  }

  /** What the rooms that are left cost together at the least. */
  #bound(chosen: ReadonlySet<number>, left: readonly Ways[]): number {
    const users = new Map<number, number>();
    for (const ways of left) {
      for (const measure of new Set(ways.flat())) users.set(measure, (users.get(measure) ?? 0) + 1);
    }
    const share = (measure: number) =>
      chosen.has(measure) ? 0 : (this.#costs[measure] ?? 0) / (users.get(measure) ?? 1);
    const sum = left.reduce(
      (total, ways) => total + Math.min(...ways.map((way) => way.reduce((cost, measure) => cost + share(measure), 0))),
      0,
    );
    // Costs are whole numbers; what division took off the sum must not put it above the true one.
    return Math.ceil(sum - 1e-6);
  }

  #costOf(measures: readonly number[]): number {
    return measures.reduce((sum, measure) => sum + (this.#costs[measure] ?? 0), 0);
  }

  #added(way: readonly number[], chosen: ReadonlySet<number>): number {
    return this.#costOf(way.filter((measure) => !chosen.has(measure)));
  }

  /** Way by way the one that costs least for each room it helps, then without what turned out to be needless. */
  #greedy(): { measures: number[]; cost: number } {
    const chosen = new Set<number>();
    for (let left = this.#left(chosen); left.length > 0; left = this.#left(chosen)) {
      let best: { way: readonly number[]; price: number } | undefined;
      for (const way of left.flat()) {
        const after = new Set([...chosen, ...way]);
        const helped = left.filter((ways) => ways.some((other) => other.every((measure) => after.has(measure)))).length;
        const price = this.#added(way, chosen) / helped;
        if (best === undefined || price < best.price) best = { way, price };
      }
      for (const measure of best?.way ?? []) chosen.add(measure);
    }
    const dearest = [...chosen].sort((a, b) => (this.#costs[b] ?? 0) - (this.#costs[a] ?? 0) || b - a);
    for (const measure of dearest) {
      chosen.delete(measure);
      if (this.#left(chosen).length > 0) chosen.add(measure);
    }
    const measures = [...chosen].sort((a, b) => a - b);
    return { measures, cost: this.#costOf(measures) };
  }
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((measure, i) => measure !== b[i]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

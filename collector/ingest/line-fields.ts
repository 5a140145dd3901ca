// Names of fields by their bytes: what comes after a field is most often what came after it last time.
import { startsWith } from "./line-text.ts";

export interface KnownField<F> {
  /** With its equals sign. */
  name: Uint8Array;
  meaning: F;
  /** What came after it last time; absent when nothing known did. */
  next: KnownField<F> | undefined;
  /** Whether it is found again; of one that is not, nobody keeps more than the present line. */
  isKept: boolean;
}

/** A name that comes out of its order is looked for among so many; beyond them it is read anew. */
const MAX_LOOKED_AT = 64;

/** Fields of heads whose fields mean the same; bounded, whatever names come in. */
export class FieldNames<F> {
  /** What the last line began with. */
  first: KnownField<F> | undefined;
  readonly #known: KnownField<F>[] = [];
  readonly #max: number;

  constructor(max = MAX_LOOKED_AT) {
    this.#max = max;
  }

  /** The field whose name with its equals sign stands at `at`. A known one never holds a line feed, so none is run over. */
  find(bytes: Uint8Array, at: number): KnownField<F> | undefined {
    const known = this.#known;
    const count = Math.min(known.length, MAX_LOOKED_AT);
    for (let i = 0; i < count; i++) {
      const field = known[i];
      if (field !== undefined && startsWith(bytes, at, field.name)) return field;
    }
    return undefined;
  }

  add(name: Uint8Array, meaning: F): KnownField<F> {
    const isKept = this.#known.length < this.#max;
    const field: KnownField<F> = { name, meaning, next: undefined, isKept };
    if (isKept) this.#known.push(field);
    return field;
  }

  /** @param before absent: it stands first */
  follows(before: KnownField<F> | undefined, field: KnownField<F>): void {
    if (!field.isKept) return;
    if (before === undefined) this.first = field;
    else before.next = field;
  }
}

// Requests under way: found by the id an answer carries, bounded in number, and used again without being made again.
import type { Question } from "./asker.ts";
import { giveBack, REQUEST_ID, type RequestTemplate } from "./request.ts";
import type { Address } from "./resolve.ts";

/** One place for a request. */
export class OpenRequest {
  readonly place: number;
  /** What the datagrams carry; 0 while nobody waits for an answer. */
  id = 0;
  question: Question | undefined;
  address: Address | undefined;
  /** What `bytes` were lent by. */
  template: RequestTemplate | undefined;
  bytes: Buffer | undefined;
  triesLeft = 0;
  waitMs = 0;
  /** When the wait ends. */
  dueMs = 0;
  /** It stands in the list of what is to be sent. */
  isToSend = false;
  /** The socket has not called back yet: until then the bytes are its own. */
  isSending = false;
  /** What the socket calls back. */
  readonly onSent: (error: Error | null) => void;

  constructor(place: number, onSent: (request: OpenRequest, error: Error | null) => void) {
    this.place = place;
    this.onSent = (error) => onSent(this, error);
  }
}

/** An id is a serial number and, in its last bits, the place: it is found without a search. */
const PLACE_BITS = 12;
const PLACE_MASK = 2 ** PLACE_BITS - 1;
const FIRST_SERIAL = Math.ceil(REQUEST_ID.min / 2 ** PLACE_BITS);
const LAST_SERIAL = Math.floor(REQUEST_ID.max / 2 ** PLACE_BITS);

/** More than this cannot be open at a time. */
export const PLACES_MAX = 2 ** PLACE_BITS;

export class OpenRequests {
  readonly #most: number;
  readonly #places: OpenRequest[] = [];
  readonly #unused: OpenRequest[] = [];
  readonly #onSent: (request: OpenRequest, error: Error | null) => void;
  #serial = FIRST_SERIAL + Math.floor(Math.random() * (LAST_SERIAL - FIRST_SERIAL));
  #count = 0;

  /** At most `most` at a time; `onSent` hears of each send. */
  constructor(most: number, onSent: (request: OpenRequest, error: Error | null) => void) {
    this.#most = Math.min(most, PLACES_MAX);
    this.#onSent = onSent;
  }

  /** How many wait for an answer. */
  get count(): number {
    return this.#count;
  }

  /** A place with a new id; `undefined` while all are taken. */
  open(): OpenRequest | undefined {
    const request = this.#unused.pop() ?? this.#another();
    if (request === undefined) return undefined;
    this.#serial = this.#serial >= LAST_SERIAL ? FIRST_SERIAL : this.#serial + 1;
    request.id = this.#serial * 2 ** PLACE_BITS + request.place;
    this.#count += 1;
    return request;
  }

  /** The request that waits under this id. */
  find(id: number): OpenRequest | undefined {
    const request = this.#places[id & PLACE_MASK];
    return request !== undefined && request.id === id && id !== 0 ? request : undefined;
  }

  /** Nobody waits any more. The place serves again once the socket has let go of the bytes: see `sent`. */
  close(request: OpenRequest): void {
    request.id = 0;
    this.#count -= 1;
    if (!request.isSending) this.#reuse(request);
  }

  /** The socket has called back. */
  sent(request: OpenRequest): void {
    request.isSending = false;
    if (request.id === 0) this.#reuse(request);
  }

  /** All that wait; some may be closed meanwhile. */
  all(): OpenRequest[] {
    return this.#places.filter(({ id }) => id !== 0);
  }

  #another(): OpenRequest | undefined {
    if (this.#places.length >= this.#most) return undefined;
    const request = new OpenRequest(this.#places.length, this.#onSent);
    this.#places.push(request);
    return request;
  }

  #reuse(request: OpenRequest): void {
    const { template, bytes } = request;
    if (template && bytes) giveBack(template, bytes);
    request.question = undefined;
    request.address = undefined;
    request.template = undefined;
    request.bytes = undefined;
    this.#unused.push(request);
  }
}

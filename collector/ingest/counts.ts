// What became of batches and their lines since the process began, counted for GET /metrics.

export class IngestCounts {
  /** By outcome; `failed` ones were not acknowledged and come again. Those refused for who sent them: collector/fleet/. */
  readonly batches = { stored: 0, repeated: 0, failed: 0 };
  /** Lines of the batches that were stored. */
  readonly lines = { stored: 0, refused: 0 };
}

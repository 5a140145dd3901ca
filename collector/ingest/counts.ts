// What became of batches and their lines since the process began, counted for GET /metrics.

export class IngestCounts {
  /** By outcome; `failed` ones were not acknowledged and come again. */
  readonly batches = { stored: 0, repeated: 0, failed: 0, unknown_agent: 0 };
  /** Lines of the batches that were stored. */
  readonly lines = { stored: 0, refused: 0 };
}

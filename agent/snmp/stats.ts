// What the engine counts.

/** What happened since the engine was made. */
export interface SnmpStats {
  /** Datagrams sent, repeats included. */
  sent: number;
  retransmitted: number;
  /** Requests that were answered. */
  answered: number;
  /** Waits that ended in silence. */
  timeouts: number;
  /** Datagrams that are not a whole Response. */
  malformed: number;
  /** Responses that answer no open request, or come from elsewhere than it was sent to; late answers are among them. */
  unexpected: number;
  /** Values of a type that does not exist or with impossible content. */
  valuesRefused: number;
  /** Sends that failed, and errors of a socket. */
  socketErrors: number;
  /** SNMPv3: answers dropped because nothing proves that they come from the device, or too old for its clock. */
  notAuthentic: number;
  /** SNMPv3: requests repeated because the device's clock or engine id was another (it restarted). */
  resynchronised: number;
  /** SNMPv3: devices that came back with another engine id (replaced, or their settings were lost). */
  enginesChanged: number;
}

export function noStats(): SnmpStats {
  return {
    sent: 0,
    retransmitted: 0,
    answered: 0,
    timeouts: 0,
    malformed: 0,
    unexpected: 0,
    valuesRefused: 0,
    socketErrors: 0,
    notAuthentic: 0,
    resynchronised: 0,
    enginesChanged: 0,
  };
}

package dev.namewell.core.sim;

/** How a server differs from what the RFCs ask for, or from the most common server. */
public enum Quirk {
  /** Answers SERVFAIL to everything. */
  SERVFAIL,
  /** Answers REFUSED to everything. */
  REFUSED,
  /** Answers with random octets behind a fitting header and question. */
  GARBAGE,
  /** Copies the question in lower case: no 0x20. */
  LOWERCASES_QUESTION,
  /** Answers FORMERR, with the bare header and question, when there is an OPT record. */
  FORMERR_ON_EDNS,
  /** Answers as if there was no OPT record. */
  IGNORES_EDNS,
  /** Gives server cookies (RFC 7873) and echoes the client's. */
  COOKIES,
  /** Answers BADCOOKIE over UDP until it sees its own server cookie (RFC 7873 §5.2.3). */
  DEMANDS_COOKIE,
  /** Sends TC and no records over UDP, always. */
  TRUNCATES,
  /** Leaves the SOA record out of negative answers. */
  NO_SOA,
  /** Answers the first record of an alias chain only. */
  STOPS_AT_ALIAS,
  /** Adds records that nobody asked for. */
  ADDS_UNASKED_RECORDS
}

package dev.namewell.core.port;

/** What one exchange with one server brought. */
public sealed interface ExchangeResult {
  /**
   * A message whose source address, port, ID and question (letter case apart) are right.
   *
   * @param message owned by the receiver
   * @param roundTripNanos from send to receipt
   * @param mismatches packets seen meanwhile with a wrong ID or question: somebody may be guessing
   */
  record Response(byte[] message, long roundTripNanos, int mismatches) implements ExchangeResult {}

  /**
   * Nothing acceptable came in time.
   *
   * @param mismatches as in {@link Response}
   */
  record TimedOut(int mismatches) implements ExchangeResult {}

  /** The network or the server refused: ICMP unreachable, connection refused or closed. */
  record Unreachable(String why) implements ExchangeResult {}

  /** A cap on outgoing work was reached and nothing was sent. */
  record Overloaded(String limit) implements ExchangeResult {}
}

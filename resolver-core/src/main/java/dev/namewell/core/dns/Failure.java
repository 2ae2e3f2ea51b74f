package dev.namewell.core.dns;

/**
 * No answer could be had. Cacheable for a short while (RFC 9520).
 *
 * @param reason for counters and logs
 * @param error what the client is told
 */
public record Failure(Reason reason, ExtendedError error) implements Outcome {
  /** Why there is no answer. */
  public enum Reason {
    /** Every server was silent or unreachable. */
    UNREACHABLE,
    /** Servers answered, but with SERVFAIL, REFUSED and the like. */
    SERVER_FAILURE,
    /** Servers answered with bytes that are no valid response. */
    GARBLED,
    /** A named limit was reached. */
    LIMIT_REACHED,
    /** The question came back to us: upstreams form a loop. */
    LOOP,
    /** DNSSEC: what servers said cannot be proved, though it should (RFC 4035 §4.3). */
    BOGUS,
    /** No time was left. */
    DEADLINE,
    /** A defect in Namewell; the log has the stack. */
    INTERNAL
  }

  /** For people: what whoever asked gets unless a stale answer stands in, and why. */
  public String words() {
    return (reason == Reason.BOGUS ? "BOGUS: " : "SERVFAIL: ") + error.text();
  }
}

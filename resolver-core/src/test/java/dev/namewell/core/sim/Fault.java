package dev.namewell.core.sim;

import java.time.Duration;

/** What may go wrong on the way to a server and back. Chances are between 0 and 1. */
public sealed interface Fault {
  /** Packets vanish, connections are not accepted: nothing ever comes back. */
  record Dead() implements Fault {}

  /** The host is there, the service is not: ICMP port unreachable, connection refused. */
  record Closed() implements Fault {}

  /** No TCP service, though UDP works. */
  record TcpClosed() implements Fault {}

  /** The connection is closed in the midst of the answer. */
  record TcpBreaks(double chance) implements Fault {}

  /** Answers take so much longer. */
  record Slow(Duration extra) implements Fault {}

  /** Answers about one name take so much longer, as when a recursion goes through dead servers. */
  record SlowName(String name, Duration extra) implements Fault {}

  /** Either packet is lost. */
  record Lost(double chance) implements Fault {}

  /** A response comes twice. */
  record Doubled(double chance) implements Fault {}

  /** A response is overtaken by later ones. */
  record Overtaken(double chance) implements Fault {}

  /** Octets of a response are damaged beyond its question, so that it is no DNS message. */
  record Garbled(double chance) implements Fault {}

  /** A response ends early, without TC. */
  record CutShort(double chance) implements Fault {}

  /** Somebody answers first, with a poisoned record. */
  record Spoofed(double chance, Forgery forgery) implements Fault {}

  /** What the forger got wrong. */
  enum Forgery {
    /** The ID was guessed. */
    WRONG_ID,
    /** The answer is to another question. */
    OTHER_QUESTION,
    /**
     * All is right but the letter case of the name; not tried where the query has only small ones.
     */
    WRONG_CASE
  }
}

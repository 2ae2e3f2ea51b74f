package dev.namewell.core.forward;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Question;
import dev.namewell.core.exchange.ServerHealth;
import dev.namewell.core.exchange.ServerMemory;
import org.jspecify.annotations.Nullable;

/** One server of a route, in one configuration. Thread-safe. */
final class Upstream {
  private final ServerMemory memory;
  private final Question easy;
  private volatile @Nullable Question lastGood;
  private volatile @Nullable Question blamedFor;
  private volatile boolean looping;
  private volatile int overtaken;

  /**
   * @param easy what the server should be able to answer if it answers anything
   */
  Upstream(ServerMemory memory, Question easy) {
    this.memory = memory;
    this.easy = easy;
  }

  Endpoint server() {
    return memory.server();
  }

  ServerMemory memory() {
    return memory;
  }

  ServerHealth health() {
    return memory.health();
  }

  /** Remembers a question that it answered well: what it can do, and a probe that proves it. */
  void answered(Question question) {
    lastGood = question;
    blamedFor = null;
    overtaken = 0;
  }

  /** Another one was asked beside it and was faster; returns how often since its last answer. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one more or less does not matter
  int overtaken() {
    return ++overtaken;
  }

  /** Remembers a question that it failed on where another did not. */
  void blame(Question question) {
    blamedFor = question;
  }

  /** True if the next probe is a question that it failed on. */
  boolean isProbeDecisive() {
    return blamedFor != null && health().failedOften();
  }

  /** What to ask in order to see whether it works. */
  Question probe() {
    Question blamed = blamedFor;
    if (blamed != null && health().failedOften()) {
      return blamed;
    }
    Question good = lastGood;
    return good == null ? easy : good;
  }

  /** Its answers come from ourselves: of no use until the configuration changes. */
  boolean isLooping() {
    return looping;
  }

  void setLooping() {
    looping = true;
  }

  /** How long to wait before another is asked. */
  long timeoutNanos(long unknown) {
    return memory.roundTrips().timeoutNanos(unknown);
  }
}

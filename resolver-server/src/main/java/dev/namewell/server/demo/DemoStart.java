package dev.namewell.server.demo;

import dev.namewell.core.dns.Question;
import dev.namewell.core.port.Events;
import dev.namewell.core.settings.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.OptionalInt;

/** Starts the real resolver; the program that wires everything gives it to the demo. */
@FunctionalInterface
public interface DemoStart {
  /**
   * Starts a resolver that answers when this returns.
   *
   * @param events sees every event, beside those who see them anyway
   * @throws IOException if an address cannot be had, with a reason for people
   */
  Running start(Settings settings, Events events) throws IOException;

  /** A resolver at work. Thread-safe. */
  interface Running extends AutoCloseable {
    /** The address that it listens on, over UDP and TCP. */
    InetSocketAddress address();

    /**
     * For how many more seconds the cached answer is fresh, negative if it has expired; empty if
     * there is none.
     */
    OptionalInt secondsLeft(Question question);

    /** Stops in order: queries in flight are finished first. */
    @Override
    void close();
  }
}

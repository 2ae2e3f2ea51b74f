package dev.namewell.server.admin;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a blocking channel when time is over; Unix domain sockets know no timeouts. */
final class Deadline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deadline.class);

  private final Thread watch;
  private volatile boolean passed;

  Deadline(SocketChannel channel, Duration time) {
    watch = Thread.ofVirtual().name("control deadline").start(() -> watch(channel, time));
  }

  private void watch(SocketChannel channel, Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException inTime) {
      return;
    }
    passed = true;
    try {
      channel.close();
    } catch (IOException alreadyGone) {
      LOG.debug("control socket: {}", alreadyGone.getMessage());
    }
  }

  /** True if the channel was closed for it. */
  boolean passed() {
    return passed;
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}

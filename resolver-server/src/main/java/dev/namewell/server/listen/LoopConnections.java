package dev.namewell.server.listen;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop, the one that was quiet for longest first. A single timer looks
 * after all of them, and only while there are any: no timer for each connection or query. Confined
 * to the loop.
 */
final class LoopConnections implements Runnable {
  /** Half the least idle time. */
  private static final long SCAN_MILLIS = 100;

  private final ServingLoop home;
  private final ConnectionLimits limits;
  private @Nullable StreamHandler first;
  private @Nullable StreamHandler last;
  private boolean scanning;

  LoopConnections(ServingLoop home, ConnectionLimits limits) {
    this.home = home;
    this.limits = limits;
  }

  void add(StreamHandler connection) {
    append(connection);
    if (!scanning) {
      scanning = true;
      scanLater();
    }
  }

  private void append(StreamHandler connection) {
    connection.older = last;
    connection.newer = null;
    if (last == null) {
      first = connection;
    } else {
      last.newer = connection;
    }
    last = connection;
    connection.listed = true;
  }

  void remove(StreamHandler connection) {
    if (!connection.listed) {
      return;
    }
    if (connection.older == null) {
      first = connection.newer;
    } else {
      connection.older.newer = connection.newer;
    }
    if (connection.newer == null) {
      last = connection.older;
    } else {
      connection.newer.older = connection.older;
    }
    connection.older = null;
    connection.newer = null;
    connection.listed = false;
  }

  /** Moves a connection that did something to the end. */
  void touch(StreamHandler connection) {
    if (last != connection && connection.listed) {
      remove(connection);
      append(connection);
    }
  }

  /** Closes the connection that has been idle for longest. False if none is idle. */
  boolean closeIdlest(long now) {
    for (StreamHandler each = first; each != null; each = each.newer) {
      if (each.isIdle(now)) {
        each.close();
        return true;
      }
    }
    return false;
  }

  /** Lets every connection go as soon as its queries are answered. */
  void drain() {
    StreamHandler each = first;
    while (each != null) {
      StreamHandler next = each.newer;
      each.drain();
      each = next;
    }
  }

  void closeAll() {
    while (first != null) {
      first.close();
    }
  }

  private void scanLater() {
    home.loop.schedule(this, SCAN_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void run() {
    long now = home.time.nanos();
    long idle = limits.idleNanos();
    long least = Math.min(idle, ConnectionLimits.FIRST_QUERY_NANOS);
    StreamHandler each = first;
    while (each != null && each.quietNanos(now) >= least) {
      StreamHandler next = each.newer;
      if (each.isExpired(now, idle)) {
        each.close();
      }
      each = next;
    }
    if (first == null) {
      scanning = false;
    } else {
      scanLater();
    }
  }
}

package dev.namewell.server.observe;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.settings.LogSettings.Format;
import dev.namewell.core.wire.Query;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each query that is answered. The answering thread only leaves a small object in a
 * bounded queue; one daemon thread formats and writes. What the output cannot take in time is
 * dropped, counted, and told in the log once a minute.
 */
public final class QueryLog implements Events, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueryLog.class);

  /** Lines that may wait: 20 ms at 800 000 queries per second, or half a second of a slow pipe. */
  private static final int CAPACITY = 1 << 14;

  /** Lines written at once, and the characters kept for them. */
  private static final int BATCH = 512;

  private static final int BATCH_CHARACTERS = BATCH * 160;

  /** Pause between two looks at the queue: answering threads need not wake the writer. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Looks in vain until the writer sleeps for good and must be woken. */
  private static final int PAUSES_TO_SLEEP = 50;

  private static final long WARN_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  private final OutputStream out;
  private final Format format;
  private final InstantSource clock;
  private final BoundedQueue<QueryLogLine> lines = new BoundedQueue<>(CAPACITY);
  private final LongAdder dropped = new LongAdder();
  private final Thread writer;
  private volatile boolean asleep;
  private volatile boolean closed;
  private long toldDropped;
  private long toldNanos;

  private QueryLog(OutputStream out, Format format, InstantSource clock) {
    this.out = out;
    this.format = format;
    this.clock = clock;
    this.writer = Thread.ofPlatform().daemon().name("query-log").unstarted(this::write);
  }

  /**
   * Starts the writing thread.
   *
   * @param out takes whole lines in ASCII; not closed
   * @param clock for the time in each line
   */
  public static QueryLog start(OutputStream out, Format format, InstantSource clock) {
    QueryLog log = new QueryLog(out, format, clock);
    log.writer.start();
    return log;
  }

  @Override
  public void answered(Query query, Client client, int rcode, Source source, long nanos) {
    QueryLogLine line =
        new QueryLogLine(
            clock.millis(),
            client.copy(),
            query.askedName(),
            query.type(),
            query.recordClass(),
            rcode,
            source,
            nanos);
    if (closed || !lines.offer(line)) {
      dropped.increment();
    }
    if (asleep) {
      asleep = false;
      LockSupport.unpark(writer);
    }
  }

  /** Lines so far that were given up. */
  public long dropped() {
    return dropped.sum();
  }

  private void write() {
    StringBuilder batch = new StringBuilder(BATCH_CHARACTERS);
    int pauses = 0;
    while (true) {
      boolean last = closed;
      int count = fill(batch);
      if (count > 0) {
        writeOut(batch, count);
        pauses = 0;
      } else if (last) {
        return;
      } else {
        pauses++;
        pause(pauses);
      }
      warnOfDrops();
    }
  }

  private int fill(StringBuilder batch) {
    batch.setLength(0);
    int count = 0;
    while (count < BATCH) {
      QueryLogLine line = lines.poll();
      if (line == null) {
        break;
      }
      switch (format) {
        case TEXT -> line.text(batch);
        case JSON -> line.json(batch);
      }
      count++;
    }
    return count;
  }

  private void writeOut(StringBuilder batch, int count) {
    try {
      out.write(batch.toString().getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    } catch (IOException broken) {
      LOG.debug("query log output: {}", broken.getMessage());
      dropped.add(count);
    }
  }

  private void pause(int pauses) {
    if (pauses < PAUSES_TO_SLEEP) {
      LockSupport.parkNanos(PAUSE_NANOS);
      return;
    }
    asleep = true;
    if (lines.isEmpty() && !closed) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  private void warnOfDrops() {
    long now = dropped.sum();
    if (now == toldDropped) {
      return;
    }
    long nanos = System.nanoTime();
    if (toldDropped == 0 || nanos - toldNanos >= WARN_NANOS) {
      LOG.warn(
          "query log: {} lines dropped, for the output is slower than the queries come",
          now - toldDropped);
      toldDropped = now;
      toldNanos = nanos;
    }
  }

  /** Writes what is queued, for five seconds at most, and ends the thread. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(writer);
    try {
      if (!writer.join(CLOSE_WAIT)) {
        LOG.warn("query log: gave up the last lines, for the output takes none");
        return;
      }
      while (lines.poll() != null) {
        dropped.increment();
      }
    } catch (InterruptedException shutdown) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void dropped(DropReason reason, Transport transport) {}

  @Override
  public void exchanged(Endpoint server, Transport transport, ExchangeEnd end, long nanos) {}

  @Override
  public void upstreamChanged(Endpoint server, UpstreamState state, String why) {}

  @Override
  public void cache(CacheEvent event) {}

  @Override
  public void bogus(Question question, ExtendedError why) {}

  @Override
  public void trust(String what) {}

  @Override
  public void limitReached(String name) {}

  @Override
  public void defect(Part part, String about, Throwable defect) {}
}

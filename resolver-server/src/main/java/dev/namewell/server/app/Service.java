package dev.namewell.server.app;

import dev.namewell.core.engine.Engine;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.Settings;
import dev.namewell.server.admin.AdminHttp;
import dev.namewell.server.admin.Readiness;
import dev.namewell.server.listen.StreamListener;
import dev.namewell.server.listen.UdpListener;
import dev.namewell.server.observe.BogusNames;
import dev.namewell.server.observe.MetricsRecorder;
import dev.namewell.server.observe.QueryLog;
import dev.namewell.server.outbound.NettyExchange;
import dev.namewell.server.outbound.OutboundLimits;
import dev.namewell.server.runtime.EventLoops;
import dev.namewell.server.store.CacheSaver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A resolver that is being served: what can be asked of it, and how it ends. Thread-safe. */
public final class Service implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  /** How often the end of queries in flight is looked for while stopping. */
  private static final Duration DRAIN_STEP = Duration.ofMillis(10);

  /**
   * Everything that was started.
   *
   * @param saver null where the cache is not kept
   * @param http null where it is off
   * @param queryLog null where queries are not logged
   */
  record Parts(
      EventLoops loops,
      NettyExchange exchange,
      Engine engine,
      UdpListener udp,
      StreamListener streams,
      MetricsRecorder metrics,
      BogusNames bogus,
      @Nullable CacheSaver saver,
      @Nullable AdminHttp http,
      @Nullable QueryLog queryLog) {}

  private final Parts parts;
  private final Ready ready;

  Service(Parts parts, Ready ready) {
    this.parts = parts;
    this.ready = ready;
  }

  /** Where queries are taken, with the ports chosen where 0 was asked for. */
  public List<Address> addresses() {
    return parts.udp().addresses();
  }

  /** Where metrics and health are served; null if nowhere. */
  public @Nullable InetSocketAddress http() {
    AdminHttp http = parts.http();
    return http == null ? null : http.address();
  }

  public Engine engine() {
    return parts.engine();
  }

  /** Whether queries should be sent here. */
  Readiness readiness() {
    return ready.get();
  }

  MetricsRecorder metrics() {
    return parts.metrics();
  }

  BogusNames bogus() {
    return parts.bogus();
  }

  /** Swaps the configuration; what needs a restart stays as it is. */
  void apply(Settings settings) {
    parts.exchange().apply(OutboundLimits.of(settings.limits()));
    parts.engine().apply(settings);
  }

  /** Stops in order: no new queries, those in flight end within a bound, the cache is saved. */
  @Override
  public void close() {
    ready.stopping();
    parts.udp().stopReading();
    parts.streams().stopReading();
    parts.loops().settle();
    drain(parts.engine().settings().limits().shutdown());
    parts.udp().close();
    parts.streams().close();
    if (parts.http() != null) {
      parts.http().close();
    }
    parts.engine().stop();
    parts.exchange().close();
    if (parts.saver() != null) {
      parts.saver().close();
    }
    if (parts.queryLog() != null) {
      parts.queryLog().close();
    }
    parts.loops().close();
  }

  /** A connection closes by itself when its last reply has been taken by the kernel. */
  private boolean isBusy() {
    return parts.engine().resolutions().waiting() > 0 || parts.streams().connections() > 0;
  }

  private void drain(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (isBusy() && System.nanoTime() - end < 0) {
        Thread.sleep(DRAIN_STEP);
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    int left = parts.engine().resolutions().waiting();
    if (left > 0) {
      LOG.warn("{} queries were still waiting after {} ms", left, limit.toMillis());
    }
  }
}

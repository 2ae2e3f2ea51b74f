package dev.namewell.server.app;

import dev.namewell.core.cache.AnswerCache;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.engine.Engine;
import dev.namewell.core.engine.Environment;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Memo;
import dev.namewell.core.port.Time;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.wire.ReplyWriter;
import dev.namewell.server.admin.AdminHttp;
import dev.namewell.server.listen.ConnectionLimits;
import dev.namewell.server.listen.ServingLoop;
import dev.namewell.server.listen.StreamListener;
import dev.namewell.server.listen.UdpListener;
import dev.namewell.server.observe.BogusNames;
import dev.namewell.server.observe.EventFanout;
import dev.namewell.server.observe.EventLog;
import dev.namewell.server.observe.Exposition;
import dev.namewell.server.observe.Metric;
import dev.namewell.server.observe.MetricsRecorder;
import dev.namewell.server.observe.QueryLog;
import dev.namewell.server.outbound.NettyExchange;
import dev.namewell.server.outbound.OutboundLimits;
import dev.namewell.server.runtime.EventLoops;
import dev.namewell.server.runtime.NativeCryptography;
import dev.namewell.server.runtime.SecureRandomness;
import dev.namewell.server.runtime.SystemTime;
import dev.namewell.server.runtime.VirtualTasks;
import dev.namewell.server.store.CacheFile;
import dev.namewell.server.store.CacheSaver;
import dev.namewell.server.store.MemoFile;
import dev.namewell.server.store.StoredAnswer;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one place where everything is made. */
public final class Wiring {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Settings settings;
  private final Time time = new SystemTime();
  private final MetricsRecorder metrics = new MetricsRecorder(time.wallClock());
  private final EventLog eventLog = new EventLog(time::nanos);
  private final BogusNames bogus = new BogusNames(InstantSource.system());
  private final List<Events> subscribers;
  private final @Nullable QueryLog queryLog;

  private Wiring(Settings settings, List<Events> subscribers) {
    this.settings = settings;
    this.subscribers = new ArrayList<>(subscribers);
    queryLog =
        settings.log().queries()
            ? QueryLog.start(
                new FileOutputStream(FileDescriptor.out),
                settings.log().format(),
                InstantSource.system())
            : null;
    if (queryLog != null) {
      this.subscribers.add(queryLog);
    }
  }

  /**
   * Starts a resolver: it answers when this returns, and goes on loading its cache.
   *
   * @param subscribers see every event, beside metrics and logs
   * @throws IOException if an address cannot be had, with the reason in words
   */
  public static Service start(Settings settings, List<Events> subscribers) throws IOException {
    EventLoops loops = EventLoops.open(settings.threads());
    try {
      return new Wiring(settings, subscribers).start(loops);
    } catch (IOException | RuntimeException failed) {
      loops.close();
      throw failed;
    }
  }

  private Service start(EventLoops loops) throws IOException {
    SecureRandomness random = new SecureRandomness();
    NettyExchange exchange =
        new NettyExchange(
            loops, time, random, OutboundLimits.of(settings.limits()), settings.service().udp());
    ConnectionLimits connections = new ConnectionLimits(settings.limits());
    Events events = fanout(metrics);
    Engine engine =
        Engine.prepare(
            new Environment(
                exchange,
                VirtualTasks.on(loops),
                time,
                events,
                random,
                memo(settings),
                connections.tcpKeepalive(),
                NativeCryptography::provider),
            settings);
    List<ServingLoop> serving =
        ServingLoop.on(loops, loop -> engine.handler(fanout(metrics.forLoop(loop))), time, events);
    supplyMetrics(engine, connections);
    // What is open, the last first, should the next address not be had.
    Deque<Runnable> undo = new ArrayDeque<>(List.of(exchange::close));
    try {
      UdpListener udp = UdpListener.open(serving, settings.listen(), settings.service().udp());
      undo.push(udp::close);
      StreamListener streams = StreamListener.open(serving, udp.addresses(), connections);
      undo.push(streams::close);
      Ready ready = new Ready(engine);
      AdminHttp http =
          settings.http().isPresent() ? http(loops, settings.http().get(), ready) : null;
      CacheSaver saver = settings.cache().file().map(file -> saver(file, engine)).orElse(null);
      engine.start();
      return new Service(
          new Service.Parts(
              loops, exchange, engine, udp, streams, metrics, bogus, saver, http, queryLog),
          ready);
    } catch (IOException | RuntimeException failed) {
      undo.forEach(Runnable::run);
      throw failed;
    }
  }

  static Memo memo(Settings settings) {
    return settings
        .validation()
        .upkeep()
        .file()
        .<Memo>map(file -> new MemoFile(file, InstantSource.system()))
        .orElse(Memo.NONE);
  }

  private Events fanout(Events counters) {
    List<Events> all = new ArrayList<>();
    all.add(counters);
    all.add(eventLog);
    all.add(bogus);
    all.addAll(subscribers);
    return EventFanout.of(all);
  }

  private AdminHttp http(EventLoops loops, Address address, Ready ready) throws IOException {
    Class<? extends ServerChannel> type =
        loops.isEpoll() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    Exposition exposition = new Exposition(metrics, Version.number());
    return AdminHttp.start(loops.group(), type, address, exposition::write, ready);
  }

  private void supplyMetrics(Engine engine, ConnectionLimits connections) {
    metrics.retainUpstreams(upstreams(settings));
    metrics.supply(Metric.RESOLUTIONS_IN_FLIGHT, engine.resolutions()::inFlight);
    metrics.supply(Metric.WAITING_CLIENTS, engine.resolutions()::waiting);
    metrics.supply(Metric.TCP_CONNECTIONS, connections::connections);
    metrics.supply(Metric.TRUST_ANCHORS_PROVED, () -> proved(engine));
    metrics.supply(
        Metric.NEGATIVE_TRUST_ANCHORS,
        () -> engine.trust().map(view -> view.negative().size()).orElse(0));
    metrics.supply(Metric.CACHE_ENTRIES, engine.cache()::entries);
    metrics.supply(Metric.CACHE_BYTES, engine.cache()::bytes);
    metrics.supply(Metric.CACHE_LIMIT_BYTES, engine.cache()::maxBytes);
    if (queryLog != null) {
      metrics.supply(Metric.QUERY_LOG_DROPPED, queryLog::dropped);
    }
  }

  private static long proved(Engine engine) {
    return engine.trust().stream()
        .flatMap(view -> view.zones().stream())
        .mapToLong(zone -> zone.refreshed().getEpochSecond())
        .min()
        .orElse(0);
  }

  /** The servers that the configuration names. */
  static List<Endpoint> upstreams(Settings settings) {
    return settings.routes().stream()
        .flatMap(route -> route.upstreams().stream())
        .map(upstream -> new Endpoint(upstream.socketAddress()))
        .toList();
  }

  private CacheSaver saver(Path file, Engine engine) {
    AnswerCache cache = engine.cache();
    CacheSaver saver =
        new CacheSaver(
            new CacheFile(file, InstantSource.system(), engine::provedBy),
            settings.cache().saveInterval(),
            visitor ->
                cache.forEach(
                    entry -> {
                      if (entry.failure() == null) {
                        visitor.accept(
                            new StoredAnswer(
                                entry.packed(),
                                entry.wireLength(),
                                entry.dnssecOk(),
                                entry.checkingDisabled(),
                                entry.ttlSeconds(),
                                (time.nanos() - entry.storedNanos()) / NANOS_PER_MILLI));
                      }
                    }),
            stored -> restore(stored, cache));
    saver.start();
    return saver;
  }

  private void restore(StoredAnswer stored, AnswerCache cache) {
    long maxStaleMillis =
        settings.cache().stale().map(stale -> stale.maxAge().toMillis()).orElse(0L);
    if (stored.expiredForMillis() < maxStaleMillis) {
      cache.restore(
          stored.question(),
          new ReplyWriter.Image(stored.packed(), stored.wireLength()),
          stored.ttlSeconds(),
          time.nanos() - stored.ageMillis() * NANOS_PER_MILLI);
    }
  }
}

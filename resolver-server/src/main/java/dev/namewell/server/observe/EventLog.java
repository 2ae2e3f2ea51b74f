package dev.namewell.server.observe;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.wire.Query;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes to the log what an operator should know: upstreams that come and go, limits reached, names
 * that are bogus, defects. Never one line per query: the same thing is told once a minute at most.
 */
public final class EventLog implements Events {
  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
  private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Subjects remembered; names come from constants and settings, so this is never reached. */
  private static final int MAX_SUBJECTS = 1024;

  private final Map<String, Long> told = new ConcurrentHashMap<>();
  private final LongSupplier nanos;

  /**
   * @param nanos monotonic clock
   */
  public EventLog(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public void upstreamChanged(Endpoint server, UpstreamState state, String why) {
    switch (state) {
      case WORKING -> LOG.info("upstream {} works again: {}", server, Printable.text(why));
      case SET_ASIDE -> LOG.warn("upstream {} is set aside: {}", server, Printable.text(why));
      case LOOPING ->
          LOG.error(
              "upstream {} sends our own queries back to us ({}): take it out of `upstreams`",
              server,
              Printable.text(why));
    }
  }

  @Override
  public void rootServersChanged(boolean answer, String why) {
    if (answer) {
      LOG.info("a root server answers again: recursion works");
    } else {
      LOG.warn(
          "no root server answers: recursion finds nothing new ({}). Are UDP and TCP to port 53 of"
              + " all addresses allowed outward, and `recursion.root-hints` right? Else set `mode:"
              + " forward` and `upstreams`",
          Printable.text(why));
    }
  }

  @Override
  public void bogus(Question question, ExtendedError why) {
    Level level = due("bogus") ? Level.WARN : Level.DEBUG;
    LOG.atLevel(level)
        .log(
            "bogus: {}: {} (`namewell control bogus` lists more)",
            Printable.text(question.toString()),
            Printable.text(why.text()));
  }

  @Override
  public void trust(String what) {
    LOG.info("{}", Printable.text(what));
  }

  @Override
  public void limitReached(String name) {
    if (due("limit " + name)) {
      LOG.warn(
          name.startsWith("limits.")
              ? "limit `{}` reached: see namewell_limits_reached_total, and raise it if there is"
                  + " memory"
              : "limit `{}` reached, which is fixed: `namewell control explain` tells by what",
          Printable.text(name));
    }
  }

  @Override
  public void rootZone(String what) {
    if (due("root zone " + what)) {
      LOG.info("copy of the root zone: {}", Printable.text(what));
    }
  }

  @Override
  public void defect(Part part, String about, Throwable defect) {
    if (due("defect " + part + " " + defect.getClass().getName())) {
      LOG.error(
          "defect in {} ({}): please report this",
          AnswerLabels.text(part),
          Printable.text(about),
          defect);
    }
  }

  private boolean due(String subject) {
    long now = nanos.getAsLong();
    Long last = told.get(subject);
    if (last != null && now - last < INTERVAL_NANOS) {
      return false;
    }
    if (last == null) {
      return told.size() < MAX_SUBJECTS && told.putIfAbsent(subject, now) == null;
    }
    return told.replace(subject, last, now);
  }

  @Override
  public void answered(Query query, Client client, int rcode, Source source, long nanos) {}

  @Override
  public void dropped(DropReason reason, Transport transport) {}

  @Override
  public void exchanged(Endpoint server, Transport transport, ExchangeEnd end, long nanos) {}

  @Override
  public void cache(CacheEvent event) {}
}

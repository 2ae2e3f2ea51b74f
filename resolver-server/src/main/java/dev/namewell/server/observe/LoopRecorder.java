package dev.namewell.server.observe;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.wire.Query;
import org.jspecify.annotations.Nullable;

/**
 * Counts of one event loop, which alone calls {@code answered}, {@code dropped} and {@code cache}:
 * plain additions to its own cache lines. With assertions on, another thread is found out.
 */
final class LoopRecorder implements Events {
  private final MetricsRecorder shared;
  private final EventCounts counts = new EventCounts();
  private volatile @Nullable Thread loop;

  LoopRecorder(MetricsRecorder shared) {
    this.shared = shared;
  }

  EventCounts counts() {
    return counts;
  }

  @Override
  public void answered(Query query, Client client, int rcode, Source source, long nanos) {
    assert confined();
    counts.ownAnswer(query, client, rcode, source, nanos);
  }

  @Override
  public void dropped(DropReason reason, Transport transport) {
    assert confined();
    counts.own(EventCounts.drop(reason, transport), 1);
  }

  @Override
  public void cache(CacheEvent event) {
    assert confined();
    counts.own(EventCounts.cache(event), 1);
  }

  private boolean confined() {
    if (loop == null) {
      loop = Thread.currentThread();
    }
    return loop == Thread.currentThread();
  }

  @Override
  public void exchanged(Endpoint server, Transport transport, ExchangeEnd end, long nanos) {
    shared.exchanged(server, transport, end, nanos);
  }

  @Override
  public void upstreamChanged(Endpoint server, UpstreamState state, String why) {
    shared.upstreamChanged(server, state, why);
  }

  @Override
  public void bogus(Question question, ExtendedError why) {
    shared.bogus(question, why);
  }

  @Override
  public void trust(String what) {
    shared.trust(what);
  }

  @Override
  public void limitReached(String name) {
    shared.limitReached(name);
  }

  @Override
  public void defect(Part part, String about, Throwable defect) {
    shared.defect(part, about, defect);
  }
}

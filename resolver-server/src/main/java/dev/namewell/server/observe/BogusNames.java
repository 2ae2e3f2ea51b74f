package dev.namewell.server.observe;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.wire.Query;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was bogus lately, and why: the latest questions, each once. Thread-safe. */
public final class BogusNames implements Events {
  /** Questions that are remembered. */
  static final int MOST = 100;

  private final InstantSource clock;

  /** The one that was bogus last stands at the end. */
  private final Map<Asked, Bogus> latest = new LinkedHashMap<>();

  /** With and without DO it is the same. */
  private record Asked(DnsName name, int type) {}

  /**
   * A question whose answer could not be proved, though it should.
   *
   * @param why the latest reason
   * @param times how often, answers from memory not counted
   * @param last when it was so
   */
  public record Bogus(Question question, ExtendedError why, long times, Instant last) {}

  public BogusNames(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void bogus(Question question, ExtendedError why) {
    Asked asked = new Asked(question.name(), question.type());
    synchronized (latest) {
      Bogus before = latest.remove(asked);
      long times = before == null ? 1 : before.times() + 1;
      latest.put(asked, new Bogus(question, why, times, clock.instant()));
      if (latest.size() > MOST) {
        latest.remove(latest.keySet().iterator().next());
      }
    }
  }

  /** The latest first. */
  public List<Bogus> latest() {
    synchronized (latest) {
      return new ArrayList<>(latest.values()).reversed();
    }
  }

  @Override
  public void answered(Query query, Client client, int rcode, Source source, long nanos) {}

  @Override
  public void dropped(DropReason reason, Transport transport) {}

  @Override
  public void exchanged(Endpoint server, Transport transport, ExchangeEnd end, long nanos) {}

  @Override
  public void upstreamChanged(Endpoint server, UpstreamState state, String why) {}

  @Override
  public void cache(CacheEvent event) {}

  @Override
  public void trust(String what) {}

  @Override
  public void limitReached(String name) {}

  @Override
  public void defect(Part part, String about, Throwable defect) {}
}

package dev.namewell.core.fake;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.wire.Query;
import java.util.ArrayList;
import java.util.List;

/** Remembers as text what happened with servers. */
public final class RecordedEvents implements Events {
  /** Such as {@code UDP TIMEOUT}. */
  public final List<String> exchanges = new ArrayList<>();

  /** Such as {@code 192.0.2.1:53 SET_ASIDE}. */
  public final List<String> upstreams = new ArrayList<>();

  public final List<String> limits = new ArrayList<>();
  public final List<Throwable> defects = new ArrayList<>();

  @Override
  public void answered(Query query, Client client, int rcode, Source source, long nanos) {}

  @Override
  public void dropped(DropReason reason, Transport transport) {}

  @Override
  public void exchanged(Endpoint server, Transport transport, ExchangeEnd end, long nanos) {
    exchanges.add(transport + " " + end);
  }

  @Override
  public void upstreamChanged(Endpoint server, UpstreamState state, String why) {
    upstreams.add(server + " " + state);
  }

  @Override
  public void cache(CacheEvent event) {}

  @Override
  public void bogus(Question question, ExtendedError why) {}

  @Override
  public void trust(String what) {}

  @Override
  public void limitReached(String name) {
    limits.add(name);
  }

  @Override
  public void defect(Part part, String about, Throwable defect) {
    defects.add(defect);
  }
}

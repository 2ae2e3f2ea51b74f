package dev.namewell.core.engine;

import dev.namewell.core.cache.CachedAnswer;
import dev.namewell.core.dns.Client;
import dev.namewell.core.port.Events.Source;
import dev.namewell.core.resolve.Resolutions;
import dev.namewell.core.wire.Query;
import dev.namewell.core.wire.ReplyWriter;

/**
 * A query that waits for its answer, and the way back to its client.
 *
 * @param query copied from the packet, as are client and sink
 */
record WaitingClient(
    Query query, Client client, ReplySink sink, long receivedNanos, Plan plan, Environment world)
    implements Resolutions.Waiter {
  /** Room behind the answer for the OPT record and its options. */
  private static final int ROOM_FOR_OPT = 64;

  @Override
  public void wake(CachedAnswer result, Source source) {
    ReplyWriter writer =
        new ReplyWriter(result.wireLength() + ROOM_FOR_OPT, plan.replies())
            .to(client, plan.replies());
    long now = world.time().nanos();
    int staleTtl = source == Source.STALE ? plan.staleTtlSeconds() : -1;
    int length = CachedReply.write(writer, query, result, staleTtl, now);
    int rcode = CachedReply.rcode(result);
    world.events().answered(query, client, rcode, source, now - receivedNanos);
    sink.send(writer.bytes(), length);
  }
}

package dev.namewell.core.sim;

import dev.namewell.core.dns.Transport;
import org.jspecify.annotations.Nullable;

/** What stands behind an address of the simulated network. */
public interface Responder {
  /** The response to a query, with the query's ID; null: silence. */
  byte @Nullable [] answer(byte[] query, Transport transport);
}

package dev.namewell.core.engine;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.resolve.Resolver;

/** The way to upstreams, and what is known about them. */
public interface Forwarding {
  Resolver resolver();

  /** True while no upstream for this name is worth waiting for. */
  boolean isKnownDead(DnsName name);

  /** True if we ourselves sent this name to an upstream to see whether it comes back. */
  boolean isOwnProbe(DnsName name);

  void start();

  void stop();
}
